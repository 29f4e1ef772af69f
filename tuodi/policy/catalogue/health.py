"""What health and medical insurance give: premiums, aid with the bill, emergency relief, services."""

from __future__ import annotations

from datetime import date

from tuodi.policy.emergency_medical import rule as emergency_medical
from tuodi.policy.medical_aid import process
from tuodi.policy.medical_aid import rule as medical_aid
from tuodi.policy.premium_support import rule as premium_support
from tuodi.policy.programme import Exclusion, Paper, Programme, rows

# Civil affairs until the reform, then medical insurance (社会救助暂行办法 as amended in 2019).
AID = {date(2014, 5, 1): "civil_affairs", date(2019, 3, 1): "medical_insurance"}

PROGRAMMES: tuple[Programme, ...] = rows(
    Programme(
        code="premium_support",
        label="资助参加城乡居民医保",
        short="资助参保",
        bureaus=AID,
        unit="person",
        benefit="insurance",
        period="year",
        basis=premium_support.BASIS,
        who="特困人员、低保对象、返贫人员，丧失劳动能力的残疾人，低收入家庭的老人和孩子",
        gives="替您交居民医保的个人缴费：特困人员全交，其他人交一个定额",
        evaluate=premium_support.evaluate,
        procedures={date(2015, 4, 21): process.PREMIUM_SUPPORT},
        since=date(2015, 4, 21),
        papers=(
            Paper("救助身份证明", known_to="civil_affairs"),
            Paper("参保登记", known_to="medical_insurance"),
        ),
    ),
    Programme(
        code="medical_aid",
        label="医疗救助（一站式结算）",
        short="医疗救助",
        bureaus=AID,
        unit="episode",
        benefit="cash",
        period="episode",
        basis="《社会救助暂行办法》第五章；国办发〔2015〕30号、〔2021〕42号",
        who="特困人员、低保对象、低保边缘和监测对象，以及因病致贫的重病患者",
        gives="医保和大病保险报销以后，剩下的合规费用再救助一部分，出院时一次结清",
        evaluate=medical_aid.evaluate,
        procedures={date(2015, 4, 21): process.MEDICAL_AID},
        since=date(2015, 4, 21),
        papers=(
            Paper("救助身份证明", known_to="civil_affairs"),
            Paper(
                "结算单、费用清单", known_to="medical_insurance", note="没有在医院一站式结算的，带票据原件"
            ),
            Paper("转诊记录", known_to="medical_insurance"),
        ),
        exclusions=(
            Exclusion("emergency_medical", "difference", "《社会救助暂行办法》第三十二条：先由其他渠道支付"),
        ),
    ),
    Programme(
        code="emergency_medical",
        label="疾病应急救助",
        short="应急救助",
        bureaus={date(2013, 2, 22): "health"},
        unit="episode",
        benefit="cash",
        period="episode",
        basis=emergency_medical.BASIS,
        who="需要急救、身份不明或者无力支付费用的病人",
        gives="医院先救治，没有人付的急救费用由基金付给医院",
        evaluate=emergency_medical.evaluate,
        procedures={date(2013, 2, 22): process.EMERGENCY_MEDICAL},
        since=date(2013, 2, 22),
        papers=(
            Paper("急救病历和费用清单（医疗机构提交）"),
            Paper("身份和支付能力核查结论", known_to="police"),
        ),
        exclusions=(
            Exclusion("medical_aid", "difference", "《社会救助暂行办法》第三十二条：先由其他渠道支付"),
        ),
    ),
    Programme(
        code="fee_reduction",
        label="医疗费用减免",
        short="费用减免",
        bureaus={date(2014, 5, 1): "health"},
        unit="person",
        benefit="waiver",
        basis="2017 年通知 三（七）：鼓励和引导医疗机构适当减免贫困救助对象医疗费用",
        who="低保、特困等救助对象，在定点医疗机构看病时",
        gives="由医疗机构酌情减免挂号、床位、检查等费用，或者先诊疗后付费",
        form=("fee_reduction_kind", "fee_reduction_fen"),
        procedures={date(2014, 5, 1): process.FEE_REDUCTION},
        papers=(Paper("救助身份证明", known_to="civil_affairs"),),
    ),
    Programme(
        code="public_health_services",
        label="公共卫生服务",
        short="公卫服务",
        bureaus={date(2014, 5, 1): "health"},
        unit="person",
        benefit="in_kind",
        basis="2017 年通知 三（七）：孕产妇保健、精神疾病、慢性病、传染病、地方病等公共卫生服务",
        who="所有居民，困难群众优先",
        gives="免费的孕产妇、儿童、老人保健和慢性病、精神疾病、传染病管理等服务",
        form=("service_wanted",),
        procedures={date(2014, 5, 1): process.PUBLIC_HEALTH_SERVICES},
    ),
)
