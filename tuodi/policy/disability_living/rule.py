"""困难残疾人生活补贴: the extra cost of living of disabled members of dibao families.

国发〔2015〕52号; 云政发〔2016〕5号. It follows dibao month by month (T8); beside an allowance for unattended children: `stacking`.
"""

from __future__ import annotations

from typing import Any

from tuodi.core.finding import Assessment, Finding, granted
from tuodi.core.logic import named, negate
from tuodi.policy.persons import alive, certificate_valid, registered_here
from tuodi.policy.two_subsidies import BASIS, barred_from_both, higher_than_same_nature

PROGRAMME = "disability_living"


def evaluate(m: Any, h: Any, p: Any) -> Assessment:
    """The member `m` of the household `h`, under the values in force: a fixed sum a month."""
    amount = p["disability.living.month_fen"]
    low_income = p["disability.living.low_income_included"]
    in_family = h.on_roll | (h.margin_family & low_income)
    # Paid in full: the child draws its allowance without any dibao to be topped up.
    paid_in_full = (m.identity == "unattended") & negate(h.on_roll)
    findings = (
        certificate_valid(m, BASIS),
        registered_here(m, BASIS),
        alive(m, h, BASIS),
        Finding(
            "in_dibao_family",
            in_family,
            "低保家庭：{dibao}；低保边缘家庭：{margin}（本地扩大到低收入家庭：{low_income}）",
            {"dibao": h.on_roll, "margin": h.margin_family, "low_income": low_income},
            BASIS,
        ),
        *barred_from_both(m),
        Finding(
            "not_orphan",
            m.identity != "orphan",
            "领取孤儿基本生活费：{orphan}（领取的不享受生活补贴）",
            {"orphan": m.identity == "orphan"},
            BASIS,
        ),
        Finding(
            "not_fully_paid_unattended",
            negate(paid_in_full),
            "全额领取事实无人抚养儿童基本生活补贴：{full}（全额领取的不享受生活补贴）",
            {"full": paid_in_full},
            "民发〔2019〕62号",
        ),
        higher_than_same_nature(amount, m.other_living_allowance_month_fen),
    )
    return granted(PROGRAMME, findings, named("困难残疾人生活补贴", amount), period="month")
