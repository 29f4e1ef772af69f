"""Questions about applications: what is wrong or missing, what waits, what a case looks like. Nothing is changed here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Count, Model, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tuodi.core import facts as dictionary
from tuodi.core.facts import Fault
from tuodi.core.identity import age_on, check_card, check_document, clean
from tuodi.delivery.intake import ports
from tuodi.delivery.intake.models import (
    Application,
    Applying,
    CorrectionNotice,
    Declaration,
    Draft,
    Mandate,
    RelativeFiling,
)
from tuodi.delivery.intake.process import RECEIVE
from tuodi.kit.sealed import lookup_hash
from tuodi.kit.together import Parts, gathered, together
from tuodi.kit.worklist import WorkItem
from tuodi.policy import asking
from tuodi.policy import needs as need_table
from tuodi.policy.asking import Asked
from tuodi.policy.catalogue import PROGRAMMES
from tuodi.records.org import rights
from tuodi.records.org.clocked import Clocked, turns
from tuodi.records.org.models import Area, Officer
from tuodi.records.people import services as people
from tuodi.records.people.models import Person
from tuodi.records.standards import selectors as standards

ADULT = 18
# Not living with the family, so they cannot be asked to sign (审核确认办法 第七条).
AWAY = frozenset({"prison", "isolation", "missing", "labour_reeducation"})


def newest_declaration(application: Application) -> Declaration:
    """What the family stated last."""
    row = application.declarations.order_by("-sequence").first()
    assert row is not None, "an application has a declaration"
    return row


def facts_of(application: Application) -> dict[str, Any]:
    """The newest declaration's facts."""
    row = newest_declaration(application)
    return row.facts.open() if hasattr(row.facts, "open") else row.facts


def newest_snapshot(application: Application) -> Any:
    """The newest frozen facts of an application, or None before acceptance."""
    return application.snapshots.order_by("-pk").first()


# --- needs and programmes ------------------------------------------------------------------------------


def need_codes_of(application: Application) -> tuple[str, ...]:
    """The categories of need the officer confirmed (policy.needs)."""
    kept = application.needs
    return tuple(kept.open() if hasattr(kept, "open") else kept or ())


def needs_of(application: Application) -> tuple[str, ...]:
    """The tags referrals go by (living, care, medical …), from the confirmed categories."""
    return need_table.tags_of(need_codes_of(application))


def wanted_of(application: Application) -> Any:
    """What the officer added or left off (`services.Wanted`); empty where nobody chose."""
    from tuodi.delivery.intake.services import Wanted

    kept = application.wanted
    return Wanted.from_dict(kept.open() if hasattr(kept, "open") else kept)


def askable(facts: Mapping[str, Any]) -> dict[str, Any] | None:
    """The facts as the rules may look at them while the form is still being filled; None before there is a place."""
    household = facts["household"]
    if not household.get("area_code"):
        return None
    return {
        "household": {"claim_kind": "rural", **household},
        "members": [{**m, "birth": m.get("birth") or None} for m in plain(facts)["members"]] or [{}],
    }


def to_ask(facts: Mapping[str, Any], needs: Iterable[str], on: date) -> tuple[Asked, ...]:
    """What is still to be asked of a family, beyond what every application asks."""
    known = askable(facts)
    return asking.to_ask(known, needs, standards.parameters(), on) if known else ()


def standings_of(facts: Mapping[str, Any], needs: Iterable[str], on: date) -> tuple[asking.Standing, ...]:
    """How the family stands with every programme."""
    known = askable(facts)
    return asking.standings(known, needs, standards.parameters(), on) if known else ()


def opened(standings: Iterable[asking.Standing], wanted: Any) -> list[str]:
    """The programmes an application opens: what the rules and needs open, with the officer's choice."""
    return [
        s.programme
        for s in standings
        if s.programme in wanted.added or (s.opens and s.programme not in wanted.left_off)
    ]


# --- what is wrong -------------------------------------------------------------------------------------


