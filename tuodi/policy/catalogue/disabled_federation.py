"""What the disabled persons' federation gives."""

from __future__ import annotations

from datetime import date

from tuodi.policy import process_of_lines as process
from tuodi.policy.child_rehabilitation import rule as child_rehabilitation
from tuodi.policy.disabled_training import rule as disabled_training
from tuodi.policy.programme import Exclusion, Paper, Programme, rows
from tuodi.policy.severe_without_income import rule as severe_without_income
from tuodi.policy.special_living import rule as special_living

NOTICE = date(2017, 2, 17)
FEDERATION = {date(2014, 5, 1): "disabled_federation"}
IDENTITY = Paper("身份证、户口簿", known_to="police")
CERTIFICATE = Paper("残疾证", known_to="disabled_federation")
CARD = Paper("银行卡（一卡通）")
LINE = "2017 年通知 三（九）"

PROGRAMMES: tuple[Programme, ...] = rows(
    Programme(
        code="child_rehabilitation",
        label="残疾儿童康复救助",
        short="儿童康复",
        bureaus=FEDERATION,
        unit="person",
        benefit="in_kind",
        basis=child_rehabilitation.BASIS,
        who="六岁以下（含六岁）的残疾儿童和孤独症儿童，低保、建档立卡、孤儿、特困儿童先安排",
        gives="在定点机构接受手术、辅具和康复训练，费用由财政与机构结算",
        evaluate=child_rehabilitation.evaluate,
        procedures={date(2018, 10, 1): process.REHABILITATION},
        papers=(
            IDENTITY,
            CERTIFICATE,
            Paper("诊断证明（孤独症等）", known_to="medical_insurance"),
            Paper("低保、建档立卡的情况", known_to="civil_affairs"),
        ),
        since=date(2018, 10, 1),
    ),
    Programme(
        code="special_living",
        label="特困残疾人家庭专项生活补助",
        short="残疾人专项补助",
        bureaus=FEDERATION,
        unit="household",
        benefit="cash",
        period="year",
        basis=LINE,
        who="低保或在扶贫名册、家里有重度残疾人的家庭",
        gives="一户一年一次生活补助，名单每年由残联批准",
        evaluate=special_living.evaluate,
        procedures={NOTICE: process.SPECIAL_LIVING},
        papers=(IDENTITY, CERTIFICATE, CARD),
        exclusions=(
            Exclusion("extreme_hardship", "none", "特困供养的重度残疾人不计（政策备忘 0.7，较可靠）"),
        ),
        since=NOTICE,
    ),
    Programme(
        code="disabled_training",
        label="贫困残疾人劳动技能免费培训",
        short="残疾人培训",
        bureaus=FEDERATION,
        unit="person",
        benefit="training",
        basis=LINE,
        who="困难家庭里 16 至 59 岁、有一定劳动能力的持证残疾人",
        gives="免费参加劳动技能培训，不发现金",
        evaluate=disabled_training.evaluate,
        procedures={NOTICE: process.FEDERATION},
        papers=(IDENTITY, CERTIFICATE),
        since=NOTICE,
    ),
    Programme(
        code="severe_without_income",
        label="无固定收入重残人员生活救助",
        short="重残生活救助",
        bureaus=FEDERATION,
        unit="person",
        benefit="cash",
        period="month",
        basis=LINE,
        who="没有固定收入的一级、二级残疾人",
        gives="每月生活救助，金额由州、县规定",
        evaluate=severe_without_income.evaluate,
        procedures={NOTICE: process.SEVERE_INCOME},
        papers=(IDENTITY, CERTIFICATE, CARD),
        exclusions=(Exclusion("extreme_hardship", "none", "特困供养已有生活来源"),),
        since=NOTICE,
    ),
    Programme(
        code="day_care",
        label="残疾人日间照料、托养（阳光家园）",
        short="托养",
        bureaus=FEDERATION,
        unit="person",
        benefit="in_kind",
        basis=LINE,
        who="需要照料的智力、精神和重度肢体残疾人，名额有限",
        gives="日间照料、寄宿托养或居家服务，由残联按名额安排",
        procedures={NOTICE: process.FEDERATION},
        papers=(IDENTITY, CERTIFICATE),
        form=("disability", "disability_grade", "care_need_months", "need_note"),
        since=NOTICE,
    ),
    Programme(
        code="home_adaptation",
        label="残疾人家庭无障碍改造",
        short="无障碍改造",
        bureaus=FEDERATION,
        unit="house",
        benefit="in_kind",
        basis=LINE,
        who="家里有重度残疾人、住房需要改造的困难家庭，名额有限",
        gives="坡道、扶手、厕所等改造，由残联按名额安排",
        procedures={NOTICE: process.FEDERATION},
        papers=(IDENTITY, CERTIFICATE),
        form=("disability", "disability_grade", "address", "need_note"),
        since=NOTICE,
    ),
)
