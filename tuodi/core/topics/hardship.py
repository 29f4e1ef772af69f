"""突发困难与受灾: the event, what it cost, what was paid for it already."""

from __future__ import annotations

from tuodi.core.fields import FactField, bool_field, choice_field, int_field, money_field, of_topic

CAUSES = {
    "none": "没有突发困难",
    "fire": "火灾等意外事件",
    "traffic": "交通事故",
    "illness": "突发重大疾病",
    "disaster": "自然灾害",
    "jobless": "失业且没有参加失业保险，连续没有收入",
    "other": "其他须立即救助的特殊困难",
}
GRADES = {"1": "一般", "2": "较重", "3": "特别严重"}
DAMAGES = {"none": "没有损坏", "moderate": "一般损坏", "severe": "严重损坏", "collapsed": "倒塌"}

PEOPLE = {"unit": "人", "most": 30}
_H = "household"


def _found_money(name: str, label: str, help: str = "") -> FactField:
    return money_field(name, label, "", "civil_affairs", declared_by_family=False, help=help)


def _found_bool(name: str, label: str) -> FactField:
    return bool_field(name, label, _H, "", declared_by_family=False, sources=("civil_affairs",))


FIELDS: tuple[FactField, ...] = of_topic(
    "hardship",
    # ── temporary relief 临时救助 ──
    choice_field("hardship_cause", "突发困难的原因", _H, "", CAUSES),
    choice_field(
        "hardship_grade", "困难程度", _H, "", GRADES, declared_by_family=False, help="由经办人员入户后评定"
    ),
    int_field("hardship_persons", "陷入困难的人数（全家或其中几人）", _H, "", **PEOPLE),
    bool_field("hardship_here", "困难发生在本地", _H, "", help="2020 年 8 月起不限户籍，由急难发生地救助"),
    int_field("no_income_months", "没有参加失业保险、连续没有收入的月数", _H, "", unit="月", most=120),
    _found_bool("temporary_same_cause", "本年度已因同一事由得到临时救助"),
    bool_field("temporary_reason", "因同一事由再次申请有正当理由", _H, "", declared_by_family=False),
    int_field(
        "temporary_times",
        "本年度已得到临时救助的次数",
        _H,
        "",
        unit="次",
        most=99,
        declared_by_family=False,
        sources=("civil_affairs",),
    ),
    _found_money("temporary_paid_fen", "本年度已得到的临时救助金"),
    # ── disaster relief 受灾人员救助 ──
    bool_field(
        "disaster_recognised",
        "属于政府核定的自然灾害",
        _H,
        "",
        declared_by_family=False,
        help="以灾情核定为准",
    ),
    bool_field("disaster_cannot_cope", "受灾后没有自救能力，基本生活无法自行解决", _H, ""),
    int_field("disaster_evacuated", "紧急转移安置的人数", _H, "", **PEOPLE),
    _found_bool("disaster_emergency_paid", "同一次灾害已发应急救助"),
    int_field("disaster_transition_persons", "需要过渡期生活救助的人数", _H, "", **PEOPLE),
    int_field("disaster_transition_days", "需要过渡期生活救助的天数", _H, "", unit="天", most=999),
    int_field(
        "disaster_transition_paid_days",
        "同一次灾害已发过渡期生活救助的天数",
        _H,
        "",
        unit="天",
        most=999,
        declared_by_family=False,
    ),
    int_field("disaster_winter_persons", "冬春口粮、饮水、衣被、取暖有困难的人数", _H, "", **PEOPLE),
    _found_bool("disaster_winter_paid", "这一个冬春已发冬春救助"),
    int_field("disaster_drought_persons", "因旱口粮、饮水有困难的人数", _H, "", **PEOPLE),
    _found_bool("disaster_drought_paid", "同一次旱灾已发旱灾救助"),
    choice_field("disaster_house", "因灾住房损坏程度", _H, "", DAMAGES, help="以核定的损坏等级为准"),
    bool_field(
        "disaster_house_lived_in",
        "受损的是住人的主房",
        _H,
        "",
        help="无人居住的房屋、厨房、圈舍等附属用房不计",
    ),
    int_field("disaster_deaths", "因灾死亡、失踪的人数", _H, "", **PEOPLE),
    _found_bool("disaster_bereavement_paid", "遇难人员家属抚慰金已发"),
    # ── one loss, one payer 同一损失不重复 ──
    _found_money(
        "disaster_paid_same_fen", "同一损失、同一时期已得到的受灾救助", help="临时救助只补其没有解决的部分"
    ),
    _found_money(
        "temporary_paid_same_fen", "同一损失、同一时期已得到的临时救助", help="含先行救助；受灾救助扣除后发给"
    ),
)
