"""Questions about applications: what is wrong or missing, what waits, what a case looks like. Nothing is changed here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from tuodi.core import facts as dictionary
from tuodi.core.facts import Fault
from tuodi.core.identity import age_on, check_card, check_document
from tuodi.delivery.intake import ports
from tuodi.delivery.intake.models import Application, Applying, Declaration, RelativeFiling
from tuodi.kit.sealed import lookup_hash
from tuodi.records.org.models import Area
from tuodi.records.people import services as people
from tuodi.records.people.models import Person

ADULT = 18
# Not living with the family, so they cannot be asked to sign (审核确认办法 第七条).
AWAY = frozenset({"prison", "isolation", "missing", "labour_reeducation"})


def facts_of(application: Application) -> dict[str, Any]:
    """The newest declaration's facts."""
    row = application.declarations.order_by("-sequence").first()
    assert row is not None, "an application has a declaration"
    return row.facts.open() if hasattr(row.facts, "open") else row.facts


def newest_snapshot(application: Application) -> Any:
    """The newest frozen facts of an application, or None before acceptance."""
    return application.snapshots.order_by("-pk").first()


# --- what is wrong -------------------------------------------------------------------------------------


def faults(
    facts: Mapping[str, Any], *, on: date, programme: str, application: Application | None = None
) -> list[Fault]:
    """All that must be mended before these facts can be taken in: in themselves, and against the register."""
    found = dictionary.validate(plain(facts), on=on)
    code = str(facts["household"].get("area_code") or "")
    if code and not any(f.member == 0 and f.field == "area_code" for f in found):
        if len(code) < 9 or not Area.objects.filter(code=code).exists():
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
    for places in wanted.values():
        if len({f for f, _m, _n in places}) > 1:
            for f, m, _name in places[1:]:
                if f != places[0][0]:
                    found[f].append(Fault(m, "number", _("同一号码也出现在本次的另一户，一人只能在一户申请")))
    keys = list(wanted)
    persons: dict[int, list[Person]] = {}
    for start in range(0, len(keys), 500):
        chunk = keys[start : start + 500]
        known = {p.number_index: p for p in Person.objects.filter(number_index__in=chunk)}
        held = Applying.objects.filter(person__number_index__in=chunk, programme=programme, until=None)
        if application is not None:
            held = held.exclude(application=application)
        open_in = {a.person_id: a.application for a in held.select_related("application__area")}
        for index in chunk:
            person = known.get(index)
            if person is None:
                continue
            for f, m, name in wanted[index]:
                persons.setdefault(f, []).append(person)
                if people.plain_name(person.name) != people.plain_name(name):
                    found[f].append(
                        Fault(m, "name", _("该证件号码已登记在另一姓名下，请核对证件；确为更名的先在人员页更正"))
                    )
                other = open_in.get(person.pk)
                if other is not None:
                    found[f].append(
                        Fault(
                            m,
                            "number",
                            _("此人已在申请 {number}（{area}）中在办，一人只能在一户、一地申请，请先办结或撤回那一件").format(
                                number=other.number, area=other.area.name
                            ),
                        )
                    )
    if ports.obstacles:
        for f, listed in persons.items():
            for sentence in ports.obstacles_to(programme, application.household if application else None, listed, on):
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
            items.append(_("{who}：核对授权书未签名（成年成员逐人签署，无行为能力的由监护人代签）").format(who=who))
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
        if member.get("document", "resident") != "none" and isinstance(member.get("number"), str) and member["number"]:
            check = check_document(member.get("document") or "resident", member["number"], on=on)
            items += [_("{who}：{what}").format(who=member.get("name", ""), what=w) for w in check.warnings]
    return items


def missing(application: Application, on: date) -> list[str]:
    """What an application still lacks; a near relative said but not filed counts."""
    facts = facts_of(application)
    items = missing_in(facts, on)
    if facts["household"].get("relative_of_staff") and not RelativeFiling.objects.filter(application=application).exists():
        items.append(_("申报了近亲属关系，未填近亲属备案表（与谁、何关系）"))
    return items
