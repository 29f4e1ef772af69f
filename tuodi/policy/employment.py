"""What the pages of employment aid ask alike: whom they are for, how long support lasts, which minimum wage holds.

社会救助暂行办法 第七章 (第四十二条至第四十五条); 就业补助资金管理办法 财社〔2017〕164号, before it 财社〔2015〕290号.
"""

from __future__ import annotations

from typing import Any

from tuodi.core.finding import Finding
from tuodi.core.logic import Value, choose, is_one_of, named
from tuodi.policy.standing import AT_WORK, able, on_roll

BASIS = "《社会救助暂行办法》第四十二条；财社〔2017〕164号"
YEAR = 10_000  # a year in a day written as 20261124


def is_target(m: Any, h: Any, p: Any, basis: str = BASIS) -> Finding:
    """Hard to place as the province defines and human resources recognises, or on the roll of minimum living."""
    dibao = on_roll(m, h, p)
    return Finding(
        "target_group",
        dibao | m.hard_to_place,
        "是否低保对象：{dibao}；是否已认定就业困难人员：{hard}，须有其一",
        {"dibao": dibao, "hard": m.hard_to_place},
        basis,
    )


def is_able(m: Any, p: Any, basis: str = BASIS) -> Finding:
    """Of working age, with some ability left, not at school."""
    holds = able(m, p)
    return Finding(
        "able_to_work",
        holds,
        "是否在劳动年龄、有劳动能力、不在校：{able}（{age} 周岁）",
        {"able": holds, "age": m.age},
        basis,
    )


def at_work(m: Any) -> Value:
    """In work of any kind."""
    return is_one_of(m.employment, AT_WORK)


def in_time(months: Value, first_day: Value, m: Any, h: Any, p: Any, basis: str = BASIS) -> Finding:
    """Three years at most; to retirement for whom it was less than five years away when support was first given."""
    started = named("首次享受日", choose(first_day > 0, first_day, h.on_day))
    near = named(
        "首次享受时距退休不足五年",
        m.retires_day < started + p["work.support.near_retirement_years"] * YEAR,
    )
    return Finding(
        "within_time",
        (months < p["work.support.months_max"]) | (near & (h.on_day < m.retires_day)),
        "已享受 {months} 个月，最长 {max} 个月；首次享受时距退休不足五年可到退休：{near}",
        {"months": months, "max": p["work.support.months_max"], "near": near},
        basis,
    )


def minimum_wage(p: Any) -> Value:
    """The month's minimum wage of the county's class."""
    of_class = p["work.minimum_wage.class"]
    first, second, third = (
        p["work.minimum_wage.class1_month_fen"],
        p["work.minimum_wage.class2_month_fen"],
        p["work.minimum_wage.class3_month_fen"],
    )
    return named("当地月最低工资", choose(of_class == 1, first, choose(of_class == 2, second, third)))
