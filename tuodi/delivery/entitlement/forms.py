"""Forms of the roll."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tuodi.delivery.entitlement.models import Recertification
from tuodi.delivery.entitlement.months import parse_month
from tuodi.delivery.entitlement.process import ENROLMENT, GROUNDS, RECERTIFICATION
from tuodi.funds.forms import YuanField, programmes
from tuodi.records.org.models import Area

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class MonthField(forms.CharField):
    """A month typed or picked as 2026-11, cleaned to its first day."""

    widget = forms.DateInput(attrs={"type": "month", "placeholder": "2026-11"})

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_month(text)
        except ValueError:
            raise ValidationError(_("月份写成 2026-11 的样子")) from None


class RollQuery(forms.Form):
    """Programme, place and state on the roll."""

    programme = forms.ChoiceField(label=_("项目"), required=False)
    area = forms.ChoiceField(label=_("乡镇（街道）"), required=False)
    state = forms.ChoiceField(
        label=_("状态"), required=False, choices=[("", _("全部")), *ENROLMENT.states.items()]
    )
    due = forms.ChoiceField(label=_("复核"), required=False, choices=[("", _("全部")), ("over", _("已到期"))])

    def __init__(self, *args: Any, areas: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["programme"].choices = programmes(every=True)
        self.fields["area"].choices = [("", _("全部")), *areas]


class RunForm(forms.Form):
    """Which month to make due, of which county."""

    programme = forms.ChoiceField(label=_("项目"))
    county = forms.ModelChoiceField(
        label=_("县（市）"), queryset=Area.objects.filter(level="county").order_by("pk")
    )
    month = MonthField(label=_("月份"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["programme"].choices = programmes()


class GroundForm(forms.Form):
    """A ground in law and what happened, in words the household may read."""

    ACT = ""
    ground = forms.ChoiceField(label=_("法定理由"))
    note = forms.CharField(label=_("事实和依据"), max_length=180, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ground"].choices = [
            (g.code, f"{g.label}：{g.basis}") for g in GROUNDS.values() if self.ACT in g.acts
        ]


class AdjustForm(GroundForm):
    ACT = "adjust"
    from_month = MonthField(label=_("从哪个月起"))
    monthly_fen = YuanField(label=_("每月金额（元）"), max_length=16)


class SuspendForm(GroundForm):
    ACT = "suspend"
    from_month = MonthField(label=_("从哪个月起停"))


class ResumeForm(GroundForm):
    ACT = "resume"
    from_month = MonthField(label=_("从哪个月起恢复"))


class FadeForm(GroundForm):
    ACT = "fade"
    months = forms.IntegerField(label=_("渐退几个月"), min_value=1, max_value=24)


class ExitForm(GroundForm):
    ACT = "exit"
    from_month = MonthField(label=_("从哪个月起停发（死亡不填）"), required=False)
    happened_on = forms.DateField(label=_("死亡日期（仅死亡填）"), required=False, widget=DAY)


class ReviewQuery(forms.Form):
    """State, cause and lateness of reviews."""

    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=[("", _("未办结")), ("all", _("全部")), *RECERTIFICATION.states.items()],
    )
    cause = forms.ChoiceField(
        label=_("缘由"), required=False, choices=[("", _("全部")), *Recertification.CAUSES]
    )
    mine = forms.BooleanField(label=_("只看我的"), required=False)
    late = forms.BooleanField(label=_("只看超期"), required=False)


class CarryOnForm(forms.Form):
    """What the township found, where nothing has evidently changed."""

    opinion = forms.CharField(
        label=_("复核情况"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("核实了什么、以何种方式；加密保存"),
    )


class ReferForm(CarryOnForm):
    """What the township proposes to the county."""

    proposal = forms.ChoiceField(label=_("建议"), choices=Recertification.OUTCOMES, widget=forms.RadioSelect)
    field_order = ("proposal", "opinion")


class SettleForm(forms.Form):
    """What the county decides on a review."""

    outcome = forms.ChoiceField(label=_("决定"), choices=Recertification.OUTCOMES, widget=forms.RadioSelect)
    ground = forms.ChoiceField(label=_("法定理由"))
    monthly_fen = YuanField(label=_("调整后每月金额（元）"), max_length=16, required=False)
    from_month = MonthField(label=_("从哪个月起"), required=False)
    note = forms.CharField(
        label=_("事实和依据"),
        max_length=180,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("写入告知书，家庭看得到"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ground"].choices = [
            (g.code, f"{g.label}：{g.basis}")
            for g in GROUNDS.values()
            if g.acts & {"adjust", "suspend", "exit"} and g.code != "death"
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        outcome, ground = cleaned.get("outcome"), cleaned.get("ground")
        if outcome and outcome != "keep" and ground and outcome not in GROUNDS[ground].acts:
            self.add_error(
                "ground", _("这一理由不能用于“{what}”").format(what=dict(Recertification.OUTCOMES)[outcome])
            )
        return cleaned


class ReasonForm(forms.Form):
    """Why it goes back."""

    reason = forms.CharField(
        label=_("理由"), min_length=4, max_length=200, widget=forms.Textarea(attrs={"rows": 3})
    )
