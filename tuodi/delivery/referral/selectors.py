"""Questions about referrals: piles of work, one referral with its facts and acts, what a family has where."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.db import models
from django.db.models import Count, Q, Value
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tuodi.core import facts as dictionary
from tuodi.core.fields import FactField
from tuodi.core.money import yuan_text
from tuodi.core.process import Step
from tuodi.delivery.intake.models import Application
from tuodi.delivery.intake.ports import Onward
from tuodi.delivery.referral.models import Opening, Question, Referral, ReferralStep
from tuodi.delivery.referral.process import BY_TIME, CIVIL_AFFAIRS, OWN_STATES, PROCESSES, states_of_desk
from tuodi.delivery.referral.services.common import may_take, process_of
from tuodi.delivery.referral.services.handling import OUTCOMES, ending, steps_onward
from tuodi.kit.together import Parts, gathered, together
from tuodi.kit.wording import said
from tuodi.kit.worklist import WorkItem
from tuodi.policy.catalogue import PROGRAMMES
from tuodi.policy.fanning import WHY, WHY_NOT
from tuodi.records.org import rights
from tuodi.records.org.clocked import Clocked
from tuodi.records.org.models import DepartmentName

SOON = timedelta(days=2)
OPEN = Q(concluded_on__isnull=True)
# Every referral lies in exactly one of these (a test walks all tables): key, label, what lies in it.
PILES: tuple[tuple[str, str, Q], ...] = (
    ("sent", "待接收", OPEN & Q(state="sent")),
    ("returned", "部门退回", OPEN & Q(state="returned")),
    ("disputed", "待定办", OPEN & Q(state="disputed")),
    ("paused", "停表，等补正", OPEN & Q(state="correcting")),
    ("noticing", "公示中", OPEN & Q(state__in=BY_TIME)),
    ("handling", "办理中", OPEN & ~Q(state__in=[*OWN_STATES, *BY_TIME])),
    ("done", "已办结", ~OPEN),
)


def piles_across(officer: Any, on: date) -> tuple[tuple[str, str, Q], ...]:
    """Piles that lie across the others: what this officer can move on, what is due today, what is late."""
    running = OPEN & ~Q(state="correcting")
    return (
        ("mine", "我能办的", mine(officer, on)),
        ("today", "今天到期", running & Q(due=on)),
        ("late", "超期", running & Q(due__lt=on)),
    )


def mine(officer: Any, on: date) -> Q:
    """What waits for a step this officer's roles and body may take (the place is looked at by `visible`)."""
    wanted = Q(pk__in=())
    roles = rights.roles_on(officer, on)
    for role in sorted(roles & {"bureau", CIVIL_AFFAIRS, "counter", "reviewer", "confirmer", "office"}):
        stages = _at_desk(role)
        if role == "bureau":
            wanted |= Q(department=officer.department_id) & (stages | Q(state="sent"))
        elif role == CIVIL_AFFAIRS:
            if officer.department_id == CIVIL_AFFAIRS:
                here = Q(department=CIVIL_AFFAIRS)
                wanted |= stages | here & (_at_desk("bureau") | Q(state="sent"))
        elif role == "counter":
            wanted |= stages | Q(state__in=("returned", "correcting"))
        elif role == "office":
            wanted |= Q(state="disputed")
        else:
            wanted |= stages
    return OPEN & wanted


def _at_desk(role: str) -> Q:
    """What stands at a stage the role ends."""
    found = Q(pk__in=())
    for procedure, states in states_of_desk(role).items():
        found |= Q(procedure=procedure, state__in=states)
    return found


def referrals_for(officer: Any, *, act: str = "referral.see") -> models.QuerySet[Referral]:
    """The referrals an officer reaches: of the place, and for a bureau's officer those its own body has in hand."""
    return rights.visible(Referral.objects.all(), officer, act=act)


