"""特困人员丧葬费: the institution or the village applies, the township checks, the county pays; all days are test values."""

from __future__ import annotations

from tuodi.core.process import Limit
from tuodi.policy.handling import Stage, straight

TEST = "测试值，办法未定时限"

FUNERAL = straight(
    "tekun_funeral",
    "特困人员丧葬费审核",
    Stage("checking", "乡镇（街道）核实", "reviewer", "send", "核实上报", Limit(working_days=5, basis=TEST)),
    Stage(
        "county_review",
        "县级审核确认",
        "confirmer",
        "confirm",
        "确认",
        Limit(working_days=5, basis=TEST),
        refuses=True,
    ),
)
