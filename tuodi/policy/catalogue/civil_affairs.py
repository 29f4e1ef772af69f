"""What civil affairs gives, and gave until medical aid and disaster relief were handed on."""

from __future__ import annotations

from datetime import date

from tuodi.policy import process_of_disaster
from tuodi.policy.disaster_bereavement import rule as disaster_bereavement
from tuodi.policy.disaster_drought import rule as disaster_drought
from tuodi.policy.disaster_emergency import rule as disaster_emergency
from tuodi.policy.disaster_house import rule as disaster_house
from tuodi.policy.disaster_relief import LAW, NOT_TWICE, SA
from tuodi.policy.disaster_transitional import rule as disaster_transitional
from tuodi.policy.disaster_winter_spring import rule as disaster_winter_spring
from tuodi.policy.extreme_hardship import process as extreme_hardship_process
from tuodi.policy.extreme_hardship import rule as extreme_hardship
from tuodi.policy.extreme_hardship.turns import turns as extreme_hardship_turns
from tuodi.policy.housing.homes import ONE_GRANT
from tuodi.policy.minimum_living import rule as minimum_living
from tuodi.policy.minimum_living.claims import claimed
from tuodi.policy.minimum_living.review import review_cycle
from tuodi.policy.minimum_living.turns import turns
from tuodi.policy.near_threshold import rule as near_threshold
from tuodi.policy.procedures import procedure_on
from tuodi.policy.programme import Exclusion, Paper, Programme, rows
from tuodi.policy.rigid_expense import process as rigid_expense_process
from tuodi.policy.rigid_expense import rule as rigid_expense
from tuodi.policy.tekun_funeral import process as tekun_funeral_process
from tuodi.policy.tekun_funeral import rule as tekun_funeral
from tuodi.policy.temporary_emergency import process as temporary_emergency_process
from tuodi.policy.temporary_emergency import rule as temporary_emergency
from tuodi.policy.temporary_expense import process as temporary_expense_process
from tuodi.policy.temporary_expense import rule as temporary_expense

CIVIL_AFFAIRS = {date(1999, 10, 1): "civil_affairs"}
DISASTER = {date(2014, 5, 1): "civil_affairs", date(2019, 3, 1): "emergency_management"}
# What a family brings to have its circumstances looked at; who has a paper already is asked instead of the family.
FAMILY_PAPERS = (
    Paper("身份证、户口簿", known_to="police"),
    Paper("核对授权书（共同生活的成年成员逐人签署）"),
    Paper("承诺书（如实申报）"),
    Paper("收入、财产、支出的说明，有凭证的带凭证"),
    Paper("残疾证", known_to="disabled_federation"),
)
ACCOUNT = Paper("一卡通或银行卡")
ONE_BASIC_LIVING = "同一人同一月只享受一种基本生活保障（《社会救助暂行办法》第二、三章）"
DISASTER_PAPERS = (
    Paper("身份证、户口簿", known_to="police"),
    Paper("受灾情况登记表", note="由村（社区）填写"),
    ACCOUNT,
)