def faults(
    facts: Mapping[str, Any], *, on: date, programme: str, application: Application | None = None
) -> list[Fault]:
    """All that must be mended before these facts can be taken in: in themselves, and against the register."""
    found = dictionary.validate(plain(facts), on=on)
    code = str(facts["household"].get("area_code") or "")
    told = any(f.member == 0 and f.field == "area_code" for f in found)
    if code and not told and not known_areas({code}):
        found.append(Fault(0, "area_code", _("“{code}”不是本州的乡镇（街道）或村（社区）").format(code=code)))
    found += account_faults(facts)
    return found + against_register([facts], on=on, programme=programme, application=application)[0]


def account_faults(facts: Mapping[str, Any]) -> list[Fault]:
    """What is wrong with the payee account; a passbook number that only looks odd is no fault."""
    household = facts["household"]
    if not household.get("payee_account"):
        return []
    found = [Fault(0, "payee_account", message) for message in check_card(household["payee_account"]).faults]
    payee = people.plain_name(str(household.get("payee_name") or ""))
    names = {people.plain_name(str(m.get("name") or "")) for m in facts["members"]}
    if payee and payee not in names:
        found.append(Fault(0, "payee_name", _("收款人须是共同生活的家庭成员，请改填成员姓名")))
    return found


def known_areas(codes: set[str]) -> set[str]:
    """Those of some codes that are townships or villages of the prefecture, in one query."""
    wanted = [c for c in codes if len(c) >= 9]
    found: set[str] = set()
    for start in range(0, len(wanted), 500):
        found |= set(Area.objects.filter(code__in=wanted[start : start + 500]).values_list("code", flat=True))
    return found


def plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    """A facts document without the register's keys, as the dictionary knows it."""
    return {
        "household": dict(facts["household"]),
        "members": [{k: v for k, v in m.items() if k != "person"} for m in facts["members"]],
    }


def claims_of(facts: Mapping[str, Any], programme: str, on: date) -> list[bool]:
    """For each member, whether this application asks for them: for all, or under DB-2012 for one registration only (T3)."""
    ask = PROGRAMMES[programme].claimed
    if ask is None:
        return [True] * len(facts["members"])
    area = str(facts["household"].get("area_code") or "")
    return ask(facts, standards.parameters().at(area, on))


def numbers_in(facts: Mapping[str, Any]) -> set[str]:
    """The look-up hashes of a family's document numbers."""
    return {
        lookup_hash(people.normalise(m["number"]))
        for m in facts["members"]
        if isinstance(m.get("number"), str)
        and m["number"].strip()
        and m.get("document", "resident") != "none"
    }


class _Half:
    """Whether another open application is the other half of a split family: the same people, claimed apart."""

    def __init__(self) -> None:
        self._numbers: dict[int, set[str]] = {}

    def is_other(self, facts: Mapping[str, Any], claims: Sequence[bool], application_id: int) -> bool:
        """Same people, and this one is a claim for some of them only."""
        if all(claims):
            return False
        if application_id not in self._numbers:
            rows = Applying.objects.filter(application=application_id, until=None)
            self._numbers[application_id] = set(
                rows.exclude(person__number_index=None).values_list("person__number_index", flat=True)
            )
        return self._numbers[application_id] == numbers_in(facts)


