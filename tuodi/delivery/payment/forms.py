"""Forms of the payment pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from tuodi.delivery.entitlement.forms import DAY, MonthField
from tuodi.delivery.payment.models import Payment
from tuodi.delivery.payment.process import BATCH, GROUNDS, RECOVERY
from tuodi.funds.forms import YuanField, programmes
from tuodi.records.org.models import Area

COUNTIES = Area.objects.filter(level="county").order_by("pk")


class BatchQuery(forms.Form):
    """Month, county and state of the batches."""

    month = MonthField(label=_("月份"), required=False)
    county = forms.ModelChoiceField(
        label=_("县（市）"), queryset=COUNTIES, required=False, empty_label=_("全部")
    )
    state = forms.ChoiceField(
        label=_("状态"), required=False, choices=[("", _("全部")), *BATCH.states.items()]
    )


class PrepareForm(forms.Form):
    """Which month's roster to make."""

    programme = forms.ChoiceField(label=_("项目"))
    county = forms.ModelChoiceField(label=_("县（市）"), queryset=COUNTIES)
    month = MonthField(label=_("发放月份"))
    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=60)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["programme"].choices = programmes()


class PublishForm(PrepareForm):
    """Which county's month to make public."""

    key = None
    month = MonthField(label=_("月份"))


class NoteForm(forms.Form):
    """An opinion that may be left empty."""

    note = forms.CharField(
        label=_("意见"), required=False, max_length=180, widget=forms.Textarea(attrs={"rows": 2})
    )


class ReasonForm(forms.Form):
    """A reason that may not."""

    note = forms.CharField(label=_("原因"), max_length=180, widget=forms.Textarea(attrs={"rows": 2}))


class EmptyForm(forms.Form):
    """Nothing to fill in, only to be sure."""


class ReplyForm(forms.Form):
    """The file the bank sent back."""

    file = forms.FileField(label=_("银行回盘文件"), max_length=120)


class RecoveryQuery(forms.Form):
    """State and county of the claims."""

    state = forms.ChoiceField(
        label=_("状态"), required=False, choices=[("", _("全部")), *RECOVERY.states.items()]
    )
    county = forms.ModelChoiceField(
        label=_("县（市）"), queryset=COUNTIES, required=False, empty_label=_("全部")
    )


class ProposeForm(forms.Form):
    """Why, and how much of which payment: a field of its own for each payment that may be claimed."""

    ground = forms.ChoiceField(label=_("理由"))
    happened_on = forms.DateField(label=_("死亡日期（仅死亡填）"), required=False, widget=DAY)
    facts = forms.CharField(
        label=_("事实和证据（当事人要看得到）"), max_length=500, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, payments: Sequence[Payment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ground"].choices = [(why.code, f"{why.label}：{why.basis}") for why in GROUNDS.values()]
        self.payments = payments
        for payment in payments:
            self.fields[payment.reference] = YuanField(
                label=_t("{month} 追回金额（元）").format(month=f"{payment.entitlement.month:%Y-%m}"),
                required=False,
                max_length=16,
            )

    def rows(self) -> list[tuple[Payment, Any]]:
        """Each payment with its field."""
        return [(payment, self[payment.reference]) for payment in self.payments]

    def asked(self) -> dict[str, Any]:
        """The fields before the payments."""
        return {name: self[name] for name in ("ground", "happened_on", "facts")}

    def items(self) -> dict[str, int]:
        """What is claimed, by reference, in fen."""
        given = self.cleaned_data
        return {p.reference: given[p.reference] for p in self.payments if given.get(p.reference)}


class ObjectionForm(forms.Form):
    """What the household says."""

    text = forms.CharField(
        label=_("陈述申辩的内容"), max_length=1000, widget=forms.Textarea(attrs={"rows": 5})
    )


class DecideForm(forms.Form):
    """The answer to what the household said; needed where it said something."""

    answer = forms.CharField(
        label=_("对陈述申辩的答复（有陈述申辩的必填）"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )  # fmt: skip


class AgreeForm(forms.Form):
    """What the household agreed to give back each month, and who signed."""

    signer = forms.CharField(label=_("签字同意的人"), max_length=60)
    monthly_fen = YuanField(label=_("每期归还（元）"), max_length=16)
    first_on = forms.DateField(label=_("首期日期"), widget=DAY)


class RefundForm(forms.Form):
    """A bank slip of what was given back."""

    amount_fen = YuanField(label=_("金额（元）"), max_length=16)
    voucher = forms.CharField(label=_("银行进账单号"), max_length=60)


class WriteOffForm(forms.Form):
    """Why it does not come back."""

    reason = forms.CharField(
        label=_("收不回来的原因和证明"), max_length=500, widget=forms.Textarea(attrs={"rows": 4})
    )
