"""What civil affairs gives to children without parents who can bring them up, and to disabled people."""

from __future__ import annotations

from datetime import date

from tuodi.policy.disability_living import rule as disability_living
from tuodi.policy.disability_living.process import LIVING, NURSING
from tuodi.policy.disability_nursing import rule as disability_nursing
from tuodi.policy.orphan import rule as orphan
from tuodi.policy.programme import Exclusion, Paper, Programme, rows
from tuodi.policy.unattended_child import rule as unattended_child
from tuodi.policy.unattended_child.process import ORPHAN, UNATTENDED

ONE_IDENTITY = "同一人同一月只享受一种基本生活保障"
CHILD_PAPERS = (
    Paper("儿童和监护人的身份证、户口簿", known_to="police"),
    Paper("父母死亡、失踪、查找不到的证明", known_to="police", note="法院判决、死亡证明"),
    Paper("银行卡（一卡通）"),
)
DISABLED_PAPERS = (
    Paper("身份证、户口簿", known_to="police"),
    Paper("残疾证", known_to="disabled_federation"),
    Paper("低保证明", known_to="civil_affairs"),
    Paper("银行卡（一卡通）"),
)

PROGRAMMES = rows(
    Programme(
        code="orphan",
        label="孤儿基本生活保障",
        short="孤儿",
        bureaus={date(2010, 11, 16): "civil_affairs"},
        unit="person",
        benefit="cash",
        period="month",
        basis=orphan.BASIS,
        who="未满 18 周岁，父母死亡、宣告失踪或查找不到的儿童",
        gives="每月发给基本生活费，机构养育和散居各有标准",
        evaluate=orphan.evaluate,
        procedures={date(2010, 11, 16): ORPHAN},
        papers=CHILD_PAPERS,
        exclusions=(
            Exclusion("minimum_living", "none", ONE_IDENTITY),
            Exclusion("extreme_hardship", "none", "《特困人员认定办法》第九条：选一种"),
            Exclusion("unattended_child", "none", "民发〔2019〕62号"),
            Exclusion("disability_living", "none", "国发〔2015〕52号"),
        ),
        since=date(2010, 11, 16),
    ),
    Programme(
        code="unattended_child",
        label="事实无人抚养儿童基本生活补贴",
        short="事实无人抚养儿童",
        bureaus={date(2020, 1, 1): "civil_affairs"},
        unit="person",
        benefit="cash",
        period="month",
        basis=unattended_child.BASIS,
        who="未满 18 周岁，父母都不能抚养，或一方死亡失踪、另一方不能抚养的儿童",
        gives="每月发给基本生活补贴；已有低保、特困或残疾生活补贴的，补足差额",
        evaluate=unattended_child.evaluate,
        procedures={date(2020, 1, 1): UNATTENDED},
        papers=(
            *CHILD_PAPERS,
            Paper("父母的残疾证", known_to="disabled_federation"),
            Paper("父母服刑、戒毒的文书", known_to="justice"),
            Paper("父母重病的诊断", known_to="medical_insurance"),
            Paper("父母失去联系的说明", note="报案回执或村（社区）和亲邻的证明"),
        ),
        exclusions=(
            Exclusion("minimum_living", "difference", "民发〔2019〕62号"),
            Exclusion("extreme_hardship", "difference", "民发〔2019〕62号；《特困人员认定办法》第九条"),
            Exclusion("orphan", "none", "民发〔2019〕62号"),
            Exclusion("disability_living", "difference", "民发〔2019〕62号"),
        ),
        since=date(2020, 1, 1),
    ),
    Programme(
        code="disability_living",
        label="困难残疾人生活补贴",
        short="残疾人生活补贴",
        bureaus={date(2016, 1, 1): "civil_affairs"},
        unit="person",
        benefit="cash",
        period="month",
        first_month="application",
        basis="国发〔2015〕52号、云政发〔2016〕5号",
        who="低保家庭里持有效残疾证的人",
        gives="每月发给生活补贴，从申请当月算起，不计入家庭收入",
        evaluate=disability_living.evaluate,
        procedures={date(2016, 1, 1): LIVING},
        papers=DISABLED_PAPERS,
        exclusions=(
            Exclusion("extreme_hardship", "none", "国发〔2015〕52号"),
            Exclusion("orphan", "none", "国发〔2015〕52号"),
            Exclusion("unattended_child", "difference", "民发〔2019〕62号"),
        ),
        since=date(2016, 1, 1),
    ),
    Programme(
        code="disability_nursing",
        label="重度残疾人护理补贴",
        short="残疾人护理补贴",
        bureaus={date(2016, 1, 1): "civil_affairs"},
        unit="person",
        benefit="cash",
        period="month",
        first_month="application",
        basis="国发〔2015〕52号、云政发〔2016〕5号",
        who="残疾一级、二级，需要长期照护的人，不看家庭收入",
        gives="每月按等级发给护理补贴，从申请当月算起，不计入家庭收入",
        evaluate=disability_nursing.evaluate,
        procedures={date(2016, 1, 1): NURSING},
        papers=(
            *DISABLED_PAPERS[:2],
            Paper("长期照护的评估", known_to="disabled_federation"),
            DISABLED_PAPERS[-1],
        ),
        exclusions=(Exclusion("extreme_hardship", "none", "国发〔2015〕52号"),),
        since=date(2016, 1, 1),
    ),
)
