"""Forms of the payment pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tuodi.delivery.entitlement.forms import MonthField
from tuodi.delivery.payment.process import BATCH
from tuodi.funds.forms import programmes
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