def against_register(
    families: Sequence[Mapping[str, Any]], *, on: date, programme: str, application: Application | None = None
) -> list[list[Fault]]:
    """Per family what the register has against it: another name on a number, an open application, a running benefit.

    Asked for many families at once in a fixed number of queries per 500 numbers, so a workbook is checked in one go.
    """
    wanted: dict[str, list[tuple[int, int, str]]] = {}
    for f, facts in enumerate(families):
        for m, member in enumerate(facts["members"], 1):
            number = member.get("number")
            if isinstance(number, str) and number.strip() and member.get("document", "resident") != "none":
                index = lookup_hash(people.normalise(number))
                wanted.setdefault(index, []).append((f, m, str(member.get("name") or "")))
    found: list[list[Fault]] = [[] for _f in families]
    claims = [claims_of(facts, programme, on) for facts in families]
    for f, mine in enumerate(claims):
        if mine and not any(mine):
            found[f].append(
                Fault(
                    0, "claim_kind", _("2012 年办法按户口类别分别申请，家庭成员中没有这一类户口的人，请改选")
                )
            )
    half = _Half()
    for places in wanted.values():
        if len({f for f, _m, _n in places}) > 1:
            first, at, _n = places[0]
            for f, m, _name in places[1:]:
                apart = not all(claims[f]) and numbers_in(families[f]) == numbers_in(families[first])
                if f != first and not (apart and not (claims[f][m - 1] and claims[first][at - 1])):
                    found[f].append(Fault(m, "number", _("同一号码也出现在本次的另一户，一人只能在一户申请")))
    keys = list(wanted)
    persons: dict[int, list[Person]] = {}
    for start in range(0, len(keys), 500):
        chunk = keys[start : start + 500]
        known = {p.number_index: p for p in Person.objects.filter(number_index__in=chunk)}
        held = Applying.objects.filter(person__number_index__in=chunk, programme=programme, until=None)
        if application is not None:
            held = held.exclude(application=application)
        open_in: dict[int, list[Applying]] = {}
        for row in held.select_related("application__area"):
            open_in.setdefault(row.person_id, []).append(row)
        for index in chunk:
            person = known.get(index)
            if person is None:
                continue
            for f, m, name in wanted[index]:
                asked = claims[f][m - 1]
                if asked:
                    persons.setdefault(f, []).append(person)
                if people.plain_name(person.name) != people.plain_name(name):
                    found[f].append(
                        Fault(
                            m, "name", _("该证件号码已登记在另一姓名下，请核对证件；确为更名的先在人员页更正")
                        )
                    )
                for row in open_in.get(person.pk, ()):
                    other = row.application
                    if not (row.claimed and asked) and half.is_other(families[f], claims[f], other.pk):
                        continue  # the other half of a split family: nobody is claimed for twice
                    found[f].append(
                        Fault(
                            m,
                            "number",
                            _(
                                "此人已在申请 {number}（{area}）中在办，一人只能在一户、一地申请，请先办结或撤回那一件"
                            ).format(number=other.number, area=other.area.name),
                        )
                    )
    if ports.obstacles:
        for f, listed in persons.items():
            for sentence in ports.obstacles_to(
                programme, application.household if application else None, listed, on
            ):
                found[f].append(Fault(0, "area_code", sentence))
    return found


# --- what is missing -----------------------------------------------------------------------------------


def missing_in(facts: Mapping[str, Any], on: date) -> list[str]:
    """Everything the family still has to bring, each as a sentence for the one-time notice; no evidence the state holds."""
    household = facts["household"]
    items = []
    if not household.get("pledge_signed"):
        items.append(_("家庭经济状况申报承诺书未签名"))
    for i, member in enumerate(facts["members"], 1):
        who = member.get("name") or _("第 {n} 名成员").format(n=i)
        birth = member.get("birth")
        grown = bool(birth) and age_on(date.fromisoformat(birth), on) >= ADULT
        if grown and member.get("presence", "present") not in AWAY and not member.get("check_consent"):
            items.append(
                _("{who}：核对授权书未签名（成年成员逐人签署，无行为能力的由监护人代签）").format(who=who)
            )
        if (
            member.get("registered_local") is False
            and member.get("document", "resident") == "resident"
            and not member.get("not_receiving_proof")
            # Within the prefecture the platform knows; what the state can look up is not asked of the family.
            and not str(member.get("registered_area_code") or "").startswith("5331")
        ):
            items.append(_("{who}：户籍不在本州，缺户籍地未享受低保证明").format(who=who))
        if (member.get("medical_self_pay_year_fen") or 0) > 0 and not member.get("illness_note"):
            items.append(_("{who}：自付医疗费未附票据和病种").format(who=who))
    return items


