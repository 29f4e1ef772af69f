"""The procedure of a payment batch: prepared by one, approved by another, sent once, answered, reconciled.

Money has to be in the accounts by the 10th (DB-24, ZJ-07); `due` of a batch is that day of its month. The monthly
rhythm around it (policy.md 14): roll frozen on the 20th, difference report 22nd, sign-off 25th, bank file 28th.
"""

from __future__ import annotations

from tuodi.core.process import Limit, Process, Step

BATCH = Process(
    key="payment",
    label="发放批次",
    start="drafted",
    states={
        "drafted": "草拟",
        "reserved": "已预占，待复核",
        "approved": "已复核，待送银行",
        "sent": "已送银行，待回盘",
        "replied": "已回盘，待对账",
        "reconciled": "已对账",
        "voided": "已撤销",
    },
    steps=(
        Step("reserve", "drafted", "reserved", "civil_affairs", "预占资金"),
        Step("void", "drafted", "voided", "civil_affairs", "撤销"),
        Step("approve", "reserved", "approved", "payer", "复核通过"),
        Step("return", "reserved", "voided", "payer", "复核退回"),
        Step("void", "reserved", "voided", "civil_affairs", "撤销"),
        Step("send", "approved", "sent", "finance", "送银行代发"),
        Step("void", "approved", "voided", "civil_affairs", "撤销"),
        Step("answered", "sent", "replied", "system", "全部回盘"),
        Step("reconcile", "replied", "reconciled", "finance", "对账"),
    ),
    limits={
        "drafted": Limit(days=10, basis="发放日：每月 10 日前（DB-24）"),
        "reserved": Limit(working_days=3, basis="每月 10 日前到账（DB-24）"),
        "approved": Limit(working_days=2, basis="每月 10 日前到账（DB-24）"),
        "sent": Limit(working_days=5, basis="1–5 日银行代发（policy 14 月度流程）"),
        "replied": Limit(days=16, basis="16 日前对账并公布合计（policy 14 月度流程）"),
    },
    ends=frozenset({"reconciled", "voided"}),
)
# ZJ-09: a failed payment is repaired and paid again within this many working days.
REPAIR = Limit(working_days=15, basis="ZJ-09 退回处理")
