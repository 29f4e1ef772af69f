"""How a check of a household goes (家庭经济状况核对): asked, answered, doubts explained and settled, valid for a time.

Basis: 审核确认办法 (2021) Art 17 (the county starts within 3 working days of the request), HD-04 and HD-05 of the policy
memo (local finish 10 working days, valid 6 months: test values). Persons act by rows of their own (explanations,
outcomes), each with its journal line; the check's state follows from them, so its steps are the system's.
No state of a check moves a review, an enrolment or a payment.
"""

from tuodi.core.process import Limit, Process, Step

ART_17 = "审核确认办法 第十七条"
TEN = Limit(working_days=10, basis="核对办结时限 10 个工作日（试行值，HD-04）")
# An alert is looked at within these days; none of the texts says how many.
ALERT = Limit(working_days=10, basis="预警核实 10 个工作日（试行值）")
OPEN = ("requested", "partial", "flagged")
VALID = ("clear", "settled")

CHECK = Process(
    key="check",
    label="家庭经济状况核对",
    start="requested",
    states={
        "requested": "待核对",
        "partial": "部分数据源未反馈",
        "flagged": "存在疑点",
        "clear": "一致",
        "settled": "疑点已核定",
        "stale": "报告已过期",
        "withdrawn": "已终止",
    },
    steps=(
        *(
            step
            for source in ("requested", "partial", "flagged", "settled", "clear")
            for step in (
                Step("find_clear", source, "clear", "system", "各源一致", ART_17),
                Step("find_doubts", source, "flagged", "system", "发现疑点", ART_17),
                Step("find_part", source, "partial", "system", "部分数据源未反馈", ART_17),
                Step("close", source, "settled", "system", "疑点核定完毕", "审核确认办法（条文号未核）"),
            )
        ),
        *(
            Step("again", source, "requested", "system", "复查", "审核确认办法（条文号未核）")
            for source in ("partial", "flagged", "clear", "settled", "stale")
        ),
        Step("expire", "clear", "stale", "system", "报告到期"),
        Step("expire", "settled", "stale", "system", "报告到期"),
        *(
            Step("stop", source, "withdrawn", "system", "随申请终止")
            for source in ("requested", "partial", "flagged", "clear", "settled", "stale")
        ),
    ),
    limits={
        "requested": Limit(working_days=3, basis="审核确认办法 第十七条：县级自收到之日起三个工作日内启动"),
        "partial": TEN,
        "flagged": TEN,
        "clear": Limit(days=183, basis="核对报告有效期 6 个月（试行值）"),
        "settled": Limit(days=183, basis="核对报告有效期 6 个月（试行值）"),
        "stale": Limit(working_days=10, basis="复查 10 个工作日（试行值，HD-05）"),
    },
    ends=frozenset({"withdrawn"}),
)
