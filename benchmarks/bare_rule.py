"""The amount of minimum living as of 2025-10-15 as one plain function: what `rules.one_family_explained` is compared with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

SCHOOL = {"kindergarten", "primary", "junior", "senior", "vocational", "college", "undergraduate"}


def minimum_living(h: Mapping[str, Any], members: Sequence[Mapping[str, Any]]) -> int:
    """Fen a month for a family without single-person entry or fade-out; no findings, no unknowns, no reasons."""
    size = towns = income = rigid = rates = local = 0
    for m in members:
        age = (20251015 - m["birth_day"]) // 10000
        related = m["relation"] in ("head", "spouse") or (
            m["relation"] == "child" and (age < 18 or m["student"] in SCHOOL or m["work_ability"] == "none")
        )
        if (
            not (related or (m["lives_together"] and m["legal_duty"]))
            or m["presence"] != "present"
            or m["died_day"]
        ):
            continue
        if m["registered_kind"] == "none" or m["nationality"] != "CN" or m["identity"] in ("tekun", "orphan"):
            continue
        size += 1
        towns += m["registered_kind"] == "urban"
        local += m["registered_local"]
        support = m["maintenance_year_fen"]
        if m["obligor_income_month_per_head_fen"] > 148_800:
            over = (m["obligor_income_month_per_head_fen"] - 148_800) * 12 * m["obligor_family_size"]
            support = max(support, over // 2 // m["obligor_parents"])
        transfers = m["pension_employee_year_fen"] + m["unemployment_year_fen"] + m["inheritance_year_fen"]
        transfers += m["other_transfer_year_fen"] + support - m["transfer_paid_year_fen"]
        income += m["wage_year_fen"] * 8000 + 10_000 * (
            max(m["farm_gross_year_fen"] - m["farm_cost_year_fen"], 0)
            + max(m["business_gross_year_fen"] - m["business_cost_year_fen"], 0)
            + m["property_year_fen"]
            + max(m["pension_resident_year_fen"] - m["pension_basic_year_fen"], 0)
            + max(transfers, 0)
        )
        rigid += m["medical_self_pay_year_fen"] + m["disability_cost_year_fen"]
        severe = 1 <= m["disability_grade"] <= 2
        rates += 3000 if m["serious_illness"] else 2000 if severe else 1000 if age >= 70 or age < 18 else 0
    standard = 892_800 if towns * 2 > size else 672_000
    gap = standard * size * 10_000 - max(income - rigid * 10_000, 0)
    assets = (
        h["deposits_fen"]
        + h["securities_fen"]
        + h["insurance_fen"]
        + h["internet_finance_fen"]
        + h["receivables_fen"]
    )
    if (
        gap <= 0
        or not local
        or assets > 1_785_600 * size
        or h["vehicles"]
        or h["houses"] > 1
        or h["shops"]
        or h["companies"]
    ):
        return 0
    base = -(-gap // 12_000_000) * 100
    return base + -(-standard * rates // 12_000_000) * 100
