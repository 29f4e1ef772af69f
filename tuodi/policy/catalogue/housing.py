"""What housing gives: rented homes, rent subsidy, safe rural houses; one house one grant."""

from __future__ import annotations

from datetime import date

from tuodi.policy.dilapidated_house import rule as dilapidated_house
from tuodi.policy.housing import process
from tuodi.policy.housing.homes import ONE_GRANT, RELIEF
from tuodi.policy.programme import Exclusion, Paper, Programme, rows
from tuodi.policy.public_rental import rule as public_rental
from tuodi.policy.quake_safe_house import rule as quake_safe_house
from tuodi.policy.rent_subsidy import rule as rent_subsidy

BEGINNING = date(2014, 5, 1)
OWNER = {BEGINNING: "housing"}
ONE_WAY = "实物配租和租赁补贴只享受一种"

IDENTITY = Paper("身份证、户口簿", known_to="police")
STANDING = Paper("低保、特困、低保边缘等身份", known_to="civil_affairs")
DEED = Paper("住房情况（产权、面积）", known_to="property_registry")
CARD = Paper("一卡通或银行卡")

PROGRAMMES = rows(
    Programme(
        code="public_rental",
        label="公共租赁住房",
        short="公租房",
        bureaus=OWNER,
        unit="household",
        benefit="in_kind",
        basis=RELIEF,
        who="住在城镇、住房困难的低保家庭和分散供养特困人员，后来加上低保边缘和刚性支出困难家庭",
        gives="排队轮候，分到一套租金低的公租房，最困难的优先",
        evaluate=public_rental.evaluate,
        procedures={BEGINNING: process.PUBLIC_RENTAL},
        papers=(IDENTITY, STANDING, DEED),
        exclusions=(Exclusion("rent_subsidy", "none", ONE_WAY),),
    ),
    Programme(
        code="rent_subsidy",
        label="住房租赁补贴",
        short="租房补贴",
        bureaus=OWNER,
        unit="household",
        benefit="cash",
        period="month",
        basis="建保〔2016〕281号",
        who="住在城镇、住房困难、自己在外面租房的低保家庭等",
        gives="按少住的面积每月补一部分租金，按月或按季发",
        evaluate=rent_subsidy.evaluate,
        procedures={BEGINNING: process.RENT_SUBSIDY},
        papers=(IDENTITY, STANDING, DEED, Paper("租赁合同"), CARD),
        exclusions=(Exclusion("public_rental", "none", ONE_WAY),),
    ),
    Programme(
        code="dilapidated_house",
        label="农村危房改造",
        short="危房改造",
        bureaus=OWNER,
        unit="house",
        benefit="cash",
        period="once",
        basis="建村〔2016〕251号、建村〔2021〕35号",
        who="唯一住房是 C 级或 D 级危房的农村困难家庭",
        gives="一次性补助，C 级修缮加固，D 级拆除重建，验收合格后拨到一卡通",
        evaluate=dilapidated_house.evaluate,
        procedures={BEGINNING: process.DILAPIDATED_HOUSE},
        papers=(
            IDENTITY,
            STANDING,
            Paper("建档立卡（监测）户信息", known_to="poverty_office"),
            Paper("残疾证", known_to="disabled_federation"),
            Paper("危房鉴定结果", note="由住建部门组织鉴定，家里不用出钱"),
            CARD,
        ),
        exclusions=(Exclusion("quake_safe_house", "highest", ONE_GRANT),),
    ),
    Programme(
        code="quake_safe_house",
        label="农村民居地震安全工程",
        short="地震安居工程",
        bureaus=OWNER,
        unit="house",
        benefit="cash",
        period="once",
        basis="云南省农村民居地震安全工程",
        who="住房不抗震、列入地震安居工程名单的农村家庭",
        gives="一次性补助，拆除重建或者加固，验收合格后拨到一卡通",
        evaluate=quake_safe_house.evaluate,
        procedures={BEGINNING: process.QUAKE_SAFE_HOUSE},
        papers=(IDENTITY, DEED, CARD),
        exclusions=(Exclusion("dilapidated_house", "highest", ONE_GRANT),),
    ),
)
