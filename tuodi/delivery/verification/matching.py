"""Declared against found: a family's facts beside the departments' replies, as lines and mismatches. Pure; no database.

A source that gave no usable reply leaves its line pending, never agreed. Only records under number and name are
compared. Thresholds come in as `p`, dated and by area (`policy/parameters/verification.yaml`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tuodi.core import facts as dictionary
from tuodi.core.facts import field_of
from tuodi.core.fields import FactField
from tuodi.core.money import yuan_text
from tuodi.delivery.verification.flags import FLAGS
from tuodi.gateways.sources import SOURCES, in_words, masked, same_name

HOUSEHOLD = -1
BASIS = 10_000  # basis points in one


@dataclass(frozen=True)
class Reply:
    """What a source answered for a household: the day its data stood at, when it was asked, records by person."""

    as_of: date
    asked_at: str
    persons: Mapping[str, Mapping[str, Sequence[Mapping[str, Any]]]]


@dataclass(frozen=True)
class Line:
    """One row of the report. `state`: agrees, differs, less (declared above what a source knows), pending."""

    member: int
    person: int | None
    who: str
    fact: str
    label: str
    declared: Any
    found: Any
    source: str
    as_of: str | None
    asked_at: str | None
    age_days: int | None
    state: str
    flag: str = ""

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Mismatch:
    """A doubt: which flag, about whom, what was declared and found, and the sentence a clerk can read out."""

    flag: str
    member: int
    person: int | None
    who: str
    fact: str
    source: str
    as_of: date
    declared: Any
    found: Any
    sentence: str
    also: Mapping[str, Any] = field(default_factory=dict)
    shown: str = ""

    @property
    def key(self) -> str:
        """The same doubt on the same evidence: an outcome once given to it stands in the next report."""
        return f"{self.flag}|{self.person or self.member}|{self.fact}|{self.found}|{self.shown}"

    def to_dict(self) -> dict[str, Any]:
        return {
            "member": self.member,
            "who": self.who,
            "declared": self.declared,
            "found": self.found,
            "sentence": self.sentence,
            "also": dict(self.also),
        }


Records = list[Mapping[str, Any]]


class Comparison:
    """A family and the replies about it, with the lines and mismatches found so far."""

    def __init__(
        self, facts: Mapping[str, Any], replies: Mapping[str, Reply | None], p: Mapping[str, Any], on: date
    ) -> None:
        self.household: Mapping[str, Any] = facts["household"]
        self.members: Sequence[Mapping[str, Any]] = facts["members"]
        self.replies = replies
        self.p = p
        self.on = on
        self.lines: list[Line] = []
        self.mismatches: list[Mismatch] = []

    # -- reading ------------------------------------------------------------------------------------------

    def declared(self, member: int, fact: str) -> Any:
        """What the family declared; a blank cell is its blank value, None means nobody knows."""
        level, given = (
            ("household", self.household) if member == HOUSEHOLD else ("member", self.members[member])
        )
        return given.get(fact, field_of(level, fact).blank)

    def amount(self, member: int, *names: str) -> int:
        """The sum of declared amounts, an unknown one as nothing."""
        return sum(self.declared(member, n) or 0 for n in names)

    def has(self, source: str) -> bool:
        """Whether the source gave a usable reply."""
        return self.replies.get(source) is not None

    def of(self, member: int, source: str) -> Records:
        """The records of a member in a source; none when it gave no reply (ask `has` first)."""
        return list(self._person(member, source).get("records", ()))

    def doubtful(self, member: int, source: str) -> Records:
        """Records under the member's number and another name."""
        return list(self._person(member, source).get("doubtful", ()))

    def _person(self, member: int, source: str) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        reply = self.replies.get(source)
        person = self.members[member].get("person")
        return reply.persons.get(str(person), {}) if reply and person is not None else {}

    def everyone(self, source: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
        """Every member's records in a source."""
        for i in range(len(self.members)):
            for record in self.of(i, source):
                yield i, record

    def who(self, member: int) -> str:
        return _("全户") if member == HOUSEHOLD else str(self.members[member].get("name", ""))

    # -- writing ------------------------------------------------------------------------------------------

    def line(
        self,
        source: str,
        member: int,
        fact: str,
        found: Any,
        *,
        state: str = "",
        label: str = "",
        flag: str = "",
    ) -> None:
        """A row of the report; the state follows from equality unless said."""
        reply = self.replies[source]
        assert reply is not None, source
        level = "household" if member == HOUSEHOLD else "member"
        known = dictionary.BY_NAME.get((level, fact))
        declared = self.declared(member, fact) if known else None
        self.lines.append(
            Line(
                member,
                self._pk(member),
                self.who(member),
                fact,
                label or (str(known.label) if known else fact),
                words(known, declared) if known else "",
                words(known, found) if known else str(found),
                source,
                reply.as_of.isoformat(),
                reply.asked_at,
                (self.on - reply.as_of).days,
                state or ("agrees" if found == declared else "differs"),
                flag,
            )
        )

    def _pk(self, member: int) -> int | None:
        return None if member == HOUSEHOLD else self.members[member].get("person")

    def flag(
        self,
        code: str,
        source: str,
        member: int,
        sentence: str,
        *,
        fact: str = "",
        found: Any = None,
        also: Mapping[str, Any] | None = None,
        line: bool = True,
        shown: str = "",
    ) -> None:
        """A doubt, with its row in the report."""
        assert code in FLAGS, code
        reply = self.replies[source]
        assert reply is not None, source
        declared = self.declared(member, fact) if fact else None
        stands = _("（数据截至 {day}）").format(day=reply.as_of.isoformat())
        self.mismatches.append(
            Mismatch(
                code,
                member,
                self._pk(member),
                self.who(member),
                fact,
                source,
                reply.as_of,
                declared,
                found,
                sentence + stands,
                also or {},
                shown,
            )
        )
        if line:
            self.line(
                source,
                member,
                fact or code,
                found if fact else shown,
                state="differs",
                flag=code,
                label="" if fact else str(FLAGS[code].label),
            )

    def agree(self, source: str, member: int, fact: str, found: Any) -> None:
        """A row without a doubt: equal, or the family stated more than the source knows."""
        declared = self.declared(member, fact)
        if found == declared:
            self.line(source, member, fact, found, state="agrees")
        elif type(found) is int and type(declared) is int:
            self.line(source, member, fact, found, state="less" if declared > found else "agrees")
        else:
            self.line(source, member, fact, found, state="differs")


def words(f: FactField, value: Any) -> str:
    """A fact's value as an officer reads it."""
    if value is None:
        return _("未填")
    if f.kind in ("money", "money_year"):
        return _("{yuan} 元").format(yuan=yuan_text(value))
    if f.kind == "bool":
        return _("是") if value else _("否")
    if f.kind == "choice":
        return str(f.choices.get(value, value))
    return str(value) if value != "" else _("无")


def yuan(fen: int) -> str:
    return _("{yuan} 元").format(yuan=yuan_text(fen))


# ── income ──


def months_drawn(since: str, stopped: str | None, on: date) -> int:
    """How many of the twelve months up to and with that of `on` a monthly amount was drawn in."""

    def number(text: str) -> int:
        return int(text[:4]) * 12 + int(text[5:7])

    now = on.year * 12 + on.month
    first, last = max(number(since), now - 11), min(number(stopped) - 1 if stopped else now, now)
    return max(0, last - first + 1)


def wages(c: Comparison) -> None:
    """Wages against payroll, tax, social insurance and housing fund: one doubt a person, by the strongest source."""
    for i in range(len(c.members)):
        found = list(_wage_sources(c, i))
        if not found:
            if c.has("tax") and (declared := c.declared(i, "wage_year_fen")):
                c.line("tax", i, "wage_year_fen", 0, state="less" if declared else "agrees")
            continue
        for source, _flag, fen, _text in found:
            c.line(
                source, i, "wage_year_fen", fen, state="differs" if _exceeds(c, i, source, fen) else "agrees"
            )
        over = [(source, flag, fen, text) for source, flag, fen, text in found if _exceeds(c, i, source, fen)]
        if over:
            source, flag, fen, _t = over[0]
            most = max(fen for _s, _f, fen, _t in over)
            c.flag(
                flag,
                source,
                i,
                fact="wage_year_fen",
                found=most,
                line=False,
                sentence=_("工资性收入：{who}申报 {declared}，{found}").format(
                    who=c.who(i),
                    declared=words(field_of("member", "wage_year_fen"), c.declared(i, "wage_year_fen")),
                    found="；".join(text for _s, _f, _n, text in over),
                ),
            )


def _exceeds(c: Comparison, i: int, source: str, fen: int) -> bool:
    """Whether a source's yearly income is beyond what was declared, margin and tolerance allowed."""
    declared = c.amount(i, "wage_year_fen")
    if source == "tax":  # 纳税申报含经营所得、财产所得
        declared = c.amount(i, "wage_year_fen", "business_gross_year_fen", "property_year_fen")
    margin = c.p["verification.income_margin_basis_points"]
    return fen * BASIS > declared * margin and fen - declared > c.p["verification.income_tolerance_fen"]


def _wage_sources(c: Comparison, i: int) -> Iterator[tuple[str, str, int, str]]:
    for r in c.of(i, "fiscal_payroll"):
        yield (
            "fiscal_payroll",
            "payroll",
            r["month_fen"] * 12,
            _("{employer}财政发放每月 {fen}").format(employer=r["employer"], fen=yuan(r["month_fen"])),
        )
    for r in c.of(i, "tax"):
        yield (
            "tax",
            "tax_income",
            r["income_12_fen"],
            _("税务部门登记近十二个月收入 {fen}").format(fen=yuan(r["income_12_fen"])),
        )
    for r in c.of(i, "social_insurance"):
        yield (
            "social_insurance",
            "employee_insurance",
            r["base_month_fen"] * min(r["months_12"], 12),
            _("{employer}缴纳社会保险 {months} 个月、月基数 {fen}").format(
                employer=r["employer"], months=r["months_12"], fen=yuan(r["base_month_fen"])
            ),
        )
    for r in c.of(i, "housing_fund"):
        months = months_drawn(f"{c.on.year - 1:04d}-{c.on.month:02d}", _next_month(r["last_month"]), c.on)
        yield (
            "housing_fund",
            "housing_fund",
            r["base_month_fen"] * months,
            _("{employer}缴存住房公积金、月基数 {fen}").format(
                employer=r["employer"], fen=yuan(r["base_month_fen"])
            ),
        )


def _next_month(day: str) -> str:
    year, month = int(day[:4]), int(day[5:7])
    return f"{year + month // 12:04d}-{month % 12 + 1:02d}"


def job_lost(c: Comparison) -> None:
    """Insurance paid and then no more, while a wage is declared: the family may have lost it, which counts for it."""
    limit = c.p["verification.job_lost_months"]
    for i, r in c.everyone("social_insurance"):
        if r["months_12"] == 0 or not c.amount(i, "wage_year_fen"):
            continue
        gone = (c.on.year - int(r["last_month"][:4])) * 12 + c.on.month - int(r["last_month"][5:7])
        if gone > limit:
            c.flag(
                "job_lost",
                "social_insurance",
                i,
                shown=r["last_month"][:7],
                sentence=_("就业：{who}申报有工资收入，{employer}的社会保险缴到 {month} 为止").format(
                    who=c.who(i), employer=r["employer"], month=r["last_month"][:7]
                ),
            )


def pensions(c: Comparison) -> None:
    """Pensions drawn against those declared, resident and employee scheme apart."""
    if not c.has("pension"):
        return
    tolerance = c.p["verification.income_tolerance_fen"]
    for i in range(len(c.members)):
        for kind, fact in (
            ("resident", "pension_resident_year_fen"),
            ("employee", "pension_employee_year_fen"),
        ):
            rows = [r for r in c.of(i, "pension") if r["kind"] == kind]
            found = sum(r["month_fen"] * months_drawn(r["since"], r.get("stopped_on"), c.on) for r in rows)
            declared = c.amount(i, fact)
            if not rows and not declared:
                continue
            if found - declared > tolerance:
                label = dictionary.field_label("member", fact)
                basic = sum(
                    r["central_basic_fen"] * months_drawn(r["since"], r.get("stopped_on"), c.on) for r in rows
                )
                c.flag(
                    "pension",
                    "pension",
                    i,
                    fact=fact,
                    found=found,
                    also={"pension_basic_year_fen": min(basic, found)} if kind == "resident" else None,
                    sentence=_(
                        "{label}：{who}申报 {declared}，人社登记每月领取 {month}，一年合计 {found}"
                    ).format(
                        label=label,
                        who=c.who(i),
                        declared=yuan(declared),
                        month=yuan(sum(r["month_fen"] for r in rows)),
                        found=yuan(found),
                    ),
                )
            else:
                c.agree("pension", i, fact, found)


def business(c: Comparison) -> None:
    """Companies and stalls the household runs."""
    if not c.has("business"):
        return
    active = [(i, r) for i, r in c.everyone("business") if r["state"] == "active"]
    companies = [(i, r) for i, r in active if r["kind"] == "company"]
    if len(companies) > c.amount(HOUSEHOLD, "companies"):
        c.flag(
            "company",
            "business",
            HOUSEHOLD,
            fact="companies",
            found=len(companies),
            sentence=_("企业：申报 {declared} 户，市场监管登记 {found} 户（{which}）").format(
                declared=c.amount(HOUSEHOLD, "companies"),
                found=len(companies),
                which="；".join(
                    _("{who}为{name}的{role}，实缴 {fen}").format(
                        who=c.who(i),
                        name=r["name"],
                        role=ROLES.get(r["role"], r["role"]),
                        fen=yuan(r["paid_in_fen"]),
                    )
                    for i, r in companies
                ),
            ),
        )
    elif companies or c.amount(HOUSEHOLD, "companies"):
        c.agree("business", HOUSEHOLD, "companies", len(companies))
    for i, r in active:
        if r["kind"] == "individual" and not c.amount(i, "business_gross_year_fen"):
            c.flag(
                "stall",
                "business",
                i,
                shown=r["name"],
                sentence=_("个体经营：{who}未申报经营收入，市场监管登记有在营的个体工商户“{name}”").format(
                    who=c.who(i), name=r["name"]
                ),
            )


ROLES = {"legal": "法定代表人", "shareholder": "股东", "operator": "经营者"}

# ── property ──


def vehicles(c: Comparison) -> None:
    """Cars, lorries and machinery; motorcycles and scrapped ones do not count (field help of `vehicles`)."""
    if not c.has("vehicles"):
        return
    held = [
        (i, r) for i, r in c.everyone("vehicles") if r["kind"] != "motorcycle" and r["state"] != "scrapped"
    ]
    declared = c.amount(HOUSEHOLD, "vehicles")
    if len(held) > declared:
        also = {}
        if aids := sum(1 for _i, r in held if r["kind"] == "disability"):
            also["vehicles_disability"] = max(aids, c.amount(HOUSEHOLD, "vehicles_disability"))
        low = c.p["dibao.asset.vehicle_low_value_fen"]
        if cheap := sum(
            1 for _i, r in held if r["kind"] != "disability" and (r.get("value_fen") or low) < low
        ):
            also["vehicles_low_value"] = max(cheap, c.amount(HOUSEHOLD, "vehicles_low_value"))
        c.flag(
            "car",
            "vehicles",
            HOUSEHOLD,
            fact="vehicles",
            found=len(held),
            also=also,
            sentence=_("车辆：申报 {declared} 辆，交管登记 {found} 辆（{which}）").format(
                declared=declared,
                found=len(held),
                which="；".join(
                    _("{plate}，{who}，{year} 年登记").format(
                        plate=masked(r["plate"]), who=c.who(i), year=r["first_registered_on"][:4]
                    )
                    for i, r in held
                ),
            ),
        )
    elif held or declared:
        c.agree("vehicles", HOUSEHOLD, "vehicles", len(held))


def real_estate(c: Comparison) -> None:
    """Homes and shops registered."""
    if not c.has("real_estate"):
        return
    homes = [(i, r) for i, r in c.everyone("real_estate") if r["use"] == "home"]
    shops = [(i, r) for i, r in c.everyone("real_estate") if r["use"] != "home"]
    kept = sum(1 for _i, r in homes if r["replaced"])
    declared = c.amount(HOUSEHOLD, "houses")
    if len(homes) > declared and len(homes) - kept > c.p["dibao.asset.houses_max"]:
        c.flag(
            "houses",
            "real_estate",
            HOUSEHOLD,
            fact="houses",
            found=len(homes),
            also={"houses_excepted": kept} if kept else None,
            sentence=_("住房：申报 {declared} 套，不动产登记 {found} 套（{which}）").format(
                declared=declared, found=len(homes), which="；".join(_place(c, i, r) for i, r in homes)
            ),
        )
    else:
        # 农村住房多数未登记：登记少于申报不作疑点
        c.agree("real_estate", HOUSEHOLD, "houses", len(homes))
    if len(shops) > c.amount(HOUSEHOLD, "shops"):
        c.flag(
            "shop",
            "real_estate",
            HOUSEHOLD,
            fact="shops",
            found=len(shops),
            sentence=_("商铺：申报 {declared} 处，不动产登记 {found} 处（{which}）").format(
                declared=c.amount(HOUSEHOLD, "shops"),
                found=len(shops),
                which="；".join(_place(c, i, r) for i, r in shops),
            ),
        )
    elif shops or c.amount(HOUSEHOLD, "shops"):
        c.agree("real_estate", HOUSEHOLD, "shops", len(shops))


def _place(c: Comparison, i: int, r: Mapping[str, Any]) -> str:
    return _("{who}，{area} 平方米，{year} 年登记").format(
        who=c.who(i), area=r["area_sqm"], year=r["registered_on"][:4]
    )


def deposits(c: Comparison) -> None:
    """Balances of all members together, with the housing-fund balance apart (it cannot be spent freely)."""
    if not c.has("bank"):
        return
    held = list(c.everyone("bank"))
    found = sum(r["balance_fen"] for _i, r in held)
    declared = c.amount(HOUSEHOLD, "deposits_fen")
    if found - declared > c.p["verification.deposit_tolerance_fen"]:
        size = max(1, sum(1 for m in c.members if m.get("lives_together", True)))
        limit = c.p["dibao.asset.financial_months"] * c.p["dibao.standard.urban_month_fen"] * size
        over = (
            _("，超过 {size} 人的财产限额 {limit}").format(size=size, limit=yuan(limit))
            if found > limit
            else ""
        )
        c.flag(
            "deposit",
            "bank",
            HOUSEHOLD,
            fact="deposits_fen",
            found=found,
            sentence=_("存款：申报 {declared}，银行反馈 {found}（{which}）{over}").format(
                declared=yuan(declared),
                found=yuan(found),
                over=over,
                which="；".join(
                    _("{who}在{bank} {fen}").format(
                        who=c.who(i), bank=r["institution"], fen=yuan(r["balance_fen"])
                    )
                    for i, r in held
                ),
            ),
        )
    elif held or declared:
        c.agree("bank", HOUSEHOLD, "deposits_fen", found)


# ── who they are ──


def register(c: Comparison) -> None:
    """The household register: moved, cancelled, not found, others in the booklet."""
    if not c.has("hukou"):
        return
    booklets: dict[str, list[int]] = {}
    counts: dict[str, int] = {}
    for i, m in enumerate(c.members):
        rows = c.of(i, "hukou")
        if not rows and not c.doubtful(i, "hukou"):
            if m.get("document", "resident") == "resident" and m.get("person") is not None:
                c.flag(
                    "hukou_missing",
                    "hukou",
                    i,
                    shown=_("无记录"),
                    sentence=_("户籍：{who}按证件号码在公安户籍中查无记录").format(who=c.who(i)),
                )
            continue
        for r in rows:
            if r["state"] == "moved":
                c.flag(
                    "moved_out",
                    "hukou",
                    i,
                    fact="registered_local",
                    found=False,
                    sentence=_("户籍：{who}的户口已于 {day} 迁出").format(
                        who=c.who(i), day=r.get("changed_on") or _("日期不详")
                    ),
                )
            elif r["state"] == "cancelled":
                if not _dead(c, i):
                    c.flag(
                        "cancelled",
                        "hukou",
                        i,
                        shown=_("注销"),
                        sentence=_("户籍：{who}的户口已于 {day} 注销").format(
                            who=c.who(i), day=r.get("changed_on") or _("日期不详")
                        ),
                    )
            else:
                c.line(
                    "hukou",
                    i,
                    "registered_kind",
                    r["kind"],
                    state="agrees" if r["kind"] == c.declared(i, "registered_kind") else "less",
                )
                booklets.setdefault(r["household_number"], []).append(i)
                counts[r["household_number"]] = max(r["members"], counts.get(r["household_number"], 0))
    for number, inside in booklets.items():
        if counts[number] > len(inside):
            c.flag(
                "member_missing",
                "hukou",
                inside[0],
                shown=_("{n} 人").format(n=counts[number]),
                sentence=_("家庭成员：同一户口簿申报 {declared} 人，公安登记 {found} 人").format(
                    declared=len(inside), found=counts[number]
                ),
            )


def _dead(c: Comparison, i: int) -> list[tuple[str, str]]:
    """The days of death or cremation known of a member, with the source."""
    return [("death", r["death_on"]) for r in c.of(i, "death")] + [
        ("funeral", r["cremated_on"]) for r in c.of(i, "funeral")
    ]


def deaths(c: Comparison) -> None:
    """A death registered: an alert and a question. Nobody is taken off anything by it (HD-05, B5)."""
    for i in range(len(c.members)):
        if (known := _dead(c, i)) and not c.declared(i, "died_on"):
            source, day = known[0]
            c.flag(
                "deceased",
                source,
                i,
                fact="died_on",
                found=day,
                sentence=_("{who}：{source} {day}，请立即核实本人是否健在").format(
                    who=c.who(i), source=SOURCES[source].label, day=day
                ),
            )


def marriages(c: Comparison) -> None:
    """The newest registration of each adult: a spouse not declared, or one declared after a divorce."""
    for i in range(len(c.members)):
        rows = sorted(c.of(i, "marriage"), key=lambda r: r["registered_on"])
        if not rows:
            continue
        newest = rows[-1]
        inside = any(
            same_name(newest["spouse_name"], str(m.get("name", "")))
            for j, m in enumerate(c.members)
            if j != i
        )
        if newest["kind"] == "married" and not inside:
            c.flag(
                "marriage",
                "marriage",
                i,
                shown=_("已婚"),
                sentence=_("婚姻：{who}未申报配偶，民政登记 {day} 结婚").format(
                    who=c.who(i), day=newest["registered_on"]
                ),
            )
        elif newest["kind"] == "divorced" and inside:
            c.flag(
                "marriage",
                "marriage",
                i,
                shown=_("已离婚"),
                sentence=_("婚姻：{who}申报与前配偶共同生活，民政登记 {day} 离婚").format(
                    who=c.who(i), day=newest["registered_on"]
                ),
            )


def custody(c: Comparison) -> None:
    """Prison and compulsory isolation on the day of the check (T15)."""
    today = c.on.isoformat()
    for i, r in c.everyone("prison"):
        if r["since"] <= today and (not r.get("until") or r["until"] > today):
            presence = "prison" if r["kind"] == "prison" else "isolation"
            if c.declared(i, "presence") != presence:
                c.flag(
                    "imprisoned",
                    "prison",
                    i,
                    fact="presence",
                    found=presence,
                    also={"presence_since": r["since"]},
                    sentence=_("人员状态：{who}申报“{declared}”，司法部门登记 {day} 起{kind}").format(
                        who=c.who(i),
                        declared=words(field_of("member", "presence"), c.declared(i, "presence")),
                        day=r["since"],
                        kind=dictionary.PRESENCE[presence],
                    ),
                )
            else:
                c.line("prison", i, "presence", presence)


# On these rolls a person has a basic-living identity of his own and is not counted for the family's (policy.md T7, DB-10).
OWN_ROLLS = {"extreme_hardship": "tekun", "orphan": "orphan"}


def duplicates(c: Comparison) -> None:
    """On another county's roll (T20), or in any county on one that excludes this (T7); on this county's own roll of the same
    programme is no duplicate."""
    county = str(c.household.get("area_code", ""))[:6]
    for i, r in c.everyone("relief_rolls"):
        identity = OWN_ROLLS.get(r["programme"])
        said = _("重复享受：{who}自 {day} 起在 {county} 领取“{programme}”每月 {fen}").format(
            who=c.who(i),
            day=r["since"][:7],
            county=r["county_code"],
            programme=ROLLS.get(r["programme"], r["programme"]),
            fen=yuan(r["month_fen"]),
        )
        if identity is not None and c.declared(i, "identity") != identity:
            c.flag("duplicate", "relief_rolls", i, said, fact="identity", found=identity)
        elif identity is not None:
            c.line("relief_rolls", i, "identity", identity)
        elif r["county_code"] != county:
            c.flag("duplicate", "relief_rolls", HOUSEHOLD, said, fact="receiving_elsewhere", found=True)


ROLLS = {"minimum_living": "最低生活保障", "extreme_hardship": "特困人员供养", "orphan": "孤儿基本生活费"}


def abroad(c: Comparison) -> None:
    """Long stays abroad; who holds a border pass crosses daily and is not asked (policy memo 13.6)."""
    for i, r in c.everyone("exit_entry"):
        if r["abroad_days_12"] > c.p["verification.abroad_days"] and not r["border_pass"]:
            c.flag(
                "abroad",
                "exit_entry",
                i,
                shown=_("{n} 天").format(n=r["abroad_days_12"]),
                sentence=_("出入境：{who}近十二个月在境外 {days} 天").format(
                    who=c.who(i), days=r["abroad_days_12"]
                ),
            )


def staff(c: Comparison) -> None:
    """Village officials and staff in the family: the register of near relatives (HD-06)."""
    for i, r in c.everyone("fiscal_payroll"):
        if r["kind"] == "village_official" and not c.declared(HOUSEHOLD, "relative_of_staff"):
            c.flag(
                "relative",
                "fiscal_payroll",
                HOUSEHOLD,
                fact="relative_of_staff",
                found=True,
                sentence=_("近亲属备案：{who}为村（居）干部（{employer}），未申报近亲属关系").format(
                    who=c.who(i), employer=r["employer"]
                ),
            )


# ── situation ──

DISABILITY_CODES = dict(
    zip(
        "1234567",
        ("sight", "hearing", "speech", "physical", "intellectual", "mental", "multiple"),
        strict=True,
    )
)
TERTIARY = frozenset({"college", "undergraduate", "postgraduate"})


def disability(c: Comparison) -> None:
    """The certificate against what was declared: class, grade and whether it has run out (T24)."""
    if not c.has("disability"):
        return
    for i in range(len(c.members)):
        rows = sorted(c.of(i, "disability"), key=lambda r: r["valid_until"])
        declared = (c.declared(i, "disability"), c.declared(i, "disability_grade"))
        if not rows:
            if declared[0] not in ("none", None):
                c.flag(
                    "disability",
                    "disability",
                    i,
                    fact="disability",
                    found="none",
                    also={"disability_grade": 0},
                    sentence=_("残疾：{who}申报{kind}残疾 {grade} 级，残联查无有效残疾人证").format(
                        who=c.who(i), kind=dictionary.DISABILITIES.get(declared[0], ""), grade=declared[1]
                    ),
                )
            continue
        r = rows[-1]
        kind = DISABILITY_CODES.get(r["category"], r["category"])
        if (kind, r["grade"]) != declared:
            also = {"disability": kind, "disability_valid_until": r["valid_until"]}
            c.flag(
                "disability",
                "disability",
                i,
                fact="disability_grade",
                found=r["grade"],
                also=also,
                sentence=_("残疾：{who}申报{declared}，残联登记{found} {grade} 级").format(
                    who=c.who(i),
                    grade=r["grade"],
                    found=dictionary.DISABILITIES.get(kind, kind),
                    declared=_("无残疾")
                    if declared[0] in ("none", None)
                    else _("{kind} {grade} 级").format(
                        kind=dictionary.DISABILITIES.get(declared[0], declared[0]), grade=declared[1]
                    ),
                ),
            )
        else:
            c.line("disability", i, "disability_grade", r["grade"])
        if r["valid_until"] < c.on.isoformat():
            c.flag(
                "disability_expired",
                "disability",
                i,
                fact="disability_valid_until",
                found=r["valid_until"],
                sentence=_("残疾：{who}的残疾人证已于 {day} 到期").format(who=c.who(i), day=r["valid_until"]),
            )


def schooling(c: Comparison) -> None:
    """Enrolment and school fees against what was declared."""
    if not c.has("school"):
        return
    for i in range(len(c.members)):
        rows = c.of(i, "school")
        declared = c.declared(i, "student")
        if not rows:
            # 幼儿园和研究生不在学籍库内
            if declared not in ("none", None, "kindergarten", "postgraduate"):
                c.flag(
                    "student",
                    "school",
                    i,
                    fact="student",
                    found="none",
                    sentence=_("在校：{who}申报就读{stage}，教育部门查无学籍").format(
                        who=c.who(i), stage=dictionary.STUDENTS.get(declared, declared)
                    ),
                )
            continue
        r = rows[-1]
        if r["stage"] == declared or (r["stage"] in TERTIARY and declared in TERTIARY):
            c.line("school", i, "student", declared, state="agrees")
        else:
            c.flag(
                "student",
                "school",
                i,
                fact="student",
                found=r["stage"],
                also={"boarding": r["boards"]},
                sentence=_("在校：{who}申报“{declared}”，教育部门登记就读{school}（{stage}）").format(
                    who=c.who(i),
                    declared=words(field_of("member", "student"), declared),
                    school=r["school"],
                    stage=dictionary.STUDENTS.get(r["stage"], r["stage"]),
                ),
            )
        if (
            r["fee_year_fen"]
            and r["fee_year_fen"] * BASIS
            > r["public_fee_year_fen"] * c.p["verification.school_fee_basis_points"]
        ):
            c.flag(
                "school_fee",
                "school",
                i,
                shown=yuan(r["fee_year_fen"]),
                sentence=_("学费：{who}就读{school}学年收费 {fee}，同类公办 {public}").format(
                    who=c.who(i),
                    school=r["school"],
                    fee=yuan(r["fee_year_fen"]),
                    public=yuan(r["public_fee_year_fen"]),
                ),
            )


INCOMES = (
    "wage_year_fen",
    "property_year_fen",
    "pension_resident_year_fen",
    "pension_employee_year_fen",
    "unemployment_year_fen",
    "maintenance_year_fen",
    "inheritance_year_fen",
    "other_transfer_year_fen",
)


def medical(c: Comparison) -> None:
    """Self-paid costs against the settlements, and spending beyond the family's whole income."""
    if not c.has("hospital"):
        return
    tolerance = c.p["verification.self_pay_tolerance_fen"]
    income = sum(
        c.amount(i, *INCOMES)
        + max(0, c.amount(i, "farm_gross_year_fen") - c.amount(i, "farm_cost_year_fen"))
        + max(0, c.amount(i, "business_gross_year_fen") - c.amount(i, "business_cost_year_fen"))
        for i in range(len(c.members))
    )
    for i in range(len(c.members)):
        rows = c.of(i, "hospital")
        found, declared = sum(r["self_pay_12_fen"] for r in rows), c.amount(i, "medical_self_pay_year_fen")
        if abs(found - declared) > tolerance:
            c.flag(
                "self_pay",
                "hospital",
                i,
                fact="medical_self_pay_year_fen",
                found=found,
                sentence=_("自付医疗费：{who}申报 {declared}，医保结算 {found}").format(
                    who=c.who(i), declared=yuan(declared), found=yuan(found)
                ),
            )
        elif rows or declared:
            c.agree("hospital", i, "medical_self_pay_year_fen", found)
        # 只比家庭自付而未申报的部分：医保报销的不是家庭花的钱，已申报的没有矛盾
        if found > max(income, declared + tolerance) and any(r["episodes_12"] for r in rows):
            c.flag(
                "hospital_spend",
                "hospital",
                i,
                shown=yuan(found),
                sentence=_("住院花费：{who}近十二个月自付 {found}，高于家庭申报收入 {income}").format(
                    who=c.who(i), found=yuan(found), income=yuan(income)
                ),
            )


def poverty(c: Comparison) -> None:
    """On the poverty (monitoring) list while the family says no, or the other way round."""
    if not c.has("poverty_list"):
        return
    listed = any(r["state"] in ("listed", "monitored") for _i, r in c.everyone("poverty_list"))
    known = any(True for _i, _r in c.everyone("poverty_list"))
    declared = bool(c.declared(HOUSEHOLD, "poverty_file"))
    if (listed and not declared) or (declared and not known):
        c.flag(
            "poverty_list",
            "poverty_list",
            HOUSEHOLD,
            fact="poverty_file",
            found=listed,
            sentence=_("建档立卡（监测）：申报“{declared}”，乡村振兴部门登记“{found}”").format(
                declared=_("是") if declared else _("否"), found=_("是") if listed else _("否")
            ),
        )
    elif known or declared:
        c.line("poverty_list", HOUSEHOLD, "poverty_file", listed or declared, state="agrees")


def power(c: Comparison) -> None:
    """No power used for three months: a hint that nobody lives there, no more."""
    for i, r in c.everyone("power"):
        if r["kwh_3"] <= c.p["verification.power_kwh_3"]:
            c.flag(
                "power_zero",
                "power",
                i,
                shown=_("{n} 度").format(n=r["kwh_3"]),
                sentence=_("用电：{who}名下户号近三个月用电 {n} 度").format(who=c.who(i), n=r["kwh_3"]),
            )


def identities(c: Comparison) -> None:
    """A number that a department holds under another name: a person looks, nothing of it is compared."""
    for i in range(len(c.members)):
        odd = [s for s, reply in c.replies.items() if reply is not None and c.doubtful(i, s)]
        if odd:
            c.flag(
                "identity",
                odd[0],
                i,
                shown=_("姓名不符"),
                sentence=_("身份：{who}的证件号码在{sources}登记在另一姓名下").format(
                    who=c.who(i), sources="、".join(str(SOURCES[s].label) for s in odd)
                ),
            )


CHECKS = (
    identities,
    register,
    deaths,
    marriages,
    custody,
    duplicates,
    staff,
    wages,
    job_lost,
    pensions,
    business,
    vehicles,
    real_estate,
    deposits,
    disability,
    schooling,
    medical,
    poverty,
    abroad,
    power,
)


def compare(
    facts: Mapping[str, Any], replies: Mapping[str, Reply | None], p: Mapping[str, Any], on: date
) -> tuple[list[Line], list[Mismatch]]:
    """All lines and mismatches of a family on a day. `replies` has a key per source asked; None where it gave none."""
    c = Comparison(facts, replies, p, on)
    for check in CHECKS:
        check(c)
    for source, reply in replies.items():
        if reply is None:
            c.lines.append(
                Line(
                    HOUSEHOLD,
                    None,
                    c.who(HOUSEHOLD),
                    source,
                    str(SOURCES[source].label),
                    "",
                    _("数据源未反馈"),
                    source,
                    None,
                    None,
                    None,
                    "pending",
                )
            )
    return c.lines, list({m.key: m for m in c.mismatches}.values())


def result_of(replies: Mapping[str, Reply | None], mismatches: Iterable[Mismatch]) -> str:
    """clear, inconsistent or pending. What has not answered is never clear (B4)."""
    if any(True for _m in mismatches):
        return "inconsistent"
    return "pending" if not replies or any(r is None for r in replies.values()) else "clear"


__all__ = [
    "HOUSEHOLD",
    "Comparison",
    "Line",
    "Mismatch",
    "Reply",
    "compare",
    "in_words",
    "result_of",
    "words",
]
