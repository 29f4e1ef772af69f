"""残疾人两项补贴: the township window, the county federation, the county's civil affairs; the days are test values."""

from __future__ import annotations

from tuodi.core.process import Limit
from tuodi.policy.handling import Stage, straight

TEST = "测试值，国发〔2015〕52号未定时限"
STAGES = (
    Stage("accepted", "乡镇（街道）初审", "reviewer", "send", "初审上报", Limit(working_days=5, basis=TEST)),
    Stage(
        "federation",
        "县级残联审核",
        "bureau",
        "agree",
        "审核同意",
        Limit(working_days=10, basis=TEST),
        refuses=True,
    ),
    Stage(
        "county",
        "县级民政审定",
        "confirmer",
        "confirm",
        "审定",
        Limit(working_days=10, basis=TEST),
        refuses=True,
    ),
)
LIVING = straight("disability_living", "困难残疾人生活补贴审定", *STAGES)
NURSING = straight("disability_nursing", "重度残疾人护理补贴审定", *STAGES)