def filtered(
    rows: models.QuerySet[Referral], wanted: Mapping[str, str], officer: Any, on: date
) -> models.QuerySet[Referral]:
    """A list narrowed by pile, body, programme, area and number."""
    for key, _label, inside in (*PILES, *piles_across(officer, on)):
        if wanted.get("pile") == key:
            rows = rows.filter(inside)
    if body := wanted.get("body", ""):
        rows = rows.filter(department=body)
    if programme := wanted.get("programme", ""):
        rows = rows.filter(programme=programme)
    area = wanted.get("area", "")
    if area.isdecimal() and len(area) in (6, 9, 12):
        rows = rows.filter(rights.area_condition(rights.reach(area)))
    if number := wanted.get("number", "").strip():
        rows = rows.filter(number__startswith=number)
    return rows


def pile_counts(rows: models.QuerySet[Referral], officer: Any, on: date) -> dict[str, int]:
    """How many lie in each pile, in one query."""
    return rows.aggregate(
        **{key: Count("pk", filter=inside) for key, _label, inside in (*PILES, *piles_across(officer, on))}
    )


def worklist(officer: Any, on: date) -> list[WorkItem]:
    """What waits for the officer here, and the questions the officer's body answers: one query."""
    acts = ("referral.act", "referral.send", "referral.rule", "referral.step")
    items: list[WorkItem] = []
    base = reverse("referral:list")
    works = any(rights.may(officer, act, on=on) for act in acts)
    answers = rights.may(officer, "referral.question", on=on) and officer.department_id
    asked = (
        questions_for(officer)
        .order_by()
        .annotate(all=Value(1))
        .values("all")
        .annotate(n=Count("pk"), late=Count("pk", filter=Q(due__lt=on)))
    )
    if works:
        q = mine(officer, on)
        rows = (
            rights.visible(Referral.objects.all(), officer, act="referral.see", on=on)
            .annotate(all=Value(1))
            .values("all")
            .annotate(
                sent=Count("pk", filter=q & Q(state="sent")),
                sent_late=Count("pk", filter=q & Q(state="sent", due__lt=on)),
                returned=Count("pk", filter=q & Q(state="returned")),
                returned_late=Count("pk", filter=q & Q(state="returned", due__lt=on)),
                disputed=Count("pk", filter=q & Q(state="disputed")),
                disputed_late=Count("pk", filter=q & Q(state="disputed", due__lt=on)),
                paused=Count("pk", filter=q & Q(state="correcting")),
                work=Count("pk", filter=q & ~Q(state__in=OWN_STATES)),
                work_late=Count("pk", filter=q & ~Q(state__in=OWN_STATES) & Q(due__lt=on)),
                work_soon=Count(
                    "pk", filter=q & ~Q(state__in=OWN_STATES) & Q(due__gte=on, due__lte=on + SOON)
                ),
            )
        )
        together(rows, *([asked] if answers else []))
        counted: Mapping[str, Any] = next(iter(rows), {})
        words = (
            ("sent", _("转办待接收"), "sent", _("接收，或写明理由退回")),
            ("returned", _("部门退回的转办"), "returned", _("转到应当承办的部门")),
            ("disputed", _("两次退回，待定办"), "disputed", _("定办后部门不能再退回")),
            ("paused", _("转办等家庭补正"), "paused", _("时限停着；收到后登记")),
            ("work", _("转办事项办理中"), "mine", ""),
        )
        items += [
            WorkItem(
                label,
                counted[key],
                f"{base}?pile={pile}",
                overdue=counted.get(f"{key}_late", 0),
                due_soon=counted.get(f"{key}_soon", 0),
                hint=hint,
            )
            for key, label, pile, hint in words
            if counted.get(key)
        ]
    for row in asked if answers else ():
        if row["n"]:
            items.append(
                WorkItem(_("其他部门征求意见"), row["n"], reverse("referral:questions"), overdue=row["late"])
            )
    return items


def questions_for(officer: Any) -> models.QuerySet[Question]:
    """Unanswered questions put to the officer's own body, within the officer's reach."""
    return rights.visible(
        Question.objects.filter(answer=None, department=officer.department_id),
        officer,
        "referral__area_id",
        act="referral.question",
    )


# --- names --------------------------------------------------------------------------------------------

NAMES_SECONDS = 30
_names: tuple[float, tuple[tuple[str, str, date, date | None], ...]] = (0.0, ())


