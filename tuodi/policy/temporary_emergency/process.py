"""急难型临时救助: paid first where it cannot wait, papers afterwards, the county tops up or claws back (LS-03, appendix B)."""

from __future__ import annotations

from tuodi.core.process import Limit, Process, Step

TEXT = "民发〔2018〕23号"
LAW = "《社会救助暂行办法》第四十八条"
TEST = "测试值，国家未定时限"

EMERGENCY = Process(
    key="temporary_emergency",
    label="急难型临时救助",
    start="reported",
    states={
        "reported": "已报告",
        "paid_first": "已先行救助，待补手续",
        "documented": "手续齐全，待审批",
        "confirmed": "已确认",
        "refused": "不予确认",
        "clawed_back": "已追回",
        "withdrawn": "撤回",
    },
    steps=(
        Step("pay_first", "reported", "paid_first", role="reviewer", label="限额内先行救助", basis=LAW),
        Step(
            "document", "reported", "documented", role="counter", label="登记对象、事由，备齐手续", basis=TEXT
        ),
        Step("document", "paid_first", "documented", role="counter", label="补齐手续、签字盖章", basis=TEXT),
        Step(
            "confirm",
            "documented",
            "confirmed",
            role="confirmer",
            label="确认，超出限额的由县级补足",
            basis=TEXT,
        ),
        Step("refuse", "documented", "refused", role="confirmer", label="不予确认", basis=TEXT),
        Step(
            "claw_back", "documented", "clawed_back", role="confirmer", label="先行救助不当，追回", basis=LAW
        ),
        Step("withdraw", "reported", "withdrawn", role="counter", label="申请人撤回", basis="申请人自愿"),
    ),
    limits={
        "reported": Limit(working_days=1, basis=TEST),
        "paid_first": Limit(working_days=10, basis=TEST),
        "documented": Limit(working_days=5, basis=TEST),
    },
    ends=frozenset({"confirmed", "refused", "clawed_back", "withdrawn"}),
)