def hints_in(facts: Mapping[str, Any], on: date) -> list[str]:
    """What should be looked at but keeps no application from being accepted."""
    household = facts["household"]
    items = []
    if not household.get("payee_account"):
        items.append(_("未填收款账号：不影响受理，首次发放前补上"))
    elif doubt := people.account_doubt(str(household["payee_account"])):
        items.append(doubt)
    if not household.get("phone"):
        items.append(_("未填联系电话：无法短信告知进度"))
    for member in facts["members"]:
        if (
            member.get("document", "resident") != "none"
            and isinstance(member.get("number"), str)
            and member["number"]
        ):
            check = check_document(member.get("document") or "resident", member["number"], on=on)
            items += [_("{who}：{what}").format(who=member.get("name", ""), what=w) for w in check.warnings]
    return items


def unasked(application: Application, on: date) -> list[str]:
    """What the programmes still have to ask the family: told along in a one-time notice, no bar to acceptance."""
    facts = facts_of(application)
    lines = []
    for one in to_ask(facts, need_codes_of(application), on):
        if one.how == "family":
            who = facts["members"][one.member - 1].get("name", "") if one.member else ""
            what = f"{who}：{one.field.label}" if who else one.field.label
            whose = "、".join(PROGRAMMES[c].short for c in one.programmes)
            lines.append(_("请说明 {what}（{programmes}要用）").format(what=what, programmes=whose))
    return lines


def missing(application: Application, on: date) -> list[str]:
    """What an application still lacks; a near relative said but not filed counts."""
    facts = facts_of(application)
    items = missing_in(facts, on)
    if (
        facts["household"].get("relative_of_staff")
        and not RelativeFiling.objects.filter(application=application).exists()
    ):
        items.append(_("申报了近亲属关系，未填近亲属备案表（与谁、何关系）"))
    return items


# --- totals, lists, the first page ---------------------------------------------------------------------

_PLUS = (
    "wage_year_fen",
    "property_year_fen",
    "pension_resident_year_fen",
    "pension_employee_year_fen",
    "unemployment_year_fen",
    "maintenance_year_fen",
    "inheritance_year_fen",
    "other_transfer_year_fen",
)
_EXEMPT = tuple(f.name for f in dictionary.MEMBER_FIELDS if f.section == "exempt")
_EXPENSE = tuple(f.name for f in dictionary.MEMBER_FIELDS if f.section == "expense")
_ASSETS = ("deposits_fen", "securities_fen", "insurance_fen", "internet_finance_fen", "receivables_fen")


def declared_totals(facts: Mapping[str, Any]) -> dict[str, int]:
    """What the family states in all, in fen: plain sums, before any rule. A loss in one source counts as nothing (T9)."""

    def fen(given: Mapping[str, Any], name: str) -> int:
        value = given.get(name)
        return value if type(value) is int else 0

    income = exempt = expense = 0
    for member in facts["members"]:
        income += sum(fen(member, n) for n in _PLUS)
        for kind in ("farm", "business"):
            income += max(fen(member, f"{kind}_gross_year_fen") - fen(member, f"{kind}_cost_year_fen"), 0)
        income -= fen(member, "transfer_paid_year_fen")
        exempt += sum(fen(member, n) for n in _EXEMPT)
        expense += sum(fen(member, n) for n in _EXPENSE)
    size = len(facts["members"])
    return {
        "income_year_fen": max(income, 0),
        "income_head_fen": max(income, 0) // size if size else 0,
        "exempt_year_fen": exempt,
        "expense_year_fen": expense,
        "assets_fen": sum(fen(facts["household"], n) for n in _ASSETS),
        "size": size,
    }


def area_choices(
    officer: Officer, on: date, act: str = "intake.submit"
) -> list[tuple[str, list[tuple[str, str]]]]:
    """The villages an officer may take applications for, by township."""
    places = rights.visible(
        Area.objects.filter(level__in=("township", "village")), officer, "code", act=act, on=on
    )
    rows = list(places.order_by("code").values_list("code", "name", "level"))
    by_town: dict[str, list[tuple[str, str]]] = {}
    for code, name, level in rows:
        if level == "village":
            by_town.setdefault(code[:9], []).append((code, name))
    return [
        (name, [*by_town.get(code, []), (code, _("{town}（村、社区不明）").format(town=name))])
        for code, name, level in rows
        if level == "township"
    ]


