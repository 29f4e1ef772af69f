"""What an officer fills in to take a step. Days are the business day; nothing here is trusted before the service."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tuodi.delivery.determination.models import CountyVisit, Review


class NoteForm(forms.Form):
    """A step with an optional remark."""

    note = forms.CharField(
        label=_("备注"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("可不填。不要写证件号码、账号和病情。"),
    )


class OpinionForm(forms.Form):
    """The township's opinion."""

    proposal = forms.ChoiceField(label=_("审核意见"), choices=Review.PROPOSALS, widget=forms.RadioSelect)
    opinion = forms.CharField(
        label=_("理由"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("会写入审核表，不对外公示。"),
    )
    sources_note = forms.CharField(
        label=_("未反馈数据源的核实方式"),
        required=False,
        max_length=300,
        help_text=_("核对报告注明“部分数据源未反馈”时必填，如：到村委会、银行网点核实。"),
    )


class CountyOpinionForm(forms.Form):
    """The county's own opinion before the second notice."""

    opinion = forms.CharField(
        label=_("县级审批意见"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )


class ReasonForm(forms.Form):
    """A step that must say why."""

    reason = forms.CharField(
        label=_("理由"), min_length=4, max_length=500, widget=forms.Textarea(attrs={"rows": 4})
    )


class ObjectionForm(forms.Form):
    """An objection as it is taken in at the counter."""

    objector = forms.CharField(
        label=_("异议人及联系方式"),
        required=False,
        max_length=120,
        help_text=_("可匿名。加密保存，只有办理异议的人员能看。"),
    )
    text = forms.CharField(
        label=_("异议内容"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("加密保存，不对外公开。"),
    )


class ConclusionForm(forms.Form):
    """What the new investigation found."""

    upheld = forms.TypedChoiceField(
        label=_("异议是否成立"),
        choices=(("yes", _("成立")), ("no", _("不成立"))),
        coerce=lambda v: v == "yes",
        widget=forms.RadioSelect,
    )
    finding = forms.CharField(label=_("调查结果"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5}))


class VisitForm(forms.Form):
    """A visit by the county."""

    causes = forms.MultipleChoiceField(
        label=_("入户原因"), choices=CountyVisit.CAUSES, widget=forms.CheckboxSelectMultiple
    )
    visited_on = forms.DateField(
        label=_("入户日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    agrees = forms.TypedChoiceField(
        label=_("与乡镇调查是否一致"),
        choices=(("yes", _("一致")), ("no", _("不一致"))),
        coerce=lambda v: v == "yes",
        widget=forms.RadioSelect,
    )
    finding = forms.CharField(label=_("核查情况"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))


class DrawForm(forms.Form):
    """How large a share is drawn; the least is set by the regulations."""

    share_percent = forms.IntegerField(label=_("抽查比例（%）"), min_value=1, max_value=100)


class NotifyForm(forms.Form):
    """When the family was handed its letter."""

    told_on = forms.DateField(
        label=_("送达日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, today: date | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_told_on(self) -> date:
        day: date = self.cleaned_data["told_on"]
        if self.today and day > self.today:
            raise forms.ValidationError(_("送达日期不能晚于今天"))
        return day


class ListForm(forms.Form):
    """How the list is narrowed; never by name or document number."""

    number = forms.CharField(label=_("受理编号"), required=False, max_length=32)
    area = forms.CharField(label=_("区划代码"), required=False, max_length=12)
    procedure = forms.ChoiceField(
        label=_("程序"),
        required=False,
        choices=(("", _("全部")), ("DB-2012", _("2012 年办法")), ("DB-2021", _("2021 年办法"))),
    )
    late = forms.BooleanField(label=_("只看超期"), required=False)
