"""What a synthetic family declares, and what each department holds about it: mostly the same, sometimes not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from tuodi.demo.population import YUAN, Family, Human

DISABILITY = {
    "1": "sight",
    "2": "hearing",
    "3": "speech",
    "4": "physical",
    "5": "intellectual",
    "6": "mental",
    "7": "multiple",
}
STUDENT = {
    "primary": "primary",
    "junior": "junior",
    "senior": "senior",
    "vocational": "vocational",
    "university": "undergraduate",
}
CENTRAL_BASIC_PENSION = 143 * YUAN  # a month, what the demo's pension office pays out of central money
BANKS = ("云南农信", "农业银行", "邮储银行", "建设银行")


def truth(family: Family, on: date) -> dict[str, Any]:
    """The facts document (core.facts) of the family as it really is."""
    head = family.humans[0]
    household: dict[str, Any] = {
        "area_code": family.village,
        "claim_kind": family.kind,
        "address": f"{family.index % 9 + 1}组{family.index % 60 + 1}号",
        "phone": family.phone,
        "payee_name": head.name,
        "payee_bank": BANKS[family.index % len(BANKS)],
        "payee_account": family.account,
        "contracted_land": family.kind == "rural",
        "collective_share": False,
        "poverty_file": _poverty(family) == "monitored",
        "deposits_fen": sum(h.deposits for h in family.humans),
        "vehicles": family.cars,
        "houses": family.houses,
        "companies": int(family.company),
        "need_living": True,
        "need_medical": any(h.medical_self_paid for h in family.humans),
        "need_school": any(h.stage for h in family.humans),
        "need_disability": any(h.disability for h in family.humans),
        "pledge_signed": True,
        "pledge_signed_on": on.isoformat(),
    }
    return {"household": household, "members": [_member(h, on) for h in family.humans]}


def _poverty(family: Family) -> str:
    """How the family stands on the poverty list: monitored, out of poverty, or not on it."""
    return Random(f"poverty:{family.index}").choices(("", "out", "monitored"), (80, 12, 8))[0]


def _member(human: Human, on: date) -> dict[str, Any]:
    age = human.age(on)
    facts: dict[str, Any] = {
        "name": human.name,
        "relation": human.relation,
        "number": human.number,
        "sex": human.sex,
        "birth": human.birth.isoformat(),
        "ethnicity": human.ethnicity,
        "registered_kind": human.registered,
        "student": STUDENT.get(human.stage, "none"),
        "boarding": human.boards,
        "independent": human.relation == "child" and age >= 18 and not human.stage and human.can_work,
        "work_ability": "full" if human.can_work else "none",
        "employment": "employed" if human.wage else "farming" if human.farm_gross else "none",
        "serious_illness": human.serious_illness,
        "wage_year_fen": human.wage,
        "farm_gross_year_fen": human.farm_gross,
        "farm_cost_year_fen": human.farm_cost,
        "property_year_fen": human.property_income,
        "pension_resident_year_fen": human.resident_pension,
        "pension_basic_year_fen": min(human.resident_pension, CENTRAL_BASIC_PENSION * 12),
        "pension_employee_year_fen": human.transfer_income,
        "medical_self_pay_year_fen": human.medical_self_paid,
        "illness_note": ("大病住院，票据附后" if human.serious_illness else "慢性病，票据附后")
        if human.medical_self_paid
        else "",
    }
    if human.disability:
        kind, grade = human.disability
        facts |= {"disability": DISABILITY[kind], "disability_grade": grade}
    if age >= 18:
        facts |= {"check_consent": True, "check_consent_on": on.isoformat()}
    if human.abroad_spouse:
        facts |= {
            "document": "none",
            "number": "",
            "no_document_reason": "缅籍配偶，未办理永久居留",
            "nationality": "MM",
            "registered_local": False,
            "ethnicity": "98",
        }
    return facts


def declared(family: Family, on: date) -> dict[str, Any]:
    """What the family writes on its form: the truth, less what it hides."""
    facts = truth(family, on)
    household, members = facts["household"], facts["members"]
    (hidden,) = family.hides or ("",)
    if hidden == "car":
        household["vehicles"] = 0
    elif hidden == "second_house":
        household["houses"] = 1
    elif hidden == "company":
        household["companies"] = 0
    elif hidden == "deposit":
        household["deposits_fen"] = 0
    elif hidden == "wage":
        for member in members:
            if member["wage_year_fen"]:
                member |= {"wage_year_fen": 0, "employment": "none"}
    elif hidden == "pension":
        for member in members:
            member["pension_employee_year_fen"] = 0
    return facts


def records(family: Family, on: date) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """What the departments hold: (source, number, name, payload) as the catalogue of `gateways.sources` defines them."""
    random = Random(f"records:{family.index}")
    for human in family.humans:
        if not human.number:
            continue
        for source, payload in _of_human(random, family, human, on):
            yield source, human.number, human.name, payload
    head = family.humans[0]
    for source, payload in _of_household(random, family, on):
        yield source, head.number, head.name, payload


def _of_human(random: Random, family: Family, human: Human, on: date) -> Iterator[tuple[str, dict[str, Any]]]:
    last_month = (on.replace(day=1) - timedelta(days=1)).replace(day=1).isoformat()
    yield (
        "hukou",
        {
            "household_number": f"{family.village}{family.index:06d}",
            "relation": human.relation,
            "area_code": family.village,
            "kind": human.registered,
            "state": "cancelled" if human.dead_on else "registered",
            "changed_on": human.dead_on.isoformat() if human.dead_on else None,
            "members": sum(1 for h in family.humans if h.number),
        },
    )
    if human.dead_on:
        yield (
            "death",
            {
                "death_on": human.dead_on.isoformat(),
                "reported_on": (human.dead_on + timedelta(days=9)).isoformat(),
            },
        )
    if human.wage and (human.wage > 20_000 * YUAN or "wage" in family.hides):
        yield (
            "social_insurance",
            {
                "employer": random.choice(
                    ("德宏某糖业公司", "芒市某物业公司", "瑞丽某商贸公司", "陇川某建筑公司")
                ),
                "base_month_fen": human.wage // 12,
                "months_12": 12,
                "last_month": last_month,
            },
        )
        yield "tax", {"income_12_fen": human.wage, "invoiced_12_fen": 0, "until": last_month}
    if human.resident_pension:
        yield "pension", _pension("resident", human.resident_pension // 12, CENTRAL_BASIC_PENSION, human, on)
    if human.transfer_income:
        yield "pension", _pension("employee", human.transfer_income // 12, 0, human, on)
    if human.disability:
        kind, grade = human.disability
        yield (
            "disability",
            {
                "certificate": f"{human.number}{kind}{grade}",
                "category": kind,
                "grade": grade,
                "valid_until": (on + timedelta(days=random.randrange(200, 3_000))).isoformat(),
                "receives_subsidy": grade <= 2 and random.random() < 0.8,
            },
        )
    if human.stage:
        yield (
            "school",
            {
                "school": {
                    "primary": "某镇中心小学",
                    "junior": "某镇中学",
                    "senior": "某县第一中学",
                    "vocational": "德宏某职业学校",
                }.get(human.stage, "某大学"),
                "stage": {"university": "college"}.get(human.stage, human.stage),
                "grade": 1 + human.age(on) % 3,
                "boards": human.boards,
                "fee_year_fen": 0,
                "public_fee_year_fen": 0,
            },
        )
    if human.medical_self_paid:
        yield (
            "hospital",
            {
                "episodes_12": 1 + human.medical_self_paid // (9_000 * YUAN),
                "total_12_fen": human.medical_self_paid * 3,
                "self_pay_12_fen": human.medical_self_paid,
                "serious_illness": human.serious_illness,
            },
        )
    if human.deposits:
        yield "bank", {"institution": random.choice(BANKS), "balance_fen": human.deposits, "at": last_month}
    if random.random() < 0.06:
        yield "exit_entry", {"abroad_days_12": random.randrange(1, 300), "border_pass": True}


def _pension(kind: str, month_fen: int, central: int, human: Human, on: date) -> dict[str, Any]:
    return {
        "kind": kind,
        "month_fen": month_fen,
        "central_basic_fen": min(central, month_fen),
        "since": min(on, date(human.birth.year + 60, human.birth.month, 1)).isoformat(),
        "stopped_on": None,
    }


def _of_household(random: Random, family: Family, on: date) -> Iterator[tuple[str, dict[str, Any]]]:
    for number in range(family.houses):
        yield (
            "real_estate",
            {
                "unit_number": f"{family.village}GB{family.index:06d}F{number:04d}",
                "use": "home",
                "area_sqm": random.randrange(45, 140),
                "registered_on": (on - timedelta(days=random.randrange(400, 6_000))).isoformat(),
                "replaced": False,
            },
        )
    for _ in range(family.cars):
        yield (
            "vehicles",
            {
                "plate": f"云N{random.randrange(10_000, 99_999)}",
                "kind": "car",
                "first_registered_on": (on - timedelta(days=random.randrange(300, 3_000))).isoformat(),
                "state": "normal",
                "use": "private",
                "value_fen": random.randrange(25_000, 90_000) * YUAN,
            },
        )
    if family.company:
        yield (
            "business",
            {
                "code": f"91{family.county}MA{family.index:06d}XX"[:18],
                "name": "某商贸有限责任公司",
                "kind": "company",
                "role": "legal",
                "paid_in_fen": 300_000 * YUAN,
                "state": "active",
            },
        )
    state = _poverty(family)
    if state:
        yield (
            "poverty_list",
            {"file_number": f"{family.village}{family.index:05d}", "state": state, "cause": "因病"},
        )
    if random.random() < 0.9:
        yield "power", {"kwh_3": random.randrange(20, 400)}
