"""What civil affairs gives, and gave until medical aid and disaster relief were handed on."""

from __future__ import annotations

from datetime import date

from tuodi.policy.minimum_living import rule as minimum_living
from tuodi.policy.minimum_living.turns import turns
from tuodi.policy.procedures import procedure_on
from tuodi.policy.programme import Exclusion, Paper, Programme, rows

PROGRAMMES = rows(
    Programme(
        code="minimum_living",
        label="最低生活保障",
        short="低保",
        bureaus={date(1999, 10, 1): "civil_affairs"},
        unit="household",
        benefit="cash",
        period="month",
        basis="《社会救助暂行办法》第二章",
        who="共同生活的家庭成员人均收入低于当地低保标准，家庭财产符合当地规定的家庭",
        gives="每月按差额（或分档）发给保障金，老人、未成年人、重度残疾人、重病患者另有增发",
        evaluate=minimum_living.evaluate,
        what_would_change=minimum_living.what_would_change,
        procedure_on=procedure_on,
        turns=turns,
        since=date(1999, 10, 1),
        papers=(
            Paper("身份证、户口簿", known_to="police"),
            Paper("核对授权书（共同生活的成年成员逐人签署）"),
            Paper("承诺书（如实申报）"),
            Paper("收入、财产、支出的说明，有凭证的带凭证"),
            Paper("残疾证", known_to="disabled_federation"),
            Paper("一卡通或银行卡"),
        ),
        exclusions=(
            Exclusion(
                "extreme_hardship",
                "none",
                "同一人同一月只享受一种基本生活保障（《社会救助暂行办法》第二、三章）",
            ),
            Exclusion("orphan", "none", "同一人同一月只享受一种基本生活保障"),
        ),
    ),
)