def drafts_of(officer: Officer) -> list[dict[str, Any]]:
    """An officer's unfinished forms, newest first."""
    rows = (
        Draft.objects.filter(officer=officer, application=None)
        .exclude(key__startswith="amend-")
        .select_related("area")
    )
    return [
        {
            "key": d.key,
            "title": (d.title.open() if d.title else "") or _("未填姓名"),
            "area": d.area.name,
            "saved_at": d.saved_at,
        }
        for d in rows.order_by("-saved_at")[:20]
    ]


def listed(
    officer: Officer,
    *,
    state: str = "",
    late_on: date | None = None,
    area: str = "",
    since: date | None = None,
    until: date | None = None,
) -> Any:
    """Applications an officer may see, filtered, newest first."""
    rows = rights.visible(Application.objects.all(), officer, act="intake.see").select_related(
        "applicant", "area__parent", "received_by"
    )
    if state:
        rows = rows.filter(state=state)
    if late_on is not None:
        rows = rows.filter(due__lt=late_on, state__in=WAITING)
    if area:
        rows = rows.filter(rights.area_condition(rights.reach(area)))
    if since:
        rows = rows.filter(submitted_on__gte=since)
    if until:
        rows = rows.filter(submitted_on__lte=until)
    return rows.order_by("-submitted_on", "-pk")


NUMBER = re.compile(r"\d{9}-\d{4}-\d{5,}")
WAITING = ("submitted", "correcting", "accepted")


def find(officer: Officer, asked: str) -> list[Application]:
    """Applications by number, by a member's resident number, or by a member's name; within the officer's reach."""
    text = asked.strip()
    rows = rights.visible(Application.objects.all(), officer, act="intake.see").select_related(
        "applicant", "area__parent", "received_by"
    )
    digits = clean(text)
    if NUMBER.fullmatch(text):  # before the resident number: without its dashes it has as many digits
        rows = rows.filter(number=text)
    elif len(digits) in (15, 18) and digits[:-1].isdigit():
        rows = rows.filter(applying__person__number_index=lookup_hash(people.normalise(text)))
    elif text:
        rows = rows.filter(applying__person__name=text)
    else:
        return []
    return list(rows.order_by("-submitted_on", "-pk").distinct()[:50])


def worklist(officer: Officer, on: date) -> list[WorkItem]:
    """What waits at the counter: to be accepted, waiting for papers, drafts not handed in. One question."""
    if not rights.may(officer, "intake.accept"):
        return []
    rows = rights.visible(Application.objects.all(), officer, act="intake.accept", on=on)
    waiting = rows.filter(state__in=CLOCKED).order_by().values_list("state")
    waiting = waiting.annotate(n=Count("pk"), late=Count("pk", filter=Q(due__lt=on)))
    begun = Draft.objects.filter(officer=officer, application=None).exclude(key__startswith="amend-")
    begun = begun.order_by().values_list("officer_id").annotate(n=Count("pk"))
    together(waiting, begun)
    counts = dict.fromkeys(("submitted", "submitted_late", "correcting", "correcting_late"), 0)
    for state, n, late in waiting:
        counts |= {state: n, f"{state}_late": late}
    drafts = sum(n for _officer, n in begun)
    url = reverse("intake:list")
    items = [
        WorkItem(
            _("待受理的申请"),
            counts["submitted"],
            f"{url}?state=submitted",
            counts["submitted_late"],
            hint=_("材料齐全的当日受理，缺的一次性告知"),
        ),
        WorkItem(
            _("待补正的申请"),
            counts["correcting"],
            f"{url}?state=correcting",
            counts["correcting_late"],
            hint=_("补正期间时限停止计算"),
        ),
        WorkItem(_("未提交的草稿"), drafts, reverse("intake:new"), hint=_("填到一半的登记表，可继续填写")),
    ]
    return [i for i in items if i.count]


