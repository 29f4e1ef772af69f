"""Reads stacking/matrix.yaml: what each programme gives by itself, as written, and what is expected beside the others."""

from decimal import Decimal
from pathlib import Path

import yaml

from tuodi.core.facts import AsOf, Household
from tuodi.core.finding import Assessment
from tuodi.core.logic import Unknown
from tuodi.policy.cases import day_of, facts_of, parameters_of
from tuodi.policy.stacking.rule import stack

PATH = Path(__file__).parents[2] / "tuodi/policy/stacking/matrix.yaml"


def stacked_cases():
    written = yaml.safe_load(PATH.read_text(encoding="utf-8"))
    return [{**written["given"], **case} for case in written["cases"]]


def fen(yuan):
    return None if yuan is None else int(Decimal(str(yuan)) * 100)


def plain(written):
    """(eligible, amount in fen, size) of what a programme gives by itself; None: not known."""
    given = written if isinstance(written, dict) else {"amount": written}
    amount = fen(given["amount"])
    return given.get("eligible", None if amount is None else True), amount, given.get("size", 0)


def assessment(code, written):
    eligible, amount, size = plain(written)
    unknown = Unknown("某项事实")
    return Assessment(
        programme=code,
        findings=(),
        eligible=unknown if eligible is None else eligible,
        outcome=unknown if eligible is None else "granted" if eligible else "none",
        amount_fen=unknown if amount is None else amount,
        figures={"size": size},
    )


def assessed(case):
    """The assessments of the household, and of each member."""
    of_members = case.get("of_members", [])
    of_members = [*of_members, *({} for _ in range(len(case["members"]) - len(of_members)))]
    return (
        {code: assessment(code, w) for code, w in case.get("assessed", {}).items()},
        [{code: assessment(code, w) for code, w in found.items()} for found in of_members],
    )


def stacked(case):
    household, parameters, on = Household.from_dict(facts_of(case)), parameters_of(case), day_of(case)
    p = parameters.at(household.area_code, on, "stacking")
    return stack(AsOf(household, on), p, *assessed(case))
