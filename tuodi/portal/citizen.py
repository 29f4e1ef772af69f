"""我能享受什么: ten plain questions, an estimate over all programmes, nothing stored and nobody named.

The answers become a family of the field dictionary, the rulebook answers, and the page says clearly that it is an estimate: what somebody
leaves out stays unknown, and an income that is only about right is tried a fifth lower and a fifth higher, which gives the range.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from tuodi.core.facts import Household
from tuodi.core.finding import PERIODS
from tuodi.core.logic import is_unknown
from tuodi.core.months import months_later
from tuodi.core.parameters import Parameters
from tuodi.policy.answers import Answers, answers
from tuodi.policy.catalogue import PROGRAMMES
from tuodi.policy.changes import every
from tuodi.policy.programme import Programme
from tuodi.records.org import clock
from tuodi.records.org.models import Area
from tuodi.records.org.rights import public_page
from tuodi.records.standards import selectors as standards

ABOUT = (80, 100, 120)  # percent of the income named
MOST = 12  # people of one kind
# Who may live in a family: the box's name, its label, and the facts of each such person (age in years, school).
PEOPLE: tuple[tuple[str, Any, int, Mapping[str, Any]], ...] = (
    ("adults", _("18 至 59 岁的大人"), 40, {}),
    ("sixties", _("60 至 69 岁的老人"), 64, {"employment": "none"}),
    ("seventies", _("70 岁以上的老人"), 75, {"employment": "none", "work_ability": "none"}),
    ("toddlers", _("没上学的孩子"), 3, {}),
    ("kindergarten", _("上幼儿园的孩子"), 5, {"student": "kindergarten"}),
    ("primary", _("上小学的孩子"), 9, {"student": "primary"}),
    ("junior", _("上初中的孩子"), 13, {"student": "junior"}),
    ("senior", _("上高中的孩子"), 16, {"student": "senior"}),
    ("vocational", _("上中职的孩子"), 16, {"student": "vocational"}),
    ("university", _("上大学的孩子"), 20, {"student": "undergraduate"}),
)
DISABLED = (
    ("", _("没有")),
    ("physical:1", _("有，肢体等一级")),
    ("physical:2", _("有，肢体等二级")),
    ("physical:3", _("有，三级或四级")),
    ("mental:2", _("有，智力或精神一、二级")),
    ("mental:3", _("有，智力或精神三级")),
)
HAVING = (
    ("car", _("小汽车、挖掘机等（不算摩托车）")),
    ("house", _("两处以上住房")),
    ("shop", _("门面、商铺")),
    ("company", _("开公司、办企业")),
)
RECEIVING = (
    ("", _("没有领")),
    ("dibao", _("低保")),
    ("tekun", _("特困供养")),
    ("orphan", _("孤儿基本生活费")),
)


# What is not asked is taken as it usually is; the counter asks.
USUAL_OF_A_PERSON: Mapping[str, Any] = {
    "father_situation": "able",
    "mother_situation": "able",
    "work_injury_care": False,
    "other_living_allowance_month_fen": 0,
    "other_care_allowance_month_fen": 0,
    "school_roll": True,
    "school_place": "county",
    "medical_insured": "resident",
    "premium_supported": False,
    "employee_pension": False,
    "unemployment_month_fen": 0,
    "unemployment_subsidy_month_fen": 0,
    "veteran_regular": False,
    "hiv_child": False,
}
USUAL_OF_A_HOUSEHOLD: Mapping[str, Any] = {"special_living_had": False}


class Questions(forms.Form):
    """The ten questions; all but the first two may be left as they are."""

    area = forms.ChoiceField(label=_("1. 您住在哪个县（市）"))
    kind = forms.ChoiceField(
        label=_("户口"), choices=(("rural", _("农村")), ("urban", _("城镇"))), initial="rural"
    )
    income = forms.IntegerField(
        label=_("3. 全家一年大约收入多少元（工资、种地养殖、养老金都算）"),
        min_value=0,
        max_value=10_000_000,
        required=False,
    )
    savings = forms.IntegerField(
        label=_("4. 家里大约有多少元存款"), min_value=0, max_value=100_000_000, required=False
    )
    having = forms.MultipleChoiceField(
        label=_("5. 家里有下面这些吗（有就勾上）"),
        choices=HAVING,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    disabled = forms.ChoiceField(label=_("6. 家里有人有残疾证吗"), choices=DISABLED, required=False)
    illness = forms.BooleanField(label=_("7. 家里有人得大病"), required=False)
    paid_for_illness = forms.IntegerField(
        label=_("看病一年自己付了大约多少元"), min_value=0, max_value=10_000_000, required=False
    )
    boarding = forms.BooleanField(label=_("8. 上学的孩子住校"), required=False)
    jobless = forms.BooleanField(label=_("9. 能干活的大人都没有工作"), required=False)
    receiving = forms.ChoiceField(label=_("10. 现在领着哪一种"), choices=RECEIVING, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        counties = Area.objects.filter(level="county").order_by("pk").values_list("pk", "name")
        self.fields["area"].choices = list(counties)
        for name, label, _age, _facts in PEOPLE:
            self.fields[name] = forms.IntegerField(
                label=label, min_value=0, max_value=MOST, required=False, initial=1 if name == "adults" else 0
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not any(cleaned.get(name) for name, *_more in PEOPLE):
            self.add_error("adults", _("请填家里有几口人，至少一人"))
        return cleaned

    def people(self) -> list[Any]:
        """The boxes of the second question."""
        return [self[name] for name, *_more in PEOPLE]


def family(said: Mapping[str, Any], on: date, percent: int) -> dict[str, Any]:
    """The family that was told of, with that share of the income named."""
    members: list[dict[str, Any]] = []
    for name, label, age, facts in PEOPLE:
        for _n in range(said.get(name) or 0):
            relation = "head" if not members else "child" if age < 18 or "student" in facts else "other"
            members.append(
                {
                    "name": str(label),
                    "relation": relation,
                    "birth": months_later(on, -12 * age - 6).isoformat(),
                    "registered_kind": said["kind"],
                    **USUAL_OF_A_PERSON,
                    "school_rural": said["kind"] == "rural",
                    **facts,
                    **({"boarding": bool(said.get("boarding"))} if facts.get("student") else {}),
                }
            )
    first = members[0]
    first["other_transfer_year_fen"] = (said.get("income") or 0) * percent  # yuan × percent: fen
    if said.get("disabled"):
        kind, grade = said["disabled"].split(":")
        first |= {"disability": kind, "disability_grade": int(grade)}
    first |= {
        "serious_illness": bool(said.get("illness")),
        "medical_self_pay_year_fen": (said.get("paid_for_illness") or 0) * 100,
    }
    for m in members:
        if 18 <= on.year - int(m["birth"][:4]) < 60 and "student" not in m:
            m["employment"] = "registered_jobless" if said.get("jobless") else "farming"
        if said.get("receiving") in ("tekun", "orphan"):
            m["identity"] = said["receiving"]
    having = said.get("having") or ()
    household = {
        **USUAL_OF_A_HOUSEHOLD,
        "area_code": said["area"],
        "claim_kind": said["kind"],
        "deposits_fen": (said.get("savings") or 0) * 100,
        "vehicles": int("car" in having),
        "houses": 2 if "house" in having else 1,
        "shops": int("shop" in having),
        "companies": int("company" in having),
        "on_roll": said.get("receiving") == "dibao",
    }
    return {"household": household, "members": members}


def estimate(said: Mapping[str, Any], parameters: Parameters, on: date) -> dict[str, list[dict[str, Any]]]:
    """What is likely and what may be, over all programmes; a programme for several members is named once."""
    tries = [answers(Household.from_dict(family(said, on, percent)), parameters, on=on) for percent in ABOUT]
    likely, perhaps = [], []
    for code, known in PROGRAMMES.items():
        found = [verdict(one, code) for one in tries]
        if any(v is None for v in found):
            continue
        row = {
            "programme": known,
            "papers": [p for p in known.papers if not p.known_to],
            "where": where(known),
        }
        amounts = [v["amount_fen"] for v in found if v and v["eligible"]]
        if amounts and all(v and v["eligible"] for v in found):
            likely.append(
                {**row, "least": min(amounts), "most": max(amounts), "period": PERIODS[known.period]}
            )
        elif amounts:
            perhaps.append(
                {
                    **row,
                    "why": "",
                    "least": min(amounts),
                    "most": max(amounts),
                    "period": PERIODS[known.period],
                }
            )
        elif any(v and v["missing"] for v in found):
            missing = next(v["missing"] for v in found if v and v["missing"])
            perhaps.append({**row, "asks": missing[:4], "more": max(len(missing) - 4, 0)})
    likely.sort(key=lambda r: -r["most"])
    return {"likely": likely, "perhaps": perhaps}


def verdict(found: Answers, code: str) -> dict[str, Any] | None:
    """One programme over the whole family: due to anybody beside the others, the sum, or what would have to be known; None: not answered."""
    mine = [(a, found.due(c, member)) for (c, member), a in every(found) if c == code]
    if not mine:
        return None
    yes = [due.payable_fen for a, due in mine if a.eligible is True and due.stays]
    missing = sorted(
        {name.split("：")[-1] for a, _due in mine if is_unknown(a.eligible) for name in a.missing}
    )
    return {"eligible": bool(yes), "amount_fen": sum(yes), "missing": missing}


def where(programme: Programme) -> Any:
    """Which counter: the school for what goes by the school place, else the one window of the township."""
    if programme.unit == "school_place":
        return _("孩子所在学校")
    return _("乡镇（街道）社会救助窗口，任何一个都可以")


@public_page
@require_http_methods(["GET", "POST"])
def can_have(request: HttpRequest) -> HttpResponse:
    """The questions, and under them the estimate; the answers stand in no address and are kept nowhere."""
    form = Questions(request.POST if request.method == "POST" else None)
    on = clock.today()
    made = None
    if request.method == "POST" and form.is_valid():
        made = estimate(form.cleaned_data, standards.parameters(), on)
    status = 200 if request.method == "GET" or made is not None else 422
    return render(request, "portal/can_have.html", {"form": form, "made": made, "on": on}, status=status)


urlpatterns = [path("can-have/", can_have, name="can_have")]
