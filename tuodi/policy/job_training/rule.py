"""职业培训补贴: the fee of a course, up to a limit (社会救助暂行办法 第四十二条; 财社〔2017〕164号)."""

from __future__ import annotations

from typing import Any

from tuodi.core.finding import Assessment, Finding, granted
from tuodi.core.logic import any_of, at_most, named, negate
from tuodi.policy.employment import BASIS, is_able
from tuodi.policy.persons import alive
from tuodi.policy.poverty import on_file
from tuodi.policy.standing import jobless, on_roll

PROGRAMME = "job_training"


def evaluate(m: Any, h: Any, p: Any) -> Assessment:
    """One person and one course."""
    dibao = on_roll(m, h, p)
    registered = m.employment == "registered_jobless"
    poor = named("建档立卡人员", on_file(h))
    target = any_of((dibao, m.hard_to_place, registered, poor))
    most = p["work.training.times_year_max"]
    findings = (
        Finding(
            "target_group",
            target,
            "低保对象：{dibao}，就业困难人员：{hard}，登记失业：{registered}，建档立卡：{poor}，须有其一",
            {"dibao": dibao, "hard": m.hard_to_place, "registered": registered, "poor": poor},
            BASIS,
        ),
        is_able(m, p),
        Finding("jobless", jobless(m), "是否没有就业：{jobless}", {"jobless": jobless(m)}, BASIS),
        Finding(
            "times_left",
            m.training_times_year < most,
            "本年已补贴 {times} 次，每年最多 {max} 次",
            {"times": m.training_times_year, "max": most},
            BASIS,
        ),
        Finding(
            "not_repeated",
            negate(m.training_repeated),
            "同一职业同一等级是否补贴过：{repeated}",
            {"repeated": m.training_repeated},
            BASIS,
        ),
        alive(m, h, BASIS),
    )
    amount = named("培训补贴", at_most(m.training_fee_fen, p["work.training.fee_max_fen"]))
    return granted(
        PROGRAMME,
        findings,
        amount,
        period="once",
        figures={"own_part_fen": m.training_fee_fen - amount},
    )
