"""低保与扶贫衔接: what follows from how a rural family stands with minimum living and in the poverty register, a cell at a time.

国办发〔2016〕70号: who can work is helped to work (应扶尽扶), who qualifies has minimum living (应保尽保), the lists are compared both
ways, and leaving poverty is not leaving minimum living.
"""

from __future__ import annotations

from typing import Any

from tuodi.core.finding import Assessment, Finding
from tuodi.core.logic import all_of, choose, is_one_of, named, negate
from tuodi.policy.persons import lives
from tuodi.policy.poverty import needy

PROGRAMME = "dual_status"
BASIS = "国办发〔2016〕70号"
CELLS = {
    "both": "低保兜底，同时纳入帮扶项目：{holds}",
    "backstop": "没有劳动力，由低保等社会保障兜底：{holds}",
    "keep": "脱贫不等于退出低保，低保按低保的规定复核：{holds}",
    "to_register": "低保户未在扶贫（监测）名册，应比对，符合的建档（监测）：{holds}",
    "programmes": "有劳动力，应扶尽扶，纳入帮扶项目：{holds}",
    "to_dibao": "没有劳动力，应保尽保，启动低保审核：{holds}",
}


def evaluate(h: Any, p: Any) -> Assessment:
    """The household `h`; the outcome is the code of its cell (`CELLS`), or none where there is nothing to link."""
    labour_min, labour_max = p["age.labour_min"], p["age.labour_max"]
    sums = h.totals(
        lambda m: {
            "rural": lives(m, h) & (m.registered_kind == "rural"),
            "able": lives(m, h)
            & (m.age >= labour_min)
            & (m.age < labour_max)
            & (m.work_ability != "none")
            & (m.student == "none")
            & (m.presence == "present"),
        }
    )
    villagers, hands = named("农村户口人数", sums["rural"]), named("劳动力人数", sums["able"])
    dibao, poor, able = h.on_roll, needy(h), hands >= 1
    left = is_one_of(h.poverty_status, ("lifted", "stable"))
    rural, linked = villagers >= 1, dibao | poor
    cells = {
        "both": dibao & poor & able,
        "backstop": dibao & poor & negate(able),
        "keep": dibao & left,
        "to_register": dibao & (h.poverty_status == "none"),
        "programmes": negate(dibao) & poor & able,
        "to_dibao": negate(dibao) & poor & negate(able),
    }
    cell: Any = choose(able, "programmes", "to_dibao")
    cell = choose(
        dibao, choose(poor, choose(able, "both", "backstop"), choose(left, "keep", "to_register")), cell
    )
    findings = (
        Finding("rural", rural, "农村户口 {rural} 人，须有 1 人以上", {"rural": villagers}, BASIS),
        Finding(
            "linked",
            linked,
            "低保家庭：{dibao}；在扶贫（监测）名册需要帮扶：{poor}；劳动力 {able} 人",
            {"dibao": dibao, "poor": poor, "able": hands},
            BASIS,
        ),
        *(
            Finding(code, rural & holds, CELLS[code], {"holds": rural & holds}, BASIS, required=False)
            for code, holds in cells.items()
        ),
    )
    eligible = all_of((rural, linked))
    return Assessment(
        programme=PROGRAMME,
        findings=findings,
        eligible=eligible,
        outcome=choose(eligible, cell, "none"),
        amount_fen=0,
        period="none",
        figures={"able": hands},
    )
