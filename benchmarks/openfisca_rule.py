"""Minimum living as of 2025-10-15 written for OpenFisca-core, as one would there: the peer of benchmarks/bench_rules.py.

The same facts and the same arithmetic as minimum_living.sql, in its float32 and whole-column formulas. Findings are the variables
asked for; it gives no sentences. Amounts are in yuan, since float32 cannot hold the products of fen.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.periods import MONTH
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

PERIOD = "2025-10"
DAY = 20251015
STUDENTS = ("kindergarten", "primary", "junior", "senior", "vocational", "college", "undergraduate")
# Words become small numbers once, when the arrays are made ready.
CODES = {
    "relation": ("", "head", "spouse", "child", "parent", "sibling"),
    "registered_kind": ("", "rural", "urban", "none"),
    "nationality": ("", "CN", "MM"),
    "student": ("none", "primary", "undergraduate"),
    "presence": ("present", "prison", "clergy", "conscript"),
    "disability": ("none", "physical", "mental", "sight"),
    "work_ability": ("full", "partial", "none"),
    "employment": ("none", "farming", "employed", "flexible"),
    "identity": ("none", "tekun", "orphan"),
    "claim_kind": ("", "rural", "urban"),
}
MONEY = (
    "wage", "farm_gross", "farm_cost", "business_gross", "business_cost", "property", "pension_basic", "pension_resident",
    "pension_employee", "maintenance", "obligor_income", "other_transfer", "transfer_paid", "medical_self_pay", "disability_cost",
)  # fmt: skip
COLUMN_OF = {name: f"{name}_year_fen" for name in MONEY} | {
    "obligor_income": "obligor_income_month_per_head_fen"
}
PERSON_INTS = (
    "birth_day", "presence_day", "disability_grade", "valid_until_day", "job_refusals", "died_day", "obligor_family_size",
    "obligor_parents", "relation", "registered_kind", "nationality", "student", "presence", "disability", "work_ability",
    "employment", "identity",
)  # fmt: skip
PERSON_BOOLS = (
    "registered_local", "not_receiving_proof", "lives_together", "legal_duty", "independent", "serious_illness",
    "obligor_over_60_or_sibling",
)  # fmt: skip
HOUSEHOLD_MONEY = ("deposits", "insurance", "current_monthly")
HOUSEHOLD_INTS = ("over_standard_day", "vehicles", "houses", "shops", "companies", "claim_kind")
HOUSEHOLD_BOOLS = ("receiving_elsewhere", "on_roll")

PERSON = build_entity(key="person", plural="persons", label="", is_person=True)
HOUSEHOLD = build_entity(
    key="household",
    plural="households",
    label="",
    roles=[{"key": "member", "plural": "members", "label": ""}],
)
URBAN_YEAR, RURAL_YEAR = 8928.0, 6720.0


def code(name: str, word: str) -> int:
    """The number of a word."""
    return CODES[name].index(word)


def variable(name: str, entity: Any, kind: type, formula: Any = None) -> type[Variable]:
    """A variable of the system; without a formula it is an input."""
    body = {"value_type": kind, "entity": entity, "definition_period": MONTH, "label": name}
    if formula is not None:
        body["formula"] = formula
    return type(name, (Variable,), body)


def _up(amount: Any) -> Any:
    """Up to the whole yuan; float32 first brought back to what it stands for, or 56.0000008 would become 57."""
    return np.ceil(np.round(amount, 3))


def one_of(values: Any, name: str, *words: str) -> Any:
    """Whether coded words are among some."""
    return np.isin(values, [code(name, w) for w in words if w in CODES[name]])


def system() -> TaxBenefitSystem:
    """The tax and benefit system: inputs and formulas."""
    made = TaxBenefitSystem([PERSON, HOUSEHOLD])
    for names, entity, kind in (
        (MONEY, PERSON, float), (PERSON_INTS, PERSON, int), (PERSON_BOOLS, PERSON, bool),
        (HOUSEHOLD_MONEY, HOUSEHOLD, float), (HOUSEHOLD_INTS, HOUSEHOLD, int), (HOUSEHOLD_BOOLS, HOUSEHOLD, bool),
    ):  # fmt: skip
        for name in names:
            made.add_variable(variable(name, entity, kind))
    for name, entity, kind, formula in FORMULAS:
        made.add_variable(variable(name, entity, kind, formula))
    return made


def _age(person: Any, period: Any, parameters: Any) -> Any:
    return np.maximum(DAY - person("birth_day", period), 0) // 10000


def _clergy(person: Any, period: Any, parameters: Any) -> Any:
    return one_of(person("presence", period), "presence", "clergy") & (
        person("presence_day", period) + 30000 <= DAY
    )


def _severe(person: Any, period: Any, parameters: Any) -> Any:
    grade, until = person("disability_grade", period), person("valid_until_day", period)
    mind = one_of(person("disability", period), "disability", "intellectual", "mental")
    return (grade >= 1) & ((until == 0) | (until >= DAY)) & ((grade <= 2) | (mind & (grade <= 3)))


def _in_person(person: Any, period: Any, parameters: Any) -> Any:
    died = person("died_day", period)
    chinese = ~one_of(person("registered_kind", period), "registered_kind", "none") & one_of(
        person("nationality", period), "nationality", "CN"
    )
    return (
        ~((died > 0) & (died < 20251001))
        & chinese
        & ~one_of(person("identity", period), "identity", "tekun", "orphan")
    )


def _here(person: Any, period: Any, parameters: Any) -> Any:
    relation, died = person("relation", period), person("died_day", period)
    dependent = (
        (person("age", period) < 18)
        | one_of(person("work_ability", period), "work_ability", "none")
        | ~person("independent", period)
        | one_of(person("student", period), "student", *STUDENTS)
    )
    related = (
        one_of(relation, "relation", "head", "spouse")
        | (one_of(relation, "relation", "child") & dependent)
        | (person("lives_together", period) & person("legal_duty", period))
    )
    presence = person("presence", period)
    away = (
        person("clergy_settled", period)
        | one_of(presence, "presence", "conscript")
        | (one_of(presence, "presence", "prison") & (person("presence_day", period) < 20251001))
    )
    return related & ~((died > 0) & (died < 20251001)) & ~away


def _counted(person: Any, period: Any, parameters: Any) -> Any:
    return person("here", period) & person("in_person", period)


def _support(person: Any, period: Any, parameters: Any) -> Any:
    income = person("obligor_income", period)
    imputed = (
        np.maximum(income * 12 - 17856, 0)
        * person("obligor_family_size", period)
        * 0.5
        / person("obligor_parents", period)
    )
    return np.maximum(person("maintenance", period), np.where(income > 0, imputed, 0))


def _earned(person: Any, period: Any, parameters: Any) -> Any:
    return (
        np.maximum(person("farm_gross", period) - person("farm_cost", period), 0)
        + np.maximum(person("business_gross", period) - person("business_cost", period), 0)
        + person("property", period)
        + np.maximum(person("pension_resident", period) - person("pension_basic", period), 0)
    )


def _transfers(person: Any, period: Any, parameters: Any) -> Any:
    return (
        person("pension_employee", period)
        + person("other_transfer", period)
        - person("transfer_paid", period)
    )


def _own_income(person: Any, period: Any, parameters: Any) -> Any:
    transfers = np.maximum(person("transfers", period) + person("support", period), 0)
    return person("wage", period) * 0.8 + person("earned", period) + transfers


def _rigid(person: Any, period: Any, parameters: Any) -> Any:
    return person("medical_self_pay", period) + person("disability_cost", period)


def _rate(person: Any, period: Any, parameters: Any) -> Any:
    age = person("age", period)
    ill = np.where(person("serious_illness", period), 0.3, 0)
    return np.maximum(
        np.maximum(ill, np.where(person("severe", period), 0.2, 0)),
        np.where((age >= 70) | (age < 18), 0.1, 0),
    )


def _own_standard(person: Any, period: Any, parameters: Any) -> Any:
    return np.where(
        one_of(person("registered_kind", period), "registered_kind", "urban"), URBAN_YEAR, RURAL_YEAR
    )


def _gap(person: Any, period: Any, parameters: Any) -> Any:
    support = np.where(person("obligor_over_60_or_sibling", period), 0, person("support", period))
    own = (
        person("wage", period) * 0.8
        + person("earned", period)
        + np.maximum(person("transfers", period) + support, 0)
        - person("rigid", period)
    )
    return np.maximum(person("own_standard", period) - np.maximum(own, 0), 0)


def _single_always(person: Any, period: Any, parameters: Any) -> Any:
    jobless = one_of(person("employment", period), "employment", "none")
    alone = person("here", period) & (person("age", period) >= 18) & person("severe", period) & jobless
    return (
        (person("gap", period) > 0) & person("in_person", period) & (person("clergy_settled", period) | alone)
    )


def _single_hard_up(person: Any, period: Any, parameters: Any) -> Any:
    ill = person("severe", period) | person("serious_illness", period)
    return (person("gap", period) > 0) & person("counted", period) & ill & ~person("single_always", period)


def _summed(name: str, among: str) -> Any:
    def formula(household: Any, period: Any, parameters: Any) -> Any:
        return household.sum(household.members(name, period) * household.members(among, period))

    return formula


def _number(*conditions: str) -> Any:
    def formula(household: Any, period: Any, parameters: Any) -> Any:
        holds = household.members(conditions[0], period)
        for condition in conditions[1:]:
            holds = holds & household.members(condition, period)
        return household.sum(holds)

    return formula


def _income(household: Any, period: Any, parameters: Any) -> Any:
    m = household.members
    foreign = m("here", period) & (
        one_of(m("registered_kind", period), "registered_kind", "none")
        | ~one_of(m("nationality", period), "nationality", "CN")
    )
    counts = m("counted", period) | foreign
    return np.maximum(
        household.sum(m("own_income", period) * counts) - household.sum(m("rigid", period) * counts), 0
    )


def _urban(household: Any, period: Any, parameters: Any) -> Any:
    m = household.members
    towns = (
        household.sum(m("counted", period) & one_of(m("registered_kind", period), "registered_kind", "urban"))
        * 2
    )
    size = household("size", period)
    return (towns > size) | ((towns == size) & one_of(household("claim_kind", period), "claim_kind", "urban"))


def _standard(household: Any, period: Any, parameters: Any) -> Any:
    return np.where(household("urban", period), URBAN_YEAR, RURAL_YEAR)


def _in_place(household: Any, period: Any, parameters: Any) -> Any:
    m = household.members
    unproven = household.sum(
        m("counted", period) & ~m("registered_local", period) & ~m("not_receiving_proof", period)
    )
    local = household.sum(m("counted", period) & m("registered_local", period))
    return (
        (household("size", period) >= 1)
        & (local >= 1)
        & (unproven == 0)
        & ~household("receiving_elsewhere", period)
    )


def _property_ok(household: Any, period: Any, parameters: Any) -> Any:
    assets = household("deposits", period) + household("insurance", period)
    return (
        (assets <= 17856 * household("size", period)) & (household("vehicles", period) <= 0)
        & (household("houses", period) <= 1) & (household("shops", period) <= 0) & (household("companies", period) <= 0)
    )  # fmt: skip


def _below(household: Any, period: Any, parameters: Any) -> Any:
    return household("income", period) < household("standard", period) * household("size", period)


def _family(household: Any, period: Any, parameters: Any) -> Any:
    return household("in_place", period) & household("below", period) & household("property_ok", period)


def _hard_up(household: Any, period: Any, parameters: Any) -> Any:
    limit = household("standard", period) * household("size", period) * 1.5
    return (
        household("in_place", period)
        & household("property_ok", period)
        & (household("income", period) < limit)
    )


def _fading(household: Any, period: Any, parameters: Any) -> Any:
    since = household("over_standard_day", period)
    months = (2025 - since // 10000) * 12 + 10 - since // 100 % 100 - (since % 100 >= 15)
    return (
        household("on_roll", period) & (since > 0) & (months < 6) & (household("at_work", period) >= 1)
        & household("in_place", period) & household("property_ok", period) & ~household("below", period)
    )  # fmt: skip


def _single_gap(household: Any, period: Any, parameters: Any) -> Any:
    barred = ~household("property_ok", period) | household("receiving_elsewhere", period)
    hard_up = np.where(household("hard_up", period), household("gaps_hard_up", period), 0)
    return np.where(barred, 0, household("gaps_always", period) + hard_up)


def _single(household: Any, period: Any, parameters: Any) -> Any:
    return (household("single_gap", period) > 0) & ~household("family", period) & ~household("fading", period)


def _margin(household: Any, period: Any, parameters: Any) -> Any:
    return household("hard_up", period) & ~household("family", period)


def _base(household: Any, period: Any, parameters: Any) -> Any:
    size = household("size", period)
    gap = household("standard", period) * size - household("income", period)
    paid = (size - household("refusing", period)) / np.maximum(size, 1)
    return np.where(
        household("family", period),
        _up(gap * paid / 12),
        np.where(
            household("fading", period),
            _up(household("current_monthly", period)),
            np.where(household("single", period), _up(household("single_gap", period) / 12), 0),
        ),
    )


def _supplement(household: Any, period: Any, parameters: Any) -> Any:
    m = household.members
    own = m("own_standard", period) * m("rate", period)
    always = household.sum(own * m("single_always", period))
    hard_up = household.sum(own * m("single_hard_up", period))
    single = always + np.where(household("hard_up", period), hard_up, 0)
    whole = household("standard", period) * household.sum(m("rate", period) * m("counted", period))
    return np.where(
        household("family", period),
        _up(whole / 12),
        np.where(household("single", period), _up(single / 12), 0),
    )


def _working(person: Any, period: Any, parameters: Any) -> Any:
    return one_of(person("employment", period), "employment", "employed", "flexible")


def _refusing(person: Any, period: Any, parameters: Any) -> Any:
    return person("job_refusals", period) >= 3


def _amount(household: Any, period: Any, parameters: Any) -> Any:
    return household("base", period) + household("supplement", period)


FORMULAS = (
    ("age", PERSON, int, _age),
    ("clergy_settled", PERSON, bool, _clergy),
    ("severe", PERSON, bool, _severe),
    ("in_person", PERSON, bool, _in_person),
    ("here", PERSON, bool, _here),
    ("counted", PERSON, bool, _counted),
    ("support", PERSON, float, _support),
    ("earned", PERSON, float, _earned),
    ("transfers", PERSON, float, _transfers),
    ("own_income", PERSON, float, _own_income),
    ("rigid", PERSON, float, _rigid),
    ("rate", PERSON, float, _rate),
    ("own_standard", PERSON, float, _own_standard),
    ("gap", PERSON, float, _gap),
    ("single_always", PERSON, bool, _single_always),
    ("single_hard_up", PERSON, bool, _single_hard_up),
    ("is_working", PERSON, bool, _working),
    ("is_refusing", PERSON, bool, _refusing),
    ("size", HOUSEHOLD, int, _number("counted")),
    ("at_work", HOUSEHOLD, int, _number("counted", "is_working")),
    ("refusing", HOUSEHOLD, int, _number("counted", "is_refusing")),
    ("gaps_always", HOUSEHOLD, float, _summed("gap", "single_always")),
    ("gaps_hard_up", HOUSEHOLD, float, _summed("gap", "single_hard_up")),
    ("income", HOUSEHOLD, float, _income),
    ("urban", HOUSEHOLD, bool, _urban),
    ("standard", HOUSEHOLD, float, _standard),
    ("in_place", HOUSEHOLD, bool, _in_place),
    ("property_ok", HOUSEHOLD, bool, _property_ok),
    ("below", HOUSEHOLD, bool, _below),
    ("family", HOUSEHOLD, bool, _family),
    ("hard_up", HOUSEHOLD, bool, _hard_up),
    ("fading", HOUSEHOLD, bool, _fading),
    ("single_gap", HOUSEHOLD, float, _single_gap),
    ("single", HOUSEHOLD, bool, _single),
    ("margin", HOUSEHOLD, bool, _margin),
    ("base", HOUSEHOLD, float, _base),
    ("supplement", HOUSEHOLD, float, _supplement),
    ("amount", HOUSEHOLD, float, _amount),
)


def arrays(connection: Any) -> dict[str, Any]:
    """The benchmark's tables as the arrays OpenFisca wants; made ready once, outside the timing."""

    def columns(table: str, names: dict[str, str]) -> dict[str, Any]:
        listed = ", ".join(f'"{column}"' for column in names.values())
        order = "household_id, member_number" if table == "members" else "household_id"
        found = connection.execute(
            f"SELECT household_id, {listed} FROM {table} ORDER BY {order}"
        ).to_arrow_table()
        made = {"household_id": found["household_id"].to_numpy()}
        for name, column in names.items():
            values = found[column].to_numpy()
            if name in CODES:
                values = _coded(values, list(CODES[name]))
            elif column.endswith("_fen"):
                values = values / 100
            made[name] = values
        return made

    people = {n: COLUMN_OF.get(n, n) for n in (*MONEY, *PERSON_INTS, *PERSON_BOOLS)}
    homes = {n: f"{n}_fen" for n in HOUSEHOLD_MONEY} | {n: n for n in (*HOUSEHOLD_INTS, *HOUSEHOLD_BOOLS)}
    return {"persons": columns("members", people), "households": columns("households", homes)}


def _coded(values: Any, words: list[str]) -> Any:
    """Words as their place in a list; a word not in it is the first."""
    order = np.argsort(words)
    found = np.clip(np.searchsorted(np.asarray(words)[order], values.astype(str)), 0, len(words) - 1)
    return order[found].astype(np.int32)


def calculate(made: TaxBenefitSystem, data: dict[str, Any]) -> Any:
    """From arrays to amounts: build the simulation, give it its inputs, calculate."""
    people, homes = data["persons"], data["households"]
    builder = SimulationBuilder()
    builder.create_entities(made)
    builder.declare_person_entity("person", np.arange(len(people["household_id"])))
    household = builder.declare_entity("household", homes["household_id"])
    builder.join_with_persons(
        household, people["household_id"], np.zeros(len(people["household_id"]), dtype=int)
    )
    simulation = builder.build(made)
    for group in (people, homes):
        for name, values in group.items():
            if name != "household_id":
                simulation.set_input(name, PERIOD, values)
    for name in ("margin", "single", "fading", "family"):
        simulation.calculate(name, PERIOD)
    return simulation.calculate("amount", PERIOD)
