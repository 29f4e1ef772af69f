"""What education gives, from kindergarten to university: it follows the school place, and is asked for at school."""

from __future__ import annotations

from datetime import date

from tuodi.policy.boarder_subsidy import rule as boarder_subsidy
from tuodi.policy.compulsory_tuition import rule as compulsory_tuition
from tuodi.policy.credit_loan import rule as credit_loan
from tuodi.policy.education import process
from tuodi.policy.education.pupils import BASIS as RELIEF
from tuodi.policy.entry_aid import rule as entry_aid
from tuodi.policy.kindergarten_aid import rule as kindergarten_aid
from tuodi.policy.non_boarder_subsidy import rule as non_boarder_subsidy
from tuodi.policy.nutrition import rule as nutrition
from tuodi.policy.programme import Exclusion, Paper, Programme, rows
from tuodi.policy.senior_grant import rule as senior_grant
from tuodi.policy.senior_living_aid import rule as senior_living_aid
from tuodi.policy.senior_tuition_waiver import rule as senior_tuition_waiver
from tuodi.policy.tuition_award import rule as tuition_award
from tuodi.policy.university_grant import rule as university_grant
from tuodi.policy.vocational_grant import rule as vocational_grant
from tuodi.policy.vocational_tuition import rule as vocational_tuition

BEGINNING = date(2014, 5, 1)
OWNER = {BEGINNING: "education"}
BY_ROLL = {BEGINNING: process.BY_ROLL}
AT_SCHOOL = {BEGINNING: process.AT_SCHOOL}
AT_ORIGIN = {BEGINNING: process.AT_ORIGIN}
AT_HOME = {BEGINNING: process.AT_HOME}

ROLL = Paper("学籍号（学校登记）", known_to="education")
IDENTITY = Paper("低保、特困、孤儿等身份", known_to="civil_affairs")
FILED = Paper("建档立卡（监测）户信息", known_to="poverty_office")
CERTIFICATE = Paper("残疾证", known_to="disabled_federation")
APPLICATION = Paper("家庭经济困难学生认定申请表", note="已有低保、特困、建档立卡等身份的不用另开证明")
STUDENT_CARD = Paper("学生资助卡或监护人银行卡")
ADMISSION = Paper("录取通知书或学生证")
HARD_UP = (ROLL, IDENTITY, FILED, CERTIFICATE, APPLICATION, STUDENT_CARD)

