"""The small forms of intake; the counter form itself is generated in `form`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tuodi.delivery.intake.process import RECEIVE
from tuodi.policy.catalogue import PROGRAMMES

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class Filter(forms.Form):
    """Filters of the list: nothing that names a person."""

    state = forms.ChoiceField(
        label=_("环节"), required=False, choices=[("", _("全部")), *RECEIVE.states.items()]
    )
    area = forms.ChoiceField(label=_("乡镇（街道）"), required=False)
    since = forms.DateField(label=_("提交日从"), required=False, widget=DAY)
    until = forms.DateField(label=_("到"), required=False, widget=DAY)
    late = forms.BooleanField(label=_("只看超期"), required=False)

    def __init__(self, *args: Any, areas: Sequence[tuple[str, Any]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        towns = [(listed[0][0][:9], name) for name, listed in areas if listed]
        self.fields["area"].choices = [("", _("全部")), *towns]  # type: ignore[attr-defined]


class Notice(forms.Form):
    """What the officer adds to the one-time list, a line each."""

    extra = forms.CharField(
        label=_("另外还缺（一行一项）"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class Reasons(forms.Form):
    """Why papers are not accepted."""

    reasons = forms.CharField(
        label=_("理由（一行一条，写进告知书）"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5})
    )


class Reason(forms.Form):
    """Why an application is taken back."""

    reason = forms.CharField(label=_("撤回的原因"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class RelativeForm(forms.Form):
    """Who of the family is whose near relative."""

    person = forms.ModelChoiceField(label=_("家庭成员"), queryset=None)
    official_name = forms.CharField(label=_("与何人有近亲属关系"), max_length=40)
    relation = forms.CharField(
        label=_("关系"), max_length=20, help_text=_("配偶、父母、子女、兄弟姐妹、祖父母、孙子女等")
    )
    official_post = forms.CharField(label=_("其职务"), max_length=60, required=False)

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]


class UploadForm(forms.Form):
    """A filled workbook."""

    file = forms.FileField(
        label=_("填好的申请登记表"),
        help_text=_(".xlsx 或 .csv，一次最多 2000 户"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )


class Choice(forms.Form):
    """A programme added or left off against what the rules propose."""

    choice = forms.ChoiceField(
        label=_("怎么改"), choices=(("add", _("加上")), ("leave_off", _("不申请")), ("undo", _("按规则来")))
    )
    programme = forms.ChoiceField(label=_("项目"))
    reason = forms.CharField(label=_("理由"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["programme"].choices = [(p.code, p.label) for p in PROGRAMMES.values()]  # type: ignore[attr-defined]
