"""How the list of letters is narrowed: never by a name or a document number of a person."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tuodi.kit.letters import LETTERS as TEMPLATES
from tuodi.records.documents.letters import LETTERS


class LetterQuery(forms.Form):
    """Kind, number and days of issue."""

    kind = forms.ChoiceField(
        label=_("文书"),
        required=False,
        choices=[("", _("全部")), *((code, TEMPLATES[code].title) for code in LETTERS)],
    )
    number = forms.CharField(label=_("文号"), required=False, max_length=60)
    since = forms.DateField(
        label=_("起"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("止"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
