"""The month of a price supplement as a table: index in, tested, list frozen, paid; and the clock from release to payment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tuodi.core.calendar import WorkCalendar
from tuodi.core.process import Limit, Process, Step

D2016 = "发改价格〔2016〕1835号"
D2021 = "发改价格〔2021〕1553号"
TEST = "测试值，文件只规定发放完成的时限"

# From the day the index is released to the money in accounts.
PAY_BY: Mapping[date, Limit] = {
    date(2016, 8, 26): Limit(working_days=20, basis=D2016),
    date(2021, 11, 1): Limit(month_end=True, basis=D2021),
}


def pay_by(released_on: date, calendar: WorkCalendar) -> date:
    """The last day for paying what an index released on a day sets off."""
    limit = PAY_BY[max(since for since in PAY_BY if since <= released_on)]
    return limit.due(released_on, calendar)


def _month(code: str, label: str, basis: str, listing: int, funding: int, paying: int) -> Process:
    return Process(
        key=code,
        label=label,
        start="released",
        states={
            "released": "指数已公布，待判断",
            "listing": "冻结名册、去重",
            "funding": "落实资金",
            "paying": "发放",
            "paid": "已发放并对账",
            "not_triggered": "未启动",
        },
        steps=(
            Step("trigger", "released", "listing", role="bureau", label="启动", basis=basis),
            Step("leave", "released", "not_triggered", role="bureau", label="未达到启动条件", basis=basis),
            Step("freeze", "listing", "funding", role="civil_affairs", label="名册冻结", basis=basis),
            Step("fund", "funding", "paying", role="finance", label="资金到位", basis=basis),
            Step("pay", "paying", "paid", role="payer", label="发放完成", basis=basis),
        ),
        limits={
            "released": Limit(working_days=2, basis=TEST),
            "listing": Limit(working_days=listing, basis=TEST),
            "funding": Limit(working_days=funding, basis=TEST),
            "paying": Limit(working_days=paying, basis=TEST),
        },
        ends=frozenset({"paid", "not_triggered"}),
    )


# The steps of 2016 add up to the 20 working days of the text; those of 2021 to half of them, well inside a month.
PRICE_2016 = _month("price_supplement_2016", "价格临时补贴（2016 年机制）", D2016, 5, 5, 8)
PRICE_2021 = _month("price_supplement_2021", "价格临时补贴（2021 年机制）", D2021, 3, 2, 3)
PROCEDURES: Mapping[date, Process] = {date(2016, 8, 26): PRICE_2016, date(2021, 11, 1): PRICE_2021}
