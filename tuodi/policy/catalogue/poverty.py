"""What the poverty office (rural vitalisation) gives and registers."""

from __future__ import annotations

from datetime import date

from tuodi.policy import process_of_lines as process
from tuodi.policy.dual_status import rule as dual_status
from tuodi.policy.monitoring import rule as monitoring
from tuodi.policy.programme import Paper, Programme, rows

NOTICE = date(2017, 2, 17)
POVERTY = {date(2014, 5, 1): "poverty"}
REGISTER = Paper("建档立卡（监测）登记", known_to="poverty_office")
LINE = "2017 年通知 三（八）"


def _line(code: str, label: str, who: str, gives: str, benefit: str, *form: str) -> Programme:
    """One of the five lines: guidance and projects, no formula."""
    return Programme(
        code=code,
        label=label,
        short=label,
        bureaus=POVERTY,
        unit="household",
        benefit=benefit,
        basis=LINE,
        who=who,
        gives=gives,
        procedures={NOTICE: process.POVERTY_LINE},
        papers=(REGISTER,),
        form=("poverty_status", *form, "need_note"),
        since=NOTICE,
    )


PROGRAMMES: tuple[Programme, ...] = rows(
    Programme(
        code="monitoring",
        label="防止返贫监测对象识别",
        short="防返贫监测",
        bureaus=POVERTY,
        unit="household",
        benefit="identity",
        basis="国开发〔2020〕6号、中农发〔2021〕7号",
        who="收入低于监测线的农村家庭，或突发严重困难的农村家庭",
        gives="列为监测对象，由帮扶干部联系，按需要落实帮扶措施",
        evaluate=monitoring.evaluate,
        procedures={date(2020, 3, 20): process.MONITORING},
        papers=(REGISTER, Paper("收入、支出的说明")),
        since=date(2020, 3, 20),
    ),
    Programme(
        code="dual_status",
        label="低保与扶贫衔接",
        short="双向衔接",
        bureaus=POVERTY,
        unit="household",
        benefit="identity",
        basis=dual_status.BASIS,
        who="农村低保家庭和扶贫（监测）名册上的家庭",
        gives="能劳动的纳入帮扶项目，符合低保的纳入低保，两边名册互相比对",
        evaluate=dual_status.evaluate,
        procedures={date(2016, 9, 17): process.LINKAGE},
        papers=(REGISTER, Paper("低保名册", known_to="civil_affairs")),
        since=date(2016, 9, 17),
    ),
    _line(
        "poverty_social_security",
        "社会保障脱贫",
        "没有劳动力、靠自己难以脱贫的家庭",
        "由低保、特困、养老、医疗保障兜底",
        "identity",
        "work_ability",
        "on_roll",
    ),
    _line(
        "poverty_education",
        "教育脱贫",
        "有在校学生的建档立卡（监测）家庭",
        "学生资助、职业教育和控辍保学",
        "waiver",
        "student",
    ),
    _line(
        "poverty_health",
        "健康脱贫",
        "有重病、慢病患者的建档立卡（监测）家庭",
        "参保资助、先诊疗后付费、签约服务和大病救治",
        "insurance",
        "serious_illness",
        "medical_self_pay_year_fen",
    ),
    _line(
        "poverty_talent",
        "人才脱贫",
        "愿意学技术、带头发展产业的建档立卡（监测）家庭",
        "技术培训、科技人员结对和致富带头人培养",
        "training",
        "work_ability",
        "employment",
    ),
    _line(
        "poverty_ecology",
        "生态脱贫",
        "住在林区、能承担管护的建档立卡（监测）家庭",
        "生态护林员岗位、退耕还林和生态补偿",
        "work",
        "work_ability",
        "contracted_land",
    ),
)
