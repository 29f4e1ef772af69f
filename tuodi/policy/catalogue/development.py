"""What the development and reform commission leads: linking benefits to prices."""

from __future__ import annotations

from datetime import date

from tuodi.policy.price_supplement import process as price_process
from tuodi.policy.price_supplement import rule as price_supplement
from tuodi.policy.programme import Paper, Programme, rows

PROGRAMMES: tuple[Programme, ...] = rows(
    Programme(
        code="price_supplement",
        label="价格临时补贴",
        short="价补",
        bureaus={date(2016, 8, 26): "development_reform"},
        unit="person",
        benefit="cash",
        period="month",
        first_month="month",
        basis="发改价格〔2016〕1835号、〔2021〕1553号",
        who="物价涨幅达到启动条件的月份，在低保、特困、失业保险金、优抚等名册上的人",
        gives="每人一份，按当月物价涨幅乘以低保标准计算，不用申请，打到原来的卡上",
        evaluate=price_supplement.evaluate,
        procedures=price_process.PROCEDURES,
        since=date(2016, 8, 26),
        papers=(Paper("不需要材料，按各部门名册发放", known_to="civil_affairs"),),
    ),
)
