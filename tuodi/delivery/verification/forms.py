"""Forms of verification. The survey form is generated from the field dictionary, so a new fact needs no new form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuodi.core import facts as dictionary
from tuodi.core.facts import field_of
from tuodi.core.fields import FactField
from tuodi.core.money import parse_yuan, yuan_plain
from tuodi.delivery.verification.matching import HOUSEHOLD

YES_NO = ((True, gettext_lazy("是")), (False, gettext_lazy("否")))


class YuanField(forms.CharField):
    """An amount typed in yuan, whole fen inside; empty is None."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def prepare_value(self, value: Any) -> Any:
        return (
            yuan_plain(value).removesuffix(".00")
            if isinstance(value, int) and not isinstance(value, bool)
            else value
        )

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        parsed = parse_yuan(text)
        if parsed.fen is None:
            raise forms.ValidationError(parsed.fault)
        return parsed.fen


class DayInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def form_field(f: FactField, *, required: bool = False) -> forms.Field:
    """The form field of a fact."""
    common: dict[str, Any] = {"label": f.label, "required": required, "help_text": f.help}
    if f.kind in ("money", "money_year"):
        return YuanField(**{**common, "label": f"{f.label}（{f.unit}）"})
    if f.kind == "int":
        return forms.IntegerField(min_value=f.least, max_value=f.most, **common)
    if f.kind == "bool":
        return forms.TypedChoiceField(
            choices=(("", "—"), ("1", _("是")), ("0", _("否"))),
            coerce=lambda v: v == "1",
            empty_value=None,
            **common,
        )
    if f.kind == "choice":
        return forms.ChoiceField(choices=[("", "—"), *((k, v) for k, v in f.choices.items() if k)], **common)
    if f.kind == "day":
        return forms.DateField(widget=DayInput(), **common)
    return forms.CharField(max_length=200, **common)


def to_form(f: FactField, value: Any) -> Any:
    """A fact's value as its form field starts with it."""
    if f.kind == "bool":
        return "" if value is None else "1" if value else "0"
    return value


def from_form(f: FactField, value: Any) -> Any:
    """What a form field gave, as a fact; an empty cell is None where the dictionary knows no empty value."""
    if value in (None, ""):
        return f.blank if f.kind in ("text", "day", "choice") else None
    return value.isoformat() if isinstance(value, date) else value