def _case_parts(application: Application) -> Parts:
    return {
        "declaration": application.declarations.order_by("-sequence")[:1],
        "declarations": application.declarations.order_by("sequence").values(
            "sequence", "declared_on", "taken_by", "pledged"
        ),
        "applying": application.applying.select_related("person").order_by("pk"),
        "mandate": Mandate.objects.filter(application=application),
        "consents": application.consents.order_by("pk"),
        "correction": CorrectionNotice.objects.filter(application=application),
        "relatives": RelativeFiling.objects.filter(application=application)
        .select_related("person")
        .order_by("pk"),
        "snapshots": application.snapshots.order_by("pk").values("as_of", "cause", "made_by", "digest"),
    }


def case_parts(application: Application) -> list[tuple[Model, Parts]]:
    """What the case page may fetch for `case_panel` beforehand, with all the other rooms' parts."""
    return [(application, _case_parts(application))]


def case_panel(application: Application, officer: Officer) -> dict[str, Any]:
    """What intake knows of a case, and what may be done with it now."""
    rows = gathered(application, _case_parts(application))
    newest = rows["declaration"][0].facts
    facts = newest.open() if hasattr(newest, "open") else newest
    members = [
        {"name": a.person.name, "person": a.person, "since": a.since, "until": a.until}
        for a in rows["applying"]
    ]
    relations = {
        m.get("person"): dictionary.RELATIONS.get(m.get("relation", ""), "") for m in facts["members"]
    }
    for m in members:
        m["relation"] = relations.get(m["person"].pk, "")
    consents = {c.person_id: c for c in rows["consents"]}
    for m in members:
        m["consent"] = consents.get(m["person"].pk)
    correction = next(iter(rows["correction"]), None)
    acts = []
    for step in RECEIVE.steps_from(application.state):
        act = f"intake.{'correct' if step.act in ('notify', 'answer') else step.act}"
        if (
            step.role == "system"
            or not rights.may(officer, act, application.area_id)
            or not rights.holds(officer, step.role, application.area_id)
        ):
            continue
        acts.append(
            {
                "act": step.act,
                "label": step.label,
                "url": reverse(f"intake:{step.act}", args=[application.number]),
            }
        )
    return {
        "application": application,
        "process": RECEIVE,
        "members": members,
        "totals": declared_totals(facts),
        "needs": [
            f.label
            for f in dictionary.HOUSEHOLD_FIELDS
            if f.kind == "bool" and f.section == "need" and facts["household"].get(f.name)
        ]
        if not need_codes_of(application)
        else [need_table.table()[code].label for code in need_codes_of(application)],
        "mandate": next(iter(rows["mandate"]), None),
        "missing": missing(application, application.state_since)
        if application.state in ("submitted", "correcting")
        else [],
        "correction": correction,
        "relatives": rows["relatives"],
        "declarations": rows["declarations"],
        "snapshots": rows["snapshots"],
        "acts": acts,
        "may_amend": application.state == "submitted"
        and rights.may(officer, "intake.correct", application.area_id),
    }


# --- what is on a clock ------------------------------------------------------------------------------------------

CLOCKED = ("submitted", "correcting")  # once accepted, the case's clock is determination's


def clocked() -> tuple[Clocked, ...]:
    """Applications not yet accepted."""
    return (
        Clocked(
            kind="application",
            label=_lazy("受理申请"),
            right="intake.see",
            rows=lambda: Application.objects.filter(state__in=CLOCKED),
            states={s: RECEIVE.states[s] for s in CLOCKED},
            roles=turns(RECEIVE, CLOCKED, system="counter"),
            url=lambda _key, number: reverse("portal:case", args=[number]),
            number="number",
            waits={"correcting": "family"},
            record="intake.application",
            limit=lambda state, begun, working: RECEIVE.due(state, begun, working),
        ),
    )