def body_names(on: date) -> dict[str, str]:
    """What each body is called on a day; the names are read once in half a minute, as a page shows many and they seldom change."""
    global _names
    if not _names[1] or time.monotonic() - _names[0] > NAMES_SECONDS:
        rows = DepartmentName.objects.values_list("department_id", "name", "since", "until")
        _names = (time.monotonic(), tuple(rows))
    return {
        code: name for code, name, since, until in _names[1] if since <= on and (until is None or on < until)
    }


def bodies(on: date) -> list[tuple[str, str]]:
    """The bodies a referral may go to: owners of programmes on a day, by name."""
    names = body_names(on)
    owners = {p.bureau(on) for p in PROGRAMMES.values() if p.in_force(on)} | {"disabled_federation"}
    return sorted(((code, names.get(code, code)) for code in owners), key=lambda x: x[0])


# --- one referral -------------------------------------------------------------------------------------


def grounds_of(referral: Referral) -> dict[str, Any]:
    """What was worked out, and the facts told, whether just made or read from the database."""
    sealed: Any = referral.grounds
    made: dict[str, Any] = sealed if isinstance(sealed, dict) else sealed.open()
    return made


def worded(field: FactField, value: Any) -> str:
    """A fact as a page shows it."""
    if value is None:
        return _("未知")
    if field.kind == "bool":
        return _("是") if value else _("否")
    if field.kind in ("money", "money_year"):
        return f"{yuan_text(value)} {field.unit or '元'}"
    if field.kind == "choice":
        return field.choices.get(str(value), str(value))
    return f"{value}{field.unit}" if field.kind == "int" else str(value) or "—"


