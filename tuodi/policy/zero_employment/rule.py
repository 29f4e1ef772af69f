"""零就业家庭援助: where every able member is without work, at least one gets work (社会救助暂行办法 第四十三条; 就业促进法 第五十六条)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tuodi.core.finding import Assessment, Finding, granted
from tuodi.core.logic import choose, named
from tuodi.policy.employment import at_work
from tuodi.policy.persons import lives
from tuodi.policy.standing import able

PROGRAMME = "zero_employment"
BASIS = "《社会救助暂行办法》第四十三条；《就业促进法》第五十六条"


def evaluate(h: Any, p: Any) -> Assessment:
    """One household: able members, none at work, then one place is due."""
    sums = h.totals(lambda m: counted(m, h, p))
    able_members, working = named("有劳动能力的人数", sums["able"]), named("其中在业人数", sums["working"])
    urban = h.claim_kind == "urban"
    findings = (
        Finding(
            "family_entitled",
            h.on_roll | urban,
            "是否低保家庭：{dibao}；是否城镇居民家庭：{urban}，须有其一",
            {"dibao": h.on_roll, "urban": urban},
            BASIS,
        ),
        Finding(
            "someone_able",
            able_members >= 1,
            "在劳动年龄、有劳动能力的成员 {able} 人，须有一人以上",
            {"able": able_members},
            BASIS,
        ),
        Finding(
            "nobody_at_work",
            working == 0,
            "有劳动能力的成员中在业 {working} 人，须都没有就业",
            {"working": working},
            BASIS,
        ),
        Finding(
            "registered",
            sums["registered"] >= 1,
            "已登记失业 {registered} 人（没有登记的，在社区就业服务窗口登记即可）",
            {"registered": sums["registered"]},
            "《社会救助暂行办法》第四十四条",
            required=False,
        ),
    )
    made = granted(PROGRAMME, findings, 0, period="none")
    figures = {"able": able_members, "working": working, "places": choose(made.eligible, 1, 0)}
    return replace(made, figures=figures)


def counted(m: Any, h: Any, p: Any) -> dict[str, Any]:
    """A member who counts: alive, at home (T6: a boarder or migrant worker is), able, not retired."""
    here = lives(m, h) & (m.presence == "present") & able(m, p) & (m.employment != "retired")
    return {
        "able": here,
        "working": here & at_work(m),
        "registered": here & (m.employment == "registered_jobless"),
    }
