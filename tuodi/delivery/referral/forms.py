"""Forms of referral: short, each for one act."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuodi.core.money import parse_yuan

OUTCOME_LABELS = {
    "granted": gettext_lazy("给予"),
    "refused": gettext_lazy("不予"),
    "not_applicable": gettext_lazy("不适用"),
}


class DayInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def _words(label: Any, help_text: Any = "", required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class BodyForm(forms.Form):
    """To which body, and why."""

    department = forms.ChoiceField(label=gettext_lazy("承办部门"))
    reason = _words(gettext_lazy("理由"))

    def __init__(self, *args: Any, bodies: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].choices = [("", "—"), *bodies]  # type: ignore[attr-defined]


class ReturnForm(BodyForm):
    """Why it is not this body's, and whose it may be."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].required = False
        self.fields["department"].label = _("建议的承办部门（可不填）")
        self.fields["reason"].label = _("为什么不属于本部门")


class CorrectionForm(forms.Form):
    """Everything the family is asked for, a line each."""

    items = _words(gettext_lazy("请家庭补正的内容"), gettext_lazy("每行一项，一次写全；发出后时限停止计算"))


class AnswerForm(forms.Form):
    """What the family brought."""

    text = _words(gettext_lazy("家庭补正了什么"))


class QuestionForm(forms.Form):
    """A yes-or-no question to another body."""

    department = forms.ChoiceField(label=gettext_lazy("问哪个部门"))
    text = _words(gettext_lazy("问题"), gettext_lazy("用“是”或“否”能回答的一句话；不写与问题无关的个人情况"))
    due = forms.DateField(label=gettext_lazy("请在哪天前答复"), widget=DayInput())

    def __init__(self, *args: Any, bodies: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].choices = [("", "—"), *bodies]  # type: ignore[attr-defined]


class ReplyForm(forms.Form):
    """The answer to a question of another body."""

    yes = forms.ChoiceField(
        label=gettext_lazy("答复"),
        choices=(("", "—"), ("1", gettext_lazy("是")), ("0", gettext_lazy("否"))),
    )
    text = _words(gettext_lazy("说明"), gettext_lazy("答复“否”的须写明理由"), required=False)


class ReasonForm(forms.Form):
    """A reason, or what is to be looked at."""

    reason = _words(gettext_lazy("说明"))


class ConcludeForm(forms.Form):
    """How it ends."""

    outcome = forms.ChoiceField(label=gettext_lazy("结论"))
    amount = forms.CharField(
        label=gettext_lazy("金额（元）"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        help_text=gettext_lazy("给予现金的填写；实物、服务、减免不填"),
    )
    starts_on = forms.DateField(
        label=gettext_lazy("从哪一天起享受"),
        required=False,
        widget=DayInput(),
        help_text=gettext_lazy("给予的填写"),
    )
    reason = _words(gettext_lazy("理由"), gettext_lazy("不予、不适用的须写明"), required=False)

    def __init__(self, *args: Any, outcomes: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = [("", "—"), *((o, OUTCOME_LABELS[o]) for o in outcomes)]  # type: ignore[attr-defined]

    def clean_amount(self) -> int | None:
        text = self.cleaned_data["amount"]
        if not text:
            return None
        parsed = parse_yuan(text)
        if parsed.fen is None:
            raise forms.ValidationError(parsed.fault)
        return parsed.fen


class SendForm(forms.Form):
    """One programme sent on by hand."""

    programme = forms.ChoiceField(label=gettext_lazy("项目"))
    person = forms.ChoiceField(label=gettext_lazy("为谁"), required=False)
    reason = _words(gettext_lazy("为什么转办"))

    def __init__(
        self,
        *args: Any,
        programmes: Iterable[tuple[str, str]],
        persons: Iterable[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["programme"].choices = [("", "—"), *programmes]  # type: ignore[attr-defined]
        self.fields["person"].choices = [("", _("全户")), *persons]  # type: ignore[attr-defined]


class ListForm(forms.Form):
    """What narrows the list."""

    number = forms.CharField(label=gettext_lazy("转办编号"), required=False, max_length=40)
    body = forms.ChoiceField(label=gettext_lazy("承办部门"), required=False)

    def __init__(self, *args: Any, bodies: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].choices = [("", _("全部")), *bodies]  # type: ignore[attr-defined]
