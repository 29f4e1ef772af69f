"""孤儿、事实无人抚养儿童: township and county, fifteen working days each, and no public notice (a child's privacy)."""

from __future__ import annotations

from tuodi.core.process import Limit
from tuodi.policy.handling import Stage, straight

TEXT = "民发〔2019〕62号"


def _stages(basis: str) -> tuple[Stage, Stage]:
    return (
        Stage(
            "accepted",
            "乡镇（街道）查验",
            "reviewer",
            "send",
            "查验后上报",
            Limit(working_days=15, basis=basis),
        ),
        Stage(
            "county",
            "县级确认",
            "confirmer",
            "confirm",
            "确认",
            Limit(working_days=15, basis=basis),
            refuses=True,
        ),
    )


UNATTENDED = straight("unattended_child", "事实无人抚养儿童认定", *_stages(TEXT))
ORPHAN = straight("orphan", "孤儿认定", *_stages("参照民发〔2019〕62号（孤儿的时限未核）"))