PROGRAMMES = rows(
    Programme(
        code="minimum_living",
        label="最低生活保障",
        short="低保",
        bureaus=CIVIL_AFFAIRS,
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
        review_cycle=review_cycle,
        claimed=claimed,
        since=date(1999, 10, 1),
        papers=(*FAMILY_PAPERS, ACCOUNT),
        exclusions=(
            Exclusion(
                "extreme_hardship",
                "none",
                ONE_BASIC_LIVING,
            ),
            Exclusion("orphan", "none", "同一人同一月只享受一种基本生活保障"),
        ),
    ),
    Programme(
        code="extreme_hardship",
        label="特困人员救助供养",
        short="特困",
        bureaus=CIVIL_AFFAIRS,
        unit="person",
        benefit="cash",
        period="month",
        basis="《社会救助暂行办法》第三章；《特困人员认定办法》",
        who="无劳动能力、无生活来源、没有法定义务人或义务人没有能力的老年人、残疾人和未成年人",
        gives="每月发给基本生活费和照料护理费，可在机构集中供养，也可在家分散供养",
        evaluate=extreme_hardship.evaluate,
        turns=extreme_hardship_turns,
        procedures={
            date(2016, 10, 10): extreme_hardship_process.TK_2016,
            date(2021, 7, 1): extreme_hardship_process.TK_2021,
        },
        since=date(2016, 10, 10),
        papers=(
            Paper("身份证、户口簿", known_to="police"),
            Paper("核对授权书（本人和法定义务人签署）"),
            Paper("承诺书（如实申报）"),
            Paper("残疾证", known_to="disabled_federation"),
            ACCOUNT,
        ),
        exclusions=(
            Exclusion("minimum_living", "none", ONE_BASIC_LIVING),
            Exclusion("orphan", "none", "《特困人员认定办法》第九条：选择享受孤儿待遇的不再认定"),
            Exclusion("unattended_child", "none", "《特困人员认定办法》第九条：选择享受该待遇的不再认定"),
            Exclusion("disability_living", "none", "国发〔2015〕52号：特困人员不享受两项补贴"),
            Exclusion("disability_nursing", "none", "国发〔2015〕52号：特困人员不享受两项补贴"),
        ),
    ),
    Programme(
        code="tekun_funeral",
        label="特困人员丧葬费",
        short="丧葬费",
        bureaus=CIVIL_AFFAIRS,
        unit="person",
        benefit="cash",
        period="once",
        basis="《社会救助暂行办法》第十五条",
        who="去世的特困供养人员，由供养机构或者村（社区）办理丧事",
        gives="一次性发给，按当地规定的月数和基本生活标准计算",
        evaluate=tekun_funeral.evaluate,
        procedures={date(2016, 10, 10): tekun_funeral_process.FUNERAL},
        since=date(2016, 10, 10),
        papers=(
            Paper("死亡证明或火化证明", known_to="civil_affairs"),
            Paper("办理丧事的机构或者村（社区）的收款账户"),
        ),
    ),
    Programme(
        code="near_threshold",
        label="低保边缘家庭认定",
        short="低保边缘",
        bureaus=CIVIL_AFFAIRS,
        unit="household",
        benefit="identity",
        basis="《最低生活保障审核确认办法》第八条",
        who="不符合低保条件，人均收入低于低保标准的 1.5 倍，家庭财产符合规定的家庭",
        gives="不发现金，凭认定享受医疗、教育、住房、就业等救助，家中重残、重病人员可单人保",
        evaluate=near_threshold.evaluate,
        procedure_on=procedure_on,
        since=date(2021, 7, 1),
        papers=FAMILY_PAPERS,
        exclusions=(
            Exclusion("minimum_living", "none", "《最低生活保障审核确认办法》第八条：不符合低保条件的"),
        ),
    ),
    Programme(
        code="rigid_expense",
        label="刚性支出困难家庭认定",
        short="刚性支出困难",
        bureaus=CIVIL_AFFAIRS,
        unit="household",
        benefit="identity",
        basis="《刚性支出困难家庭认定办法》",
        who="不属于低保、特困、低保边缘，收入低于上年当地人均水平，医疗、教育等支出占收入过大的家庭",
        gives="不发现金，最长一年有效，凭认定申请临时救助和医疗、教育、住房、就业等救助",
        evaluate=rigid_expense.evaluate,
        procedures={date(2025, 1, 1): rigid_expense_process.GX_2025},
        since=date(2025, 1, 1),
        papers=(*FAMILY_PAPERS, Paper("近 12 个月医疗、康复、教育支出的票据", known_to="medical_insurance")),
        exclusions=(
            Exclusion("minimum_living", "none", rigid_expense.BASIS),
            Exclusion("extreme_hardship", "none", rigid_expense.BASIS),
            Exclusion("near_threshold", "none", rigid_expense.BASIS),
        ),
    ),
    Programme(
        code="temporary_emergency",
        label="急难型临时救助",
        short="临时救助（急难）",
        bureaus=CIVIL_AFFAIRS,
        unit="household",
        benefit="cash",
        period="episode",
        basis="《社会救助暂行办法》第九章；民发〔2018〕23号",
        who="遇到火灾、交通事故、突发重病等，需要马上救助的家庭或个人",
        gives="一次性救助，按困难程度和人数计算，情况紧急的先发后补手续",
        evaluate=temporary_emergency.evaluate,
        procedures={date(2014, 10, 3): temporary_emergency_process.EMERGENCY},
        since=date(2014, 10, 3),
        papers=(
            Paper("身份证、户口簿", known_to="police"),
            Paper("困难情况的说明，有证明的带证明", note="情况紧急的可事后补"),
            ACCOUNT,
        ),
        exclusions=tuple(
            Exclusion(stage, "difference", "民发〔2022〕83号：受灾救助后仍有困难的，同一损失不重复")
            for stage in ("disaster_emergency", "disaster_transitional")
        ),
    ),
    Programme(
        code="temporary_expense",
        label="支出型临时救助",
        short="临时救助（支出）",
        bureaus=CIVIL_AFFAIRS,
        unit="household",
        benefit="cash",
        period="episode",
        basis="《社会救助暂行办法》第九章；民发〔2018〕23号",
        who="医疗、教育等支出突然增加，超过承受能力，收入低于上年当地人均水平，财产符合规定的家庭",
        gives="一次性救助，按支出占收入的多少和人数计算，低保、特困家庭只看支出",
        evaluate=temporary_expense.evaluate,
        procedures={date(2014, 10, 3): temporary_expense_process.EXPENSE},
        since=date(2014, 10, 3),
        papers=(
            *FAMILY_PAPERS,
            Paper("近 12 个月医疗、康复、教育支出的票据", known_to="medical_insurance"),
            ACCOUNT,
        ),
    ),
    Programme(
        code="disaster_emergency",
        label="灾害应急救助",
        short="应急救助",
        bureaus=DISASTER,
        unit="household",
        benefit="cash",
        period="once",
        basis=LAW,
        who="因自然灾害紧急转移安置的人员",
        gives="按转移安置的人数一次性发给，或发给食品、衣被、临时住所",
        evaluate=disaster_emergency.evaluate,
        procedures={date(2014, 5, 1): process_of_disaster.EMERGENCY},
        papers=DISASTER_PAPERS,
        exclusions=(Exclusion("temporary_emergency", "difference", NOT_TWICE),),
    ),
    Programme(
        code="disaster_transitional",
        label="过渡期生活救助",
        short="过渡期救助",
        bureaus=DISASTER,
        unit="household",
        benefit="cash",
        period="once",
        basis=LAW,
        who="因灾无房可住、没有生活来源、自己又没有能力解决的受灾人员",
        gives="按人按天发给，天数有上限",
        evaluate=disaster_transitional.evaluate,
        procedures={date(2014, 5, 1): process_of_disaster.TRANSITIONAL},
        papers=DISASTER_PAPERS,
        exclusions=(Exclusion("temporary_emergency", "difference", NOT_TWICE),),
    ),
    Programme(
        code="disaster_winter_spring",
        label="冬春救助",
        short="冬春救助",
        bureaus=DISASTER,
        unit="household",
        benefit="cash",
        period="once",
        basis=LAW + "第二十一条",
        who="受灾后的冬天和春天，口粮、饮水、衣被、取暖有困难的受灾人员",
        gives="按人数发给，每个冬春一次，县里在十月底前统计完",
        evaluate=disaster_winter_spring.evaluate,
        procedures={date(2014, 5, 1): process_of_disaster.WINTER_SPRING},
        papers=DISASTER_PAPERS,
    ),
    Programme(
        code="disaster_drought",
        label="旱灾救助",
        short="旱灾救助",
        bureaus=DISASTER,
        unit="household",
        benefit="cash",
        period="once",
        basis=LAW,
        who="因旱口粮、饮水有困难，需要政府救助的人员",
        gives="按人数发给，一次旱灾一次",
        evaluate=disaster_drought.evaluate,
        procedures={date(2014, 5, 1): process_of_disaster.DROUGHT},
        papers=DISASTER_PAPERS,
    ),
    Programme(
        code="disaster_house",
        label="因灾倒损住房恢复重建补助",
        short="灾后住房补助",
        bureaus=DISASTER,
        unit="house",
        benefit="cash",
        period="once",
        basis=LAW + "第二十条",
        who="住人的主房因灾倒塌、严重损坏或一般损坏的家庭",
        gives="按损坏等级一次性补助，用于重建或修缮，一处住房只补一次",
        evaluate=disaster_house.evaluate,
        procedures={date(2014, 5, 1): process_of_disaster.HOUSE},
        papers=(*DISASTER_PAPERS, Paper("住房损坏等级的核定结果", note="由县里组织核定，家里不用出钱")),
        exclusions=tuple(
            Exclusion(programme, "none", ONE_GRANT) for programme in ("dilapidated_house", "quake_safe_house")
        ),
    ),
    Programme(
        code="disaster_bereavement",
        label="遇难人员家属抚慰金",
        short="抚慰金",
        bureaus=DISASTER,
        unit="household",
        benefit="cash",
        period="once",
        basis=SA,
        who="因自然灾害死亡、失踪人员的家属",
        gives="按遇难、失踪的人数一次性发给",
        evaluate=disaster_bereavement.evaluate,
        procedures={date(2014, 5, 1): process_of_disaster.BEREAVEMENT},
        papers=(*DISASTER_PAPERS, Paper("死亡证明或失踪证明", known_to="civil_affairs")),
    ),
)
