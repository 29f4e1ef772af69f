"""How an application is received (受理), from hand-in to acceptance, refusal to accept, or withdrawal.

Basis: 社会救助暂行办法 Art 60; 最低生活保障审核确认办法 (2021; policy.md 1.6): complete papers are accepted, else everything
missing is said once. No text gives days for acceptance; `same day` is the platform's own rule (policy.md 15, TP).
"""

from tuodi.core.process import Limit, Process, Step

RECEIVE = Process(
    key="intake",
    label="申请受理",
    start="submitted",
    states={
        "submitted": "待受理",
        "correcting": "待补正",
        "accepted": "已受理",
        "declined": "不予受理",
        "withdrawn": "已撤回",
        "closed": "已办结",
    },
    steps=(
        Step("accept", "submitted", "accepted", "counter", "受理", "审核确认办法（条文号未核）"),
        Step("notify", "submitted", "correcting", "counter", "一次性告知补正", "审核确认办法（条文号未核）"),
        Step("answer", "correcting", "submitted", "counter", "补正齐全", "审核确认办法（条文号未核）"),
        Step("decline", "submitted", "declined", "counter", "不予受理", "审核确认办法（条文号未核）"),
        Step("decline", "correcting", "declined", "counter", "不予受理", "审核确认办法（条文号未核）"),
        Step("withdraw", "submitted", "withdrawn", "counter", "撤回申请"),
        Step("withdraw", "correcting", "withdrawn", "counter", "撤回申请"),
        Step("withdraw", "accepted", "withdrawn", "counter", "撤回申请"),
        Step("close", "accepted", "closed", "system", "办结归档"),
    ),
    limits={
        "submitted": Limit(working_days=1, basis="一门受理：当日受理，最迟次一工作日（试行值）"),
        "correcting": Limit(days=30, basis="补正期间时限停止计算；30 日未补正的提醒申请人（试行值）"),
        "accepted": Limit(working_days=30, basis="审核确认办法（条文号未核）：自受理之日起三十个工作日"),
    },
    ends=frozenset({"declined", "withdrawn", "closed"}),
)
