"""What charities and other social forces give, by referral."""

from __future__ import annotations

from datetime import date

from tuodi.policy import process_of_lines as process
from tuodi.policy.programme import Paper, Programme, rows

PROGRAMMES: tuple[Programme, ...] = rows(
    Programme(
        code="charity_referral",
        label="慈善和社会力量转介",
        short="慈善转介",
        bureaus={date(2014, 5, 1): "civil_affairs"},
        unit="household",
        benefit="in_kind",
        basis="《社会救助暂行办法》第五十二条至第五十五条、《慈善法》",
        who="政府救助以后仍有困难，本人同意转介的家庭",
        gives="把需求（不含姓名）告诉慈善组织，由其自愿帮助，结果反馈给家庭",
        procedures={date(2014, 5, 1): process.CHARITY},
        papers=(
            Paper("本人同意向慈善组织提供信息的书面同意", note="《个人信息保护法》第二十三条"),
            Paper("政府救助的情况", known_to="civil_affairs"),
        ),
        form=("charity_consent", "need_medical", "need_school", "need_care", "need_note"),
    ),
)