def facts_shown(grounds: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The facts told to the body, by whose they are, in words."""
    told = grounds["facts"]
    parts = [("household", _("全户"), told["household"])]
    parts += [("member", m.get("name", ""), m) for m in told["members"]]
    shown = []
    for level, whose, given in parts:
        rows = []
        for name, value in given.items():
            if name == "number" or (level, name) not in dictionary.BY_NAME or name == "name":
                continue
            field = dictionary.BY_NAME[level, name]
            rows.append({"label": field.label, "value": worded(field, value)})
        if rows:
            shown.append({"whose": whose, "rows": rows})
    return shown


def acts_of(referral: Referral, officer: Any, on: date) -> dict[str, Any]:
    """What this officer may do with it now: whole forms by name, and the stage acts of the procedure."""
    process = process_of(referral)

    def can(act: str) -> bool:
        step = process.step(act, referral.state)
        return step is not None and may_take(referral, step, officer, on)

    def ends(outcome: str) -> Step | None:
        last = ending(referral, outcome)
        return last if last is not None and may_take(referral, last, officer, on) else None

    in_hand = (
        referral.accepted_on is not None
        and referral.concluded_on is None
        and officer.department_id == referral.department_id
        and rights.may(officer, "referral.question", referral.area_id, on)
    )
    return {
        "accept": can("accept"),
        "return": not referral.final and can("return"),
        "readdress": can("readdress"),
        "rule": can("rule"),
        "correct": can("ask_correction"),
        "answer": referral.state == "correcting"
        and rights.may(officer, "referral.answer", referral.area_id, on),
        "conclude": [o for o in OUTCOMES if ends(o) is not None],
        "steps": [
            s for s in steps_onward(referral) if s.role != "system" and may_take(referral, s, officer, on)
        ],
        "question": in_hand,
        "visit": in_hand,
    }


def timeline(steps: Iterable[ReferralStep], on: date, officers: Mapping[str, str]) -> list[dict[str, Any]]:
    """The steps of one or several referrals in words, for the kit's timeline."""
    names = body_names(on)
    lines = []
    for s in steps:
        process = process_of(s.referral)
        label = OTHER_ACTS.get(s.act) or next(
            (x.label for x in process.steps if x.act == s.act and x.target == s.state_to), s.act
        )
        lines.append(
            {
                "on": s.on,
                "who": f"{said(names.get(s.department_id, s.department_id))} {officers.get(s.by, s.by)}",
                "what": f"{s.referral.label}：{label}",
                "text": s.reason.open() if s.reason else "",
                "url": reverse("referral:referral", args=[s.referral.number]),
            }
        )
    return lines


OTHER_ACTS: Mapping[str, str] = {
    "send": "转办",
    "ask_body": "征求其他部门意见",
    "answer_body": "其他部门答复",
    "request_visit": "请求入户",
}


def steps_of(**of: Any) -> models.QuerySet[ReferralStep]:
    """Steps, oldest first, with their referral."""
    return ReferralStep.objects.filter(**of).select_related("referral").order_by("pk")


# --- a family -----------------------------------------------------------------------------------------


def _case_parts(application: Application) -> Parts:
    of = {"application": application}
    return {
        "referrals": Referral.objects.filter(**of)
        .select_related("person")
        .defer("grounds")
        .order_by("number"),
        "opening": Opening.objects.filter(**of).values_list("opened_on", "opened"),
    }


def case_parts(application: Application) -> list[tuple[models.Model, Parts]]:
    """What the case page may fetch for `case_panel` beforehand, with all the other rooms' parts."""
    return [(application, _case_parts(application))]


def case_panel(application: Application, officer: Any) -> dict[str, Any] | None:
    """Who holds what of a family until when; None before acceptance."""
    rows = gathered(application, _case_parts(application))["referrals"]
    if not rows:
        return None
    names = body_names(max(r.sent_on for r in rows))
    return {
        "rows": [{"referral": r, "body": names.get(r.department_id, r.department_id)} for r in rows],
        "open": sum(1 for r in rows if r.concluded_on is None),
        "may_send": application.state == "accepted"
        and rights.may(officer, "referral.send", application.area_id),
    }


def onward(application: Application) -> list[Onward]:
    """For intake's receipt: each body, programme and day (`intake.ports`)."""
    rows = (
        Referral.objects.filter(application=application)
        .select_related("person")
        .defer("grounds")
        .order_by("number")
    )
    found = list(rows)
    names = body_names(max(r.sent_on for r in found)) if found else {}
    return [
        Onward(
            number=r.number,
            body=names.get(r.department_id, r.department_id),
            programme=r.label,
            whose=r.person.name if r.person else "",
            due=r.overall_due,
        )
        for r in found
    ]


def not_opened(application: Application) -> list[dict[str, Any]]:
    """The programmes not opened, by reason, for whom, with the sentences."""
    row = Opening.objects.filter(application=application).select_related("snapshot").first()
    if row is None:
        return []
    members = row.snapshot.facts.open()["members"]

    def name(number: int) -> str:
        return members[number - 1].get("name", "") if number else ""

    found = [
        {
            "programme": PROGRAMMES[n["programme"]].label,
            "whose": "、".join(filter(None, (name(m) for m in n["members"]))),
            "reason": WHY_NOT[n["reason"]],
            "kind": n["reason"],
            "because": n["because"],
        }
        for n in row.not_opened.open()
    ]
    order = list(WHY_NOT)
    return sorted(found, key=lambda n: order.index(n["kind"]))


def why_words(referral: Referral) -> str:
    """Why it was opened, in words."""
    return WHY[referral.why]


def sendable(application: Application, on: date) -> list[tuple[str, str]]:
    """The programmes an officer may send an application to by hand."""
    return [
        (code, p.label)
        for code, p in PROGRAMMES.items()
        if p.in_force(on)
        and p.process(on) is not None
        and code not in (application.programme, "price_supplement")
    ]


# --- what is on a clock ------------------------------------------------------------------------------------------


def clocked() -> tuple[Clocked, ...]:
    """Referrals not concluded, with the body that has each in hand; a correction asked of the family stops the clock."""
    labels = {state: label for table in PROCESSES for state, label in table.states.items()}
    open_states = [s for s in labels if any(s in table.states and s not in table.ends for table in PROCESSES)]
    return (
        Clocked(
            kind="referral",
            label=_lazy("转办事项"),
            right="referral.see",
            rows=lambda: Referral.objects.filter(OPEN, due__isnull=False),
            states={s: labels[s] for s in open_states},
            roles={**dict.fromkeys(open_states, "bureau"), "returned": "counter", "disputed": "office"},
            url=lambda _key, number: reverse("referral:referral", args=[number]),
            number="number",
            body=models.F("department_id"),
            paused=models.Case(
                models.When(state="correcting", then=Value("等家庭补正")),
                default=Value(""),
                output_field=models.CharField(),
            ),
            waits={"correcting": "family", **dict.fromkeys(BY_TIME, "public")},
        ),
    )