PROGRAMMES = rows(
    Programme(
        code="kindergarten_aid",
        label="学前教育家庭经济困难儿童资助",
        short="幼儿资助",
        bureaus=OWNER,
        unit="school_place",
        benefit="cash",
        period="year",
        basis=RELIEF,
        who="在幼儿园就读、家里经济困难的儿童，孤儿和残疾儿童",
        gives="每年一笔资助，分两个学期给，名额紧时由幼儿园先给最困难的",
        evaluate=kindergarten_aid.evaluate,
        procedures=AT_SCHOOL,
        papers=HARD_UP,
    ),
    Programme(
        code="compulsory_tuition",
        label="义务教育免学杂费和免费教科书",
        short="免学杂费",
        bureaus=OWNER,
        unit="school_place",
        benefit="waiver",
        basis="城乡义务教育经费保障机制",
        who="所有在读的小学生和初中生",
        gives="不收学费和杂费，课本免费发到手里",
        evaluate=compulsory_tuition.evaluate,
        procedures=BY_ROLL,
        papers=(ROLL,),
    ),
    Programme(
        code="boarder_subsidy",
        label="义务教育寄宿生生活补助",
        short="寄宿生补助",
        bureaus=OWNER,
        unit="school_place",
        benefit="cash",
        period="year",
        basis="云南省义务教育寄宿生生活补助政策",
        who="在学校住宿的小学生和初中生",
        gives="每学期发一次生活补助，人口较少民族的学生多一些",
        evaluate=boarder_subsidy.evaluate,
        procedures=BY_ROLL,
        papers=(ROLL, STUDENT_CARD),
        exclusions=(
            Exclusion("non_boarder_subsidy", "none", "住校的享受寄宿生补助，不住校的享受非寄宿生补助"),
        ),
    ),
    Programme(
        code="non_boarder_subsidy",
        label="义务教育非寄宿困难学生生活补助",
        short="走读生补助",
        bureaus=OWNER,
        unit="school_place",
        benefit="cash",
        period="year",
        basis="义务教育非寄宿困难学生生活补助政策（2019 年秋季学期起）",
        who="不住校、家里经济困难的小学生和初中生",
        gives="每学期发一次生活补助",
        evaluate=non_boarder_subsidy.evaluate,
        procedures=AT_SCHOOL,
        papers=HARD_UP,
        exclusions=(Exclusion("boarder_subsidy", "none", "住校的享受寄宿生补助，不住校的享受非寄宿生补助"),),
        since=date(2019, 9, 1),
    ),
    Programme(
        code="nutrition",
        label="农村义务教育学生营养改善计划",
        short="营养餐",
        bureaus=OWNER,
        unit="school_place",
        benefit="in_kind",
        period="year",
        basis="农村义务教育学生营养改善计划",
        who="在农村学校就读的小学生和初中生",
        gives="上学的日子在学校免费吃一顿，钱不发到家里",
        evaluate=nutrition.evaluate,
        procedures=BY_ROLL,
        papers=(ROLL,),
    ),
    Programme(
        code="home_teaching",
        label="送教上门",
        short="送教上门",
        bureaus=OWNER,
        unit="school_place",
        benefit="in_kind",
        basis=RELIEF,
        who="因残疾不能到学校上学的适龄儿童",
        gives="老师定期到家里上课，保留学籍，享受同样的资助",
        procedures=AT_HOME,
        papers=(ROLL, CERTIFICATE),
        form=("student", "school_roll", "disability", "disability_grade", "taught_at_home"),
    ),
    Programme(
        code="senior_grant",
        label="普通高中国家助学金",
        short="高中助学金",
        bureaus=OWNER,
        unit="school_place",
        benefit="cash",
        period="year",
        basis="普通高中国家助学金政策",
        who="家里经济困难的普通高中学生",
        gives="每学期发一次助学金，最困难的为一档，其他为二档",
        evaluate=senior_grant.evaluate,
        procedures=AT_SCHOOL,
        papers=HARD_UP,
    ),
    Programme(
        code="senior_tuition_waiver",
        label="普通高中免学费",
        short="高中免学费",
        bureaus=OWNER,
        unit="school_place",
        benefit="waiver",
        basis="财教〔2016〕292号",
        who="建档立卡、农村低保、农村特困家庭的高中生和残疾高中生",
        gives="不交学费，民办高中按公办高中的学费标准免",
        evaluate=senior_tuition_waiver.evaluate,
        procedures=BY_ROLL,
        papers=(ROLL, IDENTITY, FILED, CERTIFICATE),
        since=date(2016, 9, 1),
    ),
    Programme(
        code="senior_living_aid",
        label="建档立卡普通高中学生生活费补助",
        short="高中生活费补助",
        bureaus=OWNER,
        unit="school_place",
        benefit="cash",
        period="year",
        basis="云南省建档立卡普通高中学生生活费补助政策",
        who="建档立卡家庭的普通高中学生",
        gives="每学期发一次生活费补助，可与国家助学金同时享受",
        evaluate=senior_living_aid.evaluate,
        procedures=BY_ROLL,
        papers=(ROLL, FILED, STUDENT_CARD),
    ),
    Programme(
        code="vocational_tuition",
        label="中等职业教育免学费",
        short="中职免学费",
        bureaus=OWNER,
        unit="school_place",
        benefit="waiver",
        basis="中等职业教育免学费政策",
        who="中等职业学校的农村学生、城市涉农专业学生和城市困难学生",
        gives="不交学费，高出标准的部分由学生交",
        evaluate=vocational_tuition.evaluate,
        procedures=BY_ROLL,
        papers=(ROLL, IDENTITY, FILED),
    ),
    Programme(
        code="vocational_grant",
        label="中等职业学校国家助学金",
        short="中职助学金",
        bureaus=OWNER,
        unit="school_place",
        benefit="cash",
        period="year",
        basis="中等职业学校国家助学金政策",
        who="中等职业学校的涉农专业学生和家里经济困难的学生",
        gives="每学期发一次助学金，发到规定的年级",
        evaluate=vocational_grant.evaluate,
        procedures=AT_SCHOOL,
        papers=HARD_UP,
    ),
    Programme(
        code="university_grant",
        label="普通高校国家助学金",
        short="大学助学金",
        bureaus=OWNER,
        unit="school_place",
        benefit="cash",
        period="year",
        basis="普通高校国家助学金政策",
        who="家里经济困难的大专和本科学生",
        gives="每年一笔助学金，档次由学校定，这里给的是全国平均数",
        evaluate=university_grant.evaluate,
        procedures=AT_SCHOOL,
        papers=(*HARD_UP, ADMISSION),
    ),
    Programme(
        code="university_scholarship",
        label="国家奖学金、国家励志奖学金",
        short="国家奖学金",
        bureaus=OWNER,
        unit="school_place",
        benefit="cash",
        period="year",
        basis="普通高校国家奖学金、国家励志奖学金政策",
        who="学习成绩特别好的大学生，励志奖学金还要家里经济困难",
        gives="学校评选，评上的一年发一次",
        procedures=AT_SCHOOL,
        papers=(ROLL, Paper("成绩单", known_to="education"), Paper("奖学金申请表")),
        form=("student", "school_roll", "school_place", "school_grade", "school_hardship"),
    ),
    Programme(
        code="credit_loan",
        label="生源地信用助学贷款",
        short="助学贷款",
        bureaus=OWNER,
        unit="school_place",
        benefit="loan",
        basis="国家助学贷款政策",
        who="家里经济困难的大专、本科学生和研究生",
        gives="每年可以借一笔钱交学费和住宿费，这是贷款，毕业后要还",
        evaluate=credit_loan.evaluate,
        procedures=AT_ORIGIN,
        papers=(
            Paper("身份证、户口簿", known_to="police"),
            ADMISSION,
            APPLICATION,
            Paper("共同借款人到场签字"),
        ),
    ),
    Programme(
        code="entry_aid",
        label="大学新生入学资助",
        short="新生入学资助",
        bureaus=OWNER,
        unit="school_place",
        benefit="cash",
        period="once",
        basis="普通高校家庭经济困难新生入学资助政策",
        who="刚考上大学、家里经济困难的新生",
        gives="一次性给路费和短期生活费，去省外的多一些",
        evaluate=entry_aid.evaluate,
        procedures=AT_ORIGIN,
        papers=(IDENTITY, FILED, ADMISSION, APPLICATION, STUDENT_CARD),
    ),
    Programme(
        code="tuition_award",
        label="建档立卡一本新生学费奖励",
        short="学费奖励",
        bureaus=OWNER,
        unit="school_place",
        benefit="cash",
        period="year",
        basis="云南省建档立卡学生学费奖励政策",
        who="建档立卡家庭考上一本的大学生",
        gives="每年一笔学费奖励",
        evaluate=tuition_award.evaluate,
        procedures=AT_ORIGIN,
        papers=(FILED, ADMISSION, STUDENT_CARD),
        since=date(2016, 9, 1),
    ),
)
