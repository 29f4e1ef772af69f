"""资助参保: the premium of residents' medical insurance paid for those in hardship (社会保险法 第二十五条; 国办发〔2021〕42号; 国办发〔2023〕39号)."""

from __future__ import annotations

from typing import Any

from tuodi.core.finding import Assessment, Finding, granted
from tuodi.core.logic import Value, any_of, at_most, choose, is_one_of, named, negate
from tuodi.policy.medical_aid.rule import LAWS
from tuodi.policy.persons import alive
from tuodi.policy.poverty import on_file
from tuodi.policy.standing import on_roll, severely_disabled

PROGRAMME = "premium_support"
BASIS = "《社会保险法》第二十五条；国办发〔2021〕42号"


def evaluate(m: Any, h: Any, p: Any) -> Assessment:
    """The premium of one person for the policy year of the day: tekun in full, others a fixed sum, the higher of the two, once."""
    premium, fixed = p["health.premium.resident_year_fen"], p["health.premium_support.fixed_year_fen"]
    full, partly = in_full(m, p), in_part(m, h, p)
    amount = named("资助金额", choose(full, premium, at_most(fixed, premium)))
    findings = (
        Finding(
            "in_group",
            full | partly,
            "是否属于资助对象：{supported}（全额：{full}）",
            {"supported": full | partly, "full": full},
            BASIS,
        ),
        Finding(
            "resident_scheme",
            m.medical_insured != "employee",
            "是否参加职工医保：{employee}（职工医保不在资助之列）",
            {"employee": m.medical_insured == "employee"},
            BASIS,
        ),
        Finding(
            "not_supported_yet",
            negate(m.premium_supported),
            "本参保年度是否已获资助：{supported}",
            {"supported": m.premium_supported},
            BASIS,
        ),
        alive(m, h, BASIS),
    )
    own = premium - amount
    return granted(
        PROGRAMME,
        findings,
        amount,
        period="year",
        figures={"premium_fen": premium, "own_part_fen": own},
    )


def in_full(m: Any, p: Any) -> Value:
    """Tekun; since 2021 orphans and children without care are aided as they are."""
    return named("全额资助对象", is_one_of(m.identity, LAWS[p["health.aid.version"]].as_tekun))


def in_part(m: Any, h: Any, p: Any) -> Value:
    """On the roll; disabled without labour; the old and the minors of low-income families; the registered poor of their years, then the returned."""
    law = LAWS[p["health.aid.version"]]
    helpless = severely_disabled(m, p) & (m.work_ability == "none")
    weak = (m.age >= p["health.aid.elderly_age"]) | (m.age < p["age.majority"])
    return named(
        "定额资助对象",
        any_of(
            (
                on_roll(m, h, p),
                helpless,
                h.margin_family & weak,
                law.returned_as_dibao & (h.poverty_status == "returned"),
                p["health.aid.poverty_file_included"] & on_file(h),
            )
        ),
    )
