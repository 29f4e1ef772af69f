"""疾病应急救助: the hospital treats first; what nobody else must pay of the emergency, the fund pays it (社会救助暂行办法 第三十二条; 国办发〔2013〕15号)."""

from __future__ import annotations

from typing import Any

from tuodi.core.finding import Assessment, Finding, granted
from tuodi.core.logic import Value, at_least, at_most, named

PROGRAMME = "emergency_medical"
BASIS = "《社会救助暂行办法》第三十二条；国办发〔2013〕15号"


def evaluate(m: Any, h: Any, p: Any) -> Assessment:
    """The cost of one emergency through its payers in order; the fund pays the hospital what is left."""
    emergency = named("急救费用", at_least(m.emergency_total_fen - m.emergency_later_fen, 0))
    own, insurance, third_party, relief, rest = in_order(
        emergency,
        ("本人承担", m.emergency_own_fen),
        ("保险承担", m.emergency_insurance_fen),
        ("责任人承担", m.emergency_third_party_fen),
        ("其他救助承担", m.emergency_relief_fen),
    )
    rest = named("无人承担的急救费用", rest)
    unknown = m.emergency_identity == "unknown"
    findings = (
        Finding(
            "emergency",
            m.emergency_needed,
            "是否急重危伤病须立即抢救：{needed}",
            {"needed": m.emergency_needed},
            BASIS,
        ),
        Finding(
            "identity_checked",
            m.emergency_checked,
            "公安、民政是否已核查身份和支付能力：{checked}（先救治，后核查）",
            {"checked": m.emergency_checked},
            BASIS,
        ),
        Finding(
            "unknown_or_unable",
            unknown | m.emergency_unable,
            "身份不明：{unknown}；身份明确但无力支付：{unable}，须有其一",
            {"unknown": unknown, "unable": m.emergency_unable},
            BASIS,
        ),
        Finding(
            "something_left",
            rest > 0,
            "急救费用 {emergency_fen} 元，本人 {own_fen} 元，保险 {insurance_fen} 元，责任人 {third_party_fen} 元，其他救助 {relief_fen} 元，余 {rest_fen} 元",
            {
                "emergency_fen": emergency,
                "own_fen": own,
                "insurance_fen": insurance,
                "third_party_fen": third_party,
                "relief_fen": relief,
                "rest_fen": rest,
            },
            BASIS,
        ),
    )
    return granted(
        PROGRAMME,
        findings,
        rest,
        period="episode",
        figures={
            "emergency_fen": emergency,
            "own_fen": own,
            "insurance_fen": insurance,
            "third_party_fen": third_party,
            "relief_fen": relief,
        },
    )


def in_order(cost: Value, *payers: tuple[str, Value]) -> tuple[Value, ...]:
    """What each payer (by name) bears of a cost, one after another, none more than is left; last what nobody bears."""
    rest, parts = cost, []
    for name, offered in payers:
        part = named(name, at_most(offered, rest))
        parts.append(part)
        rest = rest - part
    return (*parts, rest)
