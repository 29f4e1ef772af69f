"""防止返贫监测对象: which of the three types a rural family is, by the monitoring line of the year.

国开发〔2020〕6号 (two types), 中农发〔2021〕7号 (a third: sudden serious hardship, without an income test). It gives no money by itself.
"""

from __future__ import annotations

from typing import Any

from tuodi.core.finding import Assessment, Finding
from tuodi.core.logic import Value, all_of, at_least, choose, is_one_of, named
from tuodi.policy.persons import lives

PROGRAMME = "monitoring"
TEXTS = {"2020": "国开发〔2020〕6号", "2021": "中农发〔2021〕7号"}
WERE_POOR = ("lifted", "stable", "returned", "unstable")
NEVER_POOR = ("none", "marginal")


def net_income(m: Any) -> Value:
    """What a person had in the year, grants and subsidies included, less costs (a loss in one source hides no other, T9)."""
    return named(
        "本人年纯收入",
        m.wage_year_fen
        + at_least(m.farm_gross_year_fen - m.farm_cost_year_fen, 0)
        + at_least(m.business_gross_year_fen - m.business_cost_year_fen, 0)
        + at_least(m.property_year_fen, 0)
        + m.pension_resident_year_fen
        + m.pension_employee_year_fen
        + m.unemployment_year_fen
        + m.maintenance_year_fen
        + m.other_transfer_year_fen
        + m.relief_year_fen
        + m.veteran_year_fen
        + m.family_planning_year_fen
        + m.disability_subsidy_year_fen
        + m.old_age_year_fen
        + m.child_allowance_year_fen
        - m.transfer_paid_year_fen,
    )


def evaluate(h: Any, p: Any) -> Assessment:
    """The household `h`, under the line in force; the outcome is unstable | marginal | sudden | none."""
    version, per_head = p["poverty.monitoring.version"], p["poverty.monitoring.line_year_fen"]
    basis = TEXTS[version]
    sums = h.totals(
        lambda m: {
            "size": lives(m, h),
            "rural": lives(m, h) & (m.registered_kind == "rural"),
            "net": choose(lives(m, h), net_income(m), 0),
        }
    )
    size = named("在世人数", sums["size"])
    income = named("家庭年纯收入", at_least(sums["net"], 0))
    line = named("监测线合计", per_head * size)
    below = income < line
    sudden = h.sudden_hardship if version == "2021" else False
    needs = below | sudden
    villagers = named("农村户口人数", sums["rural"])
    rural, not_poor = villagers >= 1, h.poverty_status != "poor"
    shown = {"income_fen": income, "size": size, "line_fen": line}
    findings = (
        Finding("rural", rural, "农村户口 {rural} 人，须有 1 人以上", {"rural": villagers}, basis),
        Finding(
            "not_poor_now",
            not_poor,
            "不是建档立卡未脱贫户（未脱贫的按原政策帮扶）：{lifted}",
            {"lifted": not_poor},
            basis,
        ),
        Finding(
            "needs_monitoring",
            needs,
            "家庭年纯收入 {income_fen} 元，{size} 口人监测线合计 {line_fen} 元；突发严重困难：{sudden}",
            {**shown, "sudden": sudden},
            basis,
        ),
        Finding(
            "below_line",
            below,
            "家庭年纯收入 {income_fen} 元，须低于 {size} 口人的监测线 {line_fen} 元",
            shown,
            basis,
            required=False,
        ),
        Finding(
            "sudden_hardship",
            sudden,
            "因病、因灾、因意外等突发严重困难：{sudden}（不看收入线）",
            {"sudden": sudden},
            basis,
            required=False,
        ),
    )
    kind = choose(
        below & is_one_of(h.poverty_status, WERE_POOR),
        "unstable",
        choose(below & is_one_of(h.poverty_status, NEVER_POOR), "marginal", "sudden"),
    )
    eligible = all_of((rural, not_poor, needs))
    return Assessment(
        programme=PROGRAMME,
        findings=findings,
        eligible=eligible,
        outcome=choose(eligible, kind, "none"),
        amount_fen=0,
        period="none",
        figures={"size": size, "income_year_fen": income, "line_fen": line},
    )
