"""What human resources and social security gives: work, training, premiums."""

from __future__ import annotations

from datetime import date

from tuodi.policy import employment
from tuodi.policy import process_of_employment as process
from tuodi.policy.insurance_subsidy import rule as insurance_subsidy
from tuodi.policy.job_seeking_subsidy import rule as job_seeking_subsidy
from tuodi.policy.job_training import rule as job_training
from tuodi.policy.pension_premium import rule as pension_premium
from tuodi.policy.programme import Exclusion, Paper, Programme, rows
from tuodi.policy.public_post import rule as public_post
from tuodi.policy.unemployment_link import rule as unemployment_link
from tuodi.policy.work_refusal import rule as work_refusal
from tuodi.policy.zero_employment import rule as zero_employment

SA = date(2014, 5, 1)
HUMAN_RESOURCES = {date(2009, 1, 1): "human_resources"}
REGISTERED = Paper("失业登记、就业困难人员认定", known_to="social_insurance")
STATUS = Paper("救助身份证明", known_to="civil_affairs")
ONE_OF_BOTH = "财社〔2017〕164号（条文号未核）：岗位上的社会保险由单位缴纳并另行补贴"

PROGRAMMES: tuple[Programme, ...] = rows(
    Programme(
        code="zero_employment",
        label="零就业家庭援助",
        short="零就业援助",
        bureaus=HUMAN_RESOURCES,
        unit="household",
        benefit="work",
        basis=zero_employment.BASIS,
        who="低保家庭或城镇家庭，有劳动能力的人都没有工作",
        gives="至少给家里一个人安排合适的工作",
        evaluate=zero_employment.evaluate,
        procedures={SA: process.ZERO_EMPLOYMENT},
        since=SA,
        papers=(REGISTERED,),
    ),
    Programme(
        code="public_post",
        label="公益性岗位安置和岗位补贴",
        short="公益性岗位",
        bureaus=HUMAN_RESOURCES,
        unit="person",
        benefit="work",
        period="month",
        basis=employment.BASIS,
        who="有劳动能力、没有工作的低保对象和就业困难人员",
        gives="安排公益性岗位，按当地最低工资给岗位补贴，最长三年，快退休的可以到退休",
        evaluate=public_post.evaluate,
        procedures={SA: process.PUBLIC_POST},
        since=date(2015, 9, 1),
        papers=(REGISTERED, STATUS),
        exclusions=(Exclusion("insurance_subsidy", "none", ONE_OF_BOTH),),
    ),
    Programme(
        code="insurance_subsidy",
        label="灵活就业社会保险补贴",
        short="社保补贴",
        bureaus=HUMAN_RESOURCES,
        unit="person",
        benefit="insurance",
        period="month",
        basis=employment.BASIS,
        who="灵活就业、自己缴社会保险的低保对象和就业困难人员",
        gives="补贴实际缴费的一部分，不超过三分之二，最长三年，快退休的可以到退休",
        evaluate=insurance_subsidy.evaluate,
        procedures={SA: process.INSURANCE_SUBSIDY},
        since=SA,
        papers=(REGISTERED, STATUS, Paper("缴费凭证", known_to="social_insurance")),
        exclusions=(Exclusion("public_post", "none", ONE_OF_BOTH),),
    ),
    Programme(
        code="job_training",
        label="职业培训补贴",
        short="培训补贴",
        bureaus=HUMAN_RESOURCES,
        unit="person",
        benefit="training",
        period="once",
        basis=employment.BASIS,
        who="没有工作的低保对象、登记失业、就业困难和建档立卡人员",
        gives="参加职业培训，学费由补贴支付，有上限",
        evaluate=job_training.evaluate,
        procedures={SA: process.JOB_TRAINING},
        since=SA,
        papers=(REGISTERED, STATUS, Paper("培训机构的开班和收费证明")),
    ),
    Programme(
        code="job_seeking_subsidy",
        label="求职创业补贴",
        short="求职补贴",
        bureaus=HUMAN_RESOURCES,
        unit="person",
        benefit="cash",
        period="once",
        basis="财社〔2015〕290号；财社〔2017〕164号",
        who="低保、特困、建档立卡等家庭的毕业生，以及残疾和有助学贷款的毕业生",
        gives="毕业那一年求职，一次发给 1 份求职创业补贴",
        evaluate=job_seeking_subsidy.evaluate,
        procedures={date(2015, 12, 30): process.JOB_SEEKING_SUBSIDY},
        since=date(2015, 12, 30),
        papers=(STATUS, Paper("学籍、助学贷款", known_to="education"), Paper("求职声明（在学校签）")),
    ),
    Programme(
        code="pension_premium",
        label="城乡居民养老保险代缴",
        short="养老代缴",
        bureaus=HUMAN_RESOURCES,
        unit="person",
        benefit="insurance",
        period="year",
        basis="国发〔2014〕8号；人社部发〔2017〕59号",
        who="16 至 59 岁的重度残疾人、低保对象、特困人员和没有脱贫的建档立卡人员",
        gives="政府替您交居民养老保险的最低一档",
        evaluate=pension_premium.evaluate,
        procedures={date(2014, 2, 21): process.PENSION_PREMIUM},
        since=date(2014, 2, 21),
        papers=(
            STATUS,
            Paper("残疾证", known_to="disabled_federation"),
            Paper("参保登记", known_to="social_insurance"),
        ),
    ),
    Programme(
        code="unemployment_link",
        label="失业保险金衔接核对",
        short="失业金衔接",
        bureaus=HUMAN_RESOURCES,
        unit="person",
        benefit="check",
        period="month",
        basis=unemployment_link.BASIS,
        who="正在领失业保险金的人",
        gives="失业保险金低于城市低保标准的，由基金补足差额",
        evaluate=unemployment_link.evaluate,
        procedures={SA: process.UNEMPLOYMENT_LINK},
        since=date(2016, 1, 1),
        papers=(Paper("失业保险金发放记录", known_to="social_insurance"),),
    ),
    Programme(
        code="work_refusal",
        label="拒绝介绍工作的处理",
        short="拒绝就业",
        bureaus={SA: "human_resources"},
        unit="person",
        benefit="check",
        basis=work_refusal.BASIS,
        who="有劳动能力、没有工作，又连续三次没有理由拒绝合适工作的低保对象",
        gives="由经办人员告知、听取说明后决定，只涉及本人一份，家里其他人不变",
        evaluate=work_refusal.evaluate,
        procedures={SA: process.WORK_REFUSAL},
        since=SA,
        papers=(Paper("介绍工作的记录", known_to="social_insurance"),),
    ),
)
