"""The procedure of being on the roll, and the legal grounds on which what is paid may change.

Nothing here is taken by a machine: every change has an officer, a ground with its article, and an effective month
(policy.md 1.7; appendix C 10: a flag without a human decision never leads to a stop).
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from tuodi.core.process import Limit, Process, Step

ENROLMENT = Process(
    key="entitlement",
    label="待遇",
    start="pending",
    states={"pending": "待发", "active": "在保", "suspended": "暂停", "fading": "渐退", "exited": "退出"},
    steps=(
        Step("begin", "pending", "active", "system", "起发", "DB-24 确认次月起"),
        Step("withdraw", "pending", "exited", "confirmer", "起发前退出"),
        Step("suspend", "active", "suspended", "confirmer", "暂停", "审核确认办法 第三十二条"),
        Step("resume", "suspended", "active", "confirmer", "恢复"),
        Step("fade", "active", "fading", "confirmer", "渐退", "云南低保办法 2022 渐退期"),
        Step("exit", "active", "exited", "confirmer", "退出"),
        Step("exit", "suspended", "exited", "confirmer", "退出"),
        Step("exit", "fading", "exited", "confirmer", "退出"),
    ),
    limits={
        # 复核周期由类别定；最长一年 (policy.md 1.7)
        "pending": Limit(days=62, basis="确认次月起发"),
        "active": Limit(days=366, basis="低保审核确认办法 第三十一条：至少每年复核一次"),
        "suspended": Limit(days=92, basis="暂停后三个月内复核"),
        "fading": Limit(days=184, basis="渐退期一般不超过六个月"),
    },
    ends=frozenset({"exited"}),
)


TEST = "测试值，办法未定时限"
# A family whose cycle ends is in the township's worklist so many days before.
REVIEW_NOTICE = Limit(days=15, basis=TEST)
RECERTIFICATION = Process(
    key="recertification",
    label="复核",
    start="waiting",
    states={
        "waiting": "待复核",
        "checking": "复核中",
        "deciding": "待县级决定",
        "continued": "继续保障",
        "changed": "已变更",
        "closed": "已退出，不再复核",
    },
    steps=(
        Step("open", "waiting", "checking", "reviewer", "开展复核", "审核确认办法 第三十一条"),
        Step("reassess", "checking", "checking", "reviewer", "入户并重新评估", "审核确认办法 第三十一条"),
        Step(
            "continue",
            "checking",
            "continued",
            "reviewer",
            "情况无明显变化，继续保障",
            "审核确认办法 第三十一条",
        ),
        Step("refer", "checking", "deciding", "reviewer", "报县级决定", "审核确认办法 第三十二条"),
        Step("return", "deciding", "checking", "confirmer", "退回乡镇"),
        Step("keep", "deciding", "continued", "confirmer", "维持不变"),
        Step("settle", "deciding", "changed", "confirmer", "变更待遇", "审核确认办法 第三十二条"),
        Step("close", "waiting", "closed", "system", "已退出"),
        Step("close", "checking", "closed", "system", "已退出"),
        Step("close", "deciding", "closed", "system", "已退出"),
    ),
    limits={
        "waiting": Limit(working_days=10, basis=TEST),
        "checking": Limit(working_days=20, basis=TEST),
        "deciding": Limit(working_days=10, basis=TEST),
    },
    ends=frozenset({"continued", "changed", "closed"}),
)


@dataclass(frozen=True, slots=True)
class Ground:
    """A legal ground of a change: what it is called, by which article, and for which acts it may be used."""

    code: str
    label: object
    basis: str
    acts: frozenset[str]


def _grounds(*rows: tuple[str, object, str, str]) -> dict[str, Ground]:
    return {code: Ground(code, label, basis, frozenset(acts.split())) for code, label, basis, acts in rows}


GROUNDS = _grounds(
    ("death", _("死亡"), "民发〔2022〕83号：死亡后三个月内完成变更；死亡当月照发", "exit adjust"),
    ("income", _("收入变化"), "审核确认办法 第三十二条", "exit adjust suspend"),
    ("property", _("财产超标"), "审核确认办法 第三十二条", "exit suspend"),
    ("household", _("家庭成员变化"), "审核确认办法 第三十二条；次月起 (T5)", "exit adjust"),
    ("moved", _("迁出"), "审核确认办法 第三十二条", "exit"),
    ("prison", _("服刑、强制隔离"), "次月起不计为共同生活成员 (T15)", "exit adjust suspend"),
    ("refused_work", _("三次拒绝介绍的适合工作"), "社会救助暂行办法 第四十五条：只减停本人份额", "adjust"),
    ("fraud", _("虚报、隐瞒、伪造"), "社会救助暂行办法 第六十八条", "exit suspend"),
    ("no_cooperation", _("不配合复核"), "审核确认办法 第二十九条", "exit suspend"),
    ("own_request", _("本人申请"), "审核确认办法 第三十二条", "exit"),
    ("converted", _("转为特困、孤儿等"), "基本生活保障身份只能有一种 (T7)", "exit"),
    ("employed", _("就业后收入超标"), "渐退期 (policy.md 1.7)", "fade exit"),
    ("review", _("复核结果"), "审核确认办法 第三十一条", "exit adjust resume suspend"),
    ("standard", _("标准调整"), "标准文件；提高的补发，已多发的不追回 (T11)", "adjust"),
    ("correction", _("更正差错"), "审核确认办法 第三十二条", "adjust resume"),
    ("faded", _("渐退期满"), "渐退期一般不超过六个月", "exit"),
)
