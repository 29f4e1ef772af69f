"""Forms of drafts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tuodi.core.areas import covers
from tuodi.core.parameters import Parameters
from tuodi.kit.wording import said
from tuodi.oversight.rehearsal.drafted import readers
from tuodi.oversight.rehearsal.models import Draft
from tuodi.records.org import rights
from tuodi.records.org.forms import DayInput
from tuodi.records.org.models import Area, Officer
from tuodi.records.standards.forms import ValueForm
from tuodi.records.standards.templatetags.standards import topic


class DraftForm(forms.Form):
    """What a draft is called, where it is meant for, and why."""

    title = forms.CharField(label=_("名称"), max_length=120, help_text=_("如：2027 年农村低保标准提高 6%"))
    area = forms.ModelChoiceField(Area.objects.none(), label=_("范围"), help_text=_("预演这里及其以下的家庭"))
    reason = forms.CharField(
        label=_("缘由"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, by: Officer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = Area.objects.filter(level__in=("prefecture", "county"))
        self.fields["area"].queryset = rights.visible(places, by, "code", act="rehearsal.draft").order_by(
            "code"
        )


class TitleForm(forms.Form):
    """A new name."""

    title = forms.CharField(label=_("名称"), max_length=120)
    reason = forms.CharField(
        label=_("缘由"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class KeyForm(forms.Form):
    """Which value is to be changed: those the programmes read, by what they are about."""

    key = forms.ChoiceField(label=_("要改的参数"))

    def __init__(self, *args: Any, parameters: Parameters, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups: dict[str, list[tuple[str, str]]] = {}
        for key in sorted(readers()):
            if key in parameters.info:
                about = topic(key.split(".")[0])
                groups.setdefault(about, []).append((key, said(parameters.info[key].label)))
        self.fields["key"].choices = [("", _("请选择")), *groups.items()]


class DraftValueForm(ValueForm):
    """A value of a draft: as one sets a value, within the draft's place."""

    def __init__(self, *args: Any, draft: Draft, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = self.fields["area"].queryset
        within = [a.pk for a in places if covers(draft.area_id, a.pk)]
        self.fields["area"].queryset = places.filter(pk__in=within)
        self.fields["basis"].label = _("拟依据的文件")


class ReasonForm(forms.Form):
    """Why a case's result should be another."""

    seen = forms.CharField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("为什么应当改变"), max_length=400, widget=forms.Textarea(attrs={"rows": 3})
    )


class ProposeForm(forms.Form):
    """Put in force: from which day the values are entered, by which paper."""

    document = forms.CharField(label=_("文件名称、文号"), max_length=200)
    activate_on = forms.DateField(
        label=_("入库日"),
        widget=DayInput,
        help_text=_("到这一天自动成为正式参数；各值仍按自己的起始日适用，早于入库日的补发差额"),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class NoteForm(forms.Form):
    """Why it is sent back or withdrawn."""

    note = forms.CharField(label=_("理由"), max_length=200)
    version = forms.IntegerField(widget=forms.HiddenInput)


class SignForm(forms.Form):
    """Only what the signer has seen."""

    version = forms.IntegerField(widget=forms.HiddenInput)