class ExplainForm(forms.Form):
    """What the family says about a doubt."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=80)
    text = forms.CharField(
        label=gettext_lazy("家庭的说明"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        help_text=gettext_lazy("照家庭所说填写；表示没有说明的，写“无说明”"),
    )
    papers = forms.CharField(
        label=gettext_lazy("提供的凭据"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("如：车辆转让协议 1 份"),
    )


class SettleForm(forms.Form):
    """How an officer settles a doubt; the value is asked for where the doubt is about a fact."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("核定"),
        widget=forms.RadioSelect,
        choices=(
            ("explained", gettext_lazy("解释成立：按原申报")),
            ("upheld", gettext_lazy("疑点成立：按下面的核定值")),
        ),
    )
    reason = forms.CharField(
        label=gettext_lazy("理由"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        help_text=gettext_lazy("会写入核对报告，告知家庭时照此说明"),
    )

    def __init__(self, *args: Any, fact: str, member: int, found: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fact = field_of("household" if member == HOUSEHOLD else "member", fact) if fact else None
        if self.fact is not None:
            made = form_field(self.fact)
            made.label = _("核定值：{label}").format(label=made.label)
            made.initial = to_form(self.fact, found)
            made.help_text = _("预填为数据源的值，可按查明的情况改")
            self.fields["value"] = made
            self.order_fields(["outcome", "value", "reason"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.fact is not None and cleaned.get("outcome") == "upheld" and "value" in cleaned:
            cleaned["value"] = from_form(self.fact, cleaned["value"])
            if cleaned["value"] is None:
                self.add_error("value", _("疑点成立须填核定值"))
        else:
            cleaned["value"] = None
        return cleaned


class RecheckForm(forms.Form):
    """Why the sources are asked once more."""

    reason = forms.CharField(label=gettext_lazy("复查原因"), max_length=200)


class AlertForm(forms.Form):
    """What was found on looking into an alert."""

    finding = forms.CharField(
        label=gettext_lazy("核实情况"), widget=forms.Textarea(attrs={"rows": 3}), max_length=1000
    )


class AppraisalForm(forms.Form):
    """A democratic appraisal as held."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=80)
    held_on = forms.DateField(label=gettext_lazy("评议日期"), widget=DayInput())
    chaired_by = forms.CharField(
        label=gettext_lazy("主持人"), max_length=40, help_text=gettext_lazy("乡镇（街道）工作人员")
    )
    present = forms.IntegerField(label=gettext_lazy("到会人数"), min_value=1, max_value=500)
    representatives = forms.IntegerField(
        label=gettext_lazy("其中村（居）民代表"),
        min_value=0,
        max_value=500,
        help_text=gettext_lazy("不得少于到会人数的三分之二"),
    )
    in_favour = forms.IntegerField(label=gettext_lazy("赞成"), min_value=0, max_value=500)
    against = forms.IntegerField(label=gettext_lazy("反对"), min_value=0, max_value=500)
    opinion = forms.CharField(
        label=gettext_lazy("评议意见"),
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        max_length=2000,
        help_text=gettext_lazy("宣讲政策、介绍情况、现场评议、形成结论、签字确认五个环节的要点"),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        present, some = cleaned.get("present"), cleaned.get("representatives")
        if present is not None and some is not None and some * 3 < present * 2:
            self.add_error(
                "representatives", _("村（居）民代表不足到会人数的三分之二，评议无效，请补足代表后重新评议")
            )
        votes = (cleaned.get("in_favour") or 0) + (cleaned.get("against") or 0)
        if present is not None and votes > present:
            self.add_error("against", _("赞成和反对票合计多于到会人数；弃权的不计"))
        return cleaned


class ListForm(forms.Form):
    """The query of the list: by number, area and lateness, never by names."""

    number = forms.CharField(label=gettext_lazy("受理编号"), required=False, max_length=32)
    area = forms.CharField(label=gettext_lazy("区划代码"), required=False, max_length=12)
    late = forms.BooleanField(label=gettext_lazy("只看超期"), required=False)


# What a visit may look at: what can be seen or asked at home, not who the people are.
SURVEYED = ("basic", "situation", "income", "expense", "asset")
NOT_SURVEYED = frozenset(
    {
        "area_code",
        "claim_kind",
        "name",
        "relation",
        "document",
        "number",
        "no_document_reason",
        "sex",
        "birth",
        "ethnicity",
        "nationality",
        "registered_area_code",
    }
)


# What is looked at in every home, whatever was declared; the rest opens where there is something in it.
ALWAYS_SEEN = frozenset(
    {
        "contracted_land",
        "deposits_fen",
        "vehicles",
        "houses",
        "lives_together",
        "student",
        "disability",
        "disability_grade",
        "work_ability",
        "employment",
        "wage_year_fen",
        "farm_gross_year_fen",
        "farm_cost_year_fen",
    }
)


def surveyed(level: str) -> Iterator[FactField]:
    """The facts on the survey form, in the dictionary's order."""
    for f in dictionary.FIELDS:
        if f.level == level and f.section in SURVEYED and f.name not in NOT_SURVEYED:
            yield f


class SurveyForm(forms.Form):
    """A home visit: the facts as they stand, to be put right where the visit showed otherwise."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=80)
    surveyed_on = forms.DateField(label=gettext_lazy("入户日期"), widget=DayInput())
    second_surveyor = forms.CharField(
        label=gettext_lazy("另一名调查人员"), max_length=40, help_text=gettext_lazy("须两人以上入户；填姓名")
    )
    note = forms.CharField(
        label=gettext_lazy("入户所见"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=3000,
        help_text=gettext_lazy("住房、家居、生产、劳动力、邻里反映"),
    )
    family_confirmed = forms.BooleanField(
        label=gettext_lazy("家庭已签字确认"),
        required=False,
        help_text=gettext_lazy("未确认的调查只作证据留存，不改变家庭情况"),
    )
    confirmed_by = forms.CharField(label=gettext_lazy("签字的家庭成员"), required=False, max_length=40)

    def __init__(self, *args: Any, facts: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.facts = facts
        self.groups: list[tuple[str, list[str]]] = [("", list(self.fields))]
        self._add(HOUSEHOLD, facts["household"], _("全户"))
        for i, member in enumerate(facts["members"]):
            self._add(i, member, str(member.get("name", "")))

    def _add(self, member: int, given: Mapping[str, Any], title: str) -> None:
        level = "household" if member == HOUSEHOLD else "member"
        names = []
        for f in surveyed(level):
            name = self.name_of(member, f)
            made = form_field(f)
            made.initial = to_form(f, given.get(f.name, f.blank))
            self.fields[name] = made
            names.append(name)
        self.groups.append((title, names))

    @staticmethod
    def name_of(member: int, f: FactField) -> str:
        return f"h-{f.name}" if member == HOUSEHOLD else f"m-{member}-{f.name}"

    def fieldsets(self) -> list[dict[str, Any]]:
        """The generated groups for the page: a title, the fields with something in them or always asked, and the rest folded."""
        made = []
        for title, names in self.groups[1:]:
            bound = [self[n] for n in names]
            shown = [b for b in bound if self._in_sight(b)]
            rest = [b for b in bound if b not in shown]
            made.append({"title": title, "fields": shown, "rest": rest})
        return made

    def _in_sight(self, bound: Any) -> bool:
        """Whether a field stands open: always asked at a visit, filled with something, or wrong."""
        name = bound.name.split("-")[-1]
        fact = field_of("household" if bound.name.startswith("h-") else "member", name)
        empty = bound.field.prepare_value(to_form(fact, fact.blank))
        return name in ALWAYS_SEEN or bool(bound.errors) or bound.value() not in ("", None, empty)

    def head(self) -> list[Any]:
        """The fields about the visit itself."""
        return [self[n] for n in self.groups[0][1] if n != "key"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("family_confirmed") and not cleaned.get("confirmed_by"):
            self.add_error("confirmed_by", _("请填写由哪位家庭成员签字确认"))
        observed: dict[str, Any] = {
            "household": dict(self.facts["household"]),
            "members": [dict(m) for m in self.facts["members"]],
        }
        for member, target in ((HOUSEHOLD, observed["household"]), *enumerate(observed["members"])):
            for f in surveyed("household" if member == HOUSEHOLD else "member"):
                name = self.name_of(member, f)
                if name in cleaned and name in self.data:
                    value = from_form(f, cleaned[name])
                    if value != target.get(f.name, f.blank):
                        target[f.name] = value
        cleaned["observed"] = observed
        return cleaned

    def show_faults(self, faults: list[Any]) -> None:
        """Put faults of the facts beside the fields they are about."""
        for fault in faults:
            name = f"m-{fault.member - 1}-{fault.field}" if fault.member else f"h-{fault.field}"
            self.add_error(
                name if name in self.fields else None, fault.message if name in self.fields else str(fault)
            )
