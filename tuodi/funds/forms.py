"""Forms of the ledger's pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from tuodi.core import money
from tuodi.funds.models import SOURCES
from tuodi.policy.catalogue import PROGRAMMES
from tuodi.records.org.models import Area


def programmes(every: bool = False) -> list[tuple[str, Any]]:
    """The programmes that money is paid for, with "all" before them in a query."""
    paid = [(code, one.label) for code, one in PROGRAMMES.items() if one.period != "none"]
    return ([("", _("全部"))] if every else []) + paid


class YuanField(forms.CharField):
    """An amount typed in yuan, cleaned to whole fen."""

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        parsed = money.parse_yuan(text)
        if parsed.fen is None:
            raise forms.ValidationError(
                "；".join(parsed.faults) if getattr(parsed, "faults", ()) else _t("请填写金额，如 1084.00")
            )
        return parsed.fen


class BalanceQuery(forms.Form):
    """Year, programme and county of the balances."""

    year = forms.TypedChoiceField(label=_("年度"), required=False, coerce=int, empty_value=None)
    programme = forms.ChoiceField(label=_("项目"), required=False)
    area = forms.ChoiceField(label=_("县（市）"), required=False)

    def __init__(self, *args: Any, year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [("", _("全部"))] + [(y, str(y)) for y in range(year + 1, year - 4, -1)]
        self.fields["programme"].choices = programmes(every=True)
        self.fields["area"].choices = [
            ("", _("全部")),
            *Area.objects.filter(level="county").order_by("pk").values_list("pk", "name"),
        ]


class ReleaseForm(forms.Form):
    """Money released by a document."""

    area = forms.ModelChoiceField(
        label=_("下达到"), queryset=Area.objects.filter(level__in=("prefecture", "county")).order_by("pk")
    )
    programme = forms.ChoiceField(label=_("项目"))
    source = forms.ChoiceField(label=_("资金来源"), choices=SOURCES)
    year = forms.IntegerField(label=_("年度"), min_value=2000, max_value=2100)
    amount_fen = YuanField(label=_("金额（元）"), max_length=20)
    document_number = forms.CharField(label=_("下达文号"), max_length=80)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["programme"].choices = programmes()


class AllocateForm(forms.Form):
    """Money passed down from one area to another."""

    from_area = forms.ModelChoiceField(
        label=_("调出"), queryset=Area.objects.filter(level__in=("prefecture", "county")).order_by("pk")
    )
    to_area = forms.ModelChoiceField(
        label=_("调入"), queryset=Area.objects.filter(level__in=("prefecture", "county")).order_by("pk")
    )
    programme = forms.ChoiceField(label=_("项目"))
    source = forms.ChoiceField(label=_("资金来源"), choices=SOURCES)
    year = forms.IntegerField(label=_("年度"), min_value=2000, max_value=2100)
    amount_fen = YuanField(label=_("金额（元）"), max_length=20)
    document_number = forms.CharField(label=_("分配文号"), max_length=80)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["programme"].choices = programmes()


class ReverseForm(forms.Form):
    """Why an entry is undone."""

    note = forms.CharField(label=_("冲销原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class OpinionForm(forms.Form):
    """An opinion that may be left empty."""

    note = forms.CharField(
        label=_("意见"), required=False, max_length=180, widget=forms.Textarea(attrs={"rows": 2})
    )


class SendBackForm(forms.Form):
    """Why a month is not done."""

    note = forms.CharField(label=_("退回原因"), max_length=180, widget=forms.Textarea(attrs={"rows": 2}))


class YearQuery(forms.Form):
    """Which year."""

    year = forms.TypedChoiceField(label=_("年度"), coerce=int)

    def __init__(self, *args: Any, this: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [(y, str(y)) for y in range(this + 1, this - 6, -1)]


class BudgetForm(ReleaseForm):
    """A year's budget for a source, by document."""

    area = forms.ModelChoiceField(
        label=_("地区"), queryset=Area.objects.filter(level__in=("prefecture", "county")).order_by("pk")
    )
    amount_fen = YuanField(label=_("全年预算（元），为调整后的总数"), max_length=20)
    document_number = forms.CharField(label=_("预算文号"), max_length=80)


class YearEndForm(forms.Form):
    """How much, by which document, and where it is asked for, why."""

    amount_fen = YuanField(label=_("金额（元）"), max_length=20)
    document_number = forms.CharField(label=_("文号"), max_length=80)
    note = forms.CharField(
        label=_("原因（超过比例的必填）"),
        required=False,
        max_length=180,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
