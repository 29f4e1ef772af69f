"""The procedures of payment: a batch (prepared by one, approved by another, sent once, answered, reconciled), a recovery.

Money has to be in the accounts by the 10th (DB-24, ZJ-07); `due` of a batch is that day of its month. The monthly
rhythm around it (policy.md 14): roll frozen on the 20th, difference report 22nd, sign-off 25th, bank file 28th.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

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

# Money paid without ground comes back only by a named officer's decision, after notice and a chance to be heard (ZJ-11,
# ZJ-12); nothing is ever kept back from what a household is due.
RECOVERY = Process(
    key="recovery",
    label="追回",
    start="proposed",
    states={
        "proposed": "拟追回",
        "noticed": "已告知，可陈述申辩",
        "objected": "已陈述申辩，待答复",
        "decided": "已决定，归还中",
        "waiver_asked": "提请核销，待审批",
        "settled": "已还清",
        "written_off": "已核销",
        "withdrawn": "已撤回",
        "revoked": "已撤销",
    },
    steps=(
        Step("notify", "proposed", "noticed", "civil_affairs", "事先告知", "ZJ-12"),
        Step("withdraw", "proposed", "withdrawn", "civil_affairs", "撤回"),
        Step("withdraw", "noticed", "withdrawn", "civil_affairs", "撤回"),
        Step("object", "noticed", "objected", "civil_affairs", "登记陈述申辩"),
        Step("decide", "noticed", "decided", "confirmer", "决定追回"),
        Step("decide", "objected", "decided", "confirmer", "决定追回"),
        Step("drop", "noticed", "withdrawn", "confirmer", "不予追回"),
        Step("drop", "objected", "withdrawn", "confirmer", "不予追回"),
        Step("settle", "decided", "settled", "system", "还清"),
        Step("settle", "waiver_asked", "settled", "system", "还清"),
        Step("ask_write_off", "decided", "waiver_asked", "civil_affairs", "提请核销"),
        Step("write_off", "waiver_asked", "written_off", "finance", "批准核销"),
        Step("refuse_write_off", "waiver_asked", "decided", "finance", "不批准核销"),
        Step("revoke", "decided", "revoked", "confirmer", "撤销追回决定"),
    ),
    limits={
        "proposed": Limit(working_days=5, basis="测试值：拟追回后告知"),
        "noticed": Limit(working_days=10, basis="陈述申辩期满后作出决定（期限见参数）"),
        "objected": Limit(working_days=10, basis="测试值：答复陈述申辩"),
        "decided": Limit(days=30, basis="归还期限见参数；有约定的按约定"),
        "waiver_asked": Limit(working_days=15, basis="测试值：核销审批"),
    },
    ends=frozenset({"settled", "written_off", "withdrawn", "revoked"}),
)


@dataclass(frozen=True, slots=True)
class Why:
    """A ground for claiming money back: what it is called, on what basis, whether the household is at fault."""

    code: str
    label: object
    basis: str
    fault: bool


GROUNDS = {
    why.code: why
    for why in (
        Why(
            "death",
            _("死亡后继续发放"),
            "民发〔2022〕83号：死亡后三个月内完成变更；死亡当月照发（T4）",
            False,
        ),
        Why("fraud", _("虚报、隐瞒、伪造"), "社会救助暂行办法 第六十八条", True),
        Why("double", _("同时在两处或两个项目享受"), "基本生活保障身份只能有一种（T7）", False),
        Why("error", _("经办差错多发"), "参照社会保险经办条例 第四十六条（ZJ-12）", False),
    )
}
