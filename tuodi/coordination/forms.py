"""Forms of the office: what to look for, and the answer to an order."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tuodi.coordination.clocks import parts
from tuodi.coordination.selectors import reasons
from tuodi.records.org.forms import DayInput


class LateForm(forms.Form):
    """Narrowing the list."""

    kind = forms.ChoiceField(label=_("事项"), required=False)
    area = forms.ChoiceField(label=_("县（市）"), required=False)
    why = forms.ChoiceField(label=_("原因"), required=False)
    days = forms.IntegerField(label=_("超期多于（天）"), required=False, min_value=0, max_value=3660)
    number = forms.CharField(label=_("编号"), required=False, max_length=60)
    body = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput)

    def __init__(self, *args: Any, counties: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        anything = [("", _("全部"))]
        self.fields["kind"].choices = anything + [(p.kind, p.label) for p in parts()]
        self.fields["area"].choices = anything + counties
        self.fields["why"].choices = anything + list(reasons().items())


class PeriodForm(forms.Form):
    """Which period, and which bodies."""

    since = forms.DateField(label=_("自"), widget=DayInput, required=False)
    until = forms.DateField(label=_("至"), widget=DayInput, required=False)
    area = forms.ChoiceField(label=_("县（市）"), required=False)
    of = forms.ChoiceField(
        label=_("单位"),
        required=False,
        choices=(("bureaus", _("县级部门")), ("townships", _("乡镇（街道）"))),
    )

    def __init__(self, *args: Any, counties: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = [("", _("全部")), *counties]


class AnswerForm(forms.Form):
    """Why it is late, and by when it will be done."""

    text = forms.CharField(
        label=_("原因和打算"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("如：数据源停机三天，已改人工核对"),
    )
    promised_on = forms.DateField(label=_("承诺哪天办结"), widget=DayInput, required=False)
