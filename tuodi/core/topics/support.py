"""赡养、抚养义务人: who by law must support a person, and whether they can.

One question a kind of obligor, which a counter officer can ask and see papers for: is there one, and if so why could they not.
"""

from __future__ import annotations

from tuodi.core.fields import FactField, choice_field, of_topic

OBLIGORS = {
    "none": "没有，或已去世",
    "able": "有，不属于下列任何一种",
    "tekun": "本人是特困人员",
    "dibao_60": "低保对象，年满 60 岁",
    "dibao_severe": "低保对象，重度残疾",
    "old_poor": "年满 70 岁，收入低于上年当地居民人均可支配收入，财产符合低收入家庭规定",
    "disabled_poor": "重度残疾或三级智力、精神残疾，收入、财产符合同样规定",
    "absent_poor": "无民事行为能力、被宣告失踪或在服刑，财产符合规定",
    "provincial": "省里规定的其他无能力情形",
}
"""Why an obligor cannot support (特困人员认定办法 第八条)."""

MOST_ABLE = "不止一人的，按最有能力的一人填"
KINDS = {
    "support_spouse": ("配偶", ""),
    "support_parents": ("父母", "对未成年子女、不能独立生活的成年子女有抚养义务；按最有能力的一人填"),
    "support_children": ("成年子女", MOST_ABLE),
    "support_grand": (
        "（外）祖父母、成年（外）孙子女",
        "中间一代已去世或没有能力时才有义务，不到这一步的填“没有”；按最有能力的一人填",
    ),
    "support_siblings": (
        "成年兄弟姐妹",
        "只问扶养过本人的兄姐和本人扶养过的弟妹；按最有能力的一人填",
    ),
}
"""The obligors in the order in which the law turns to them (民法典 婚姻家庭编)."""

FIELDS: tuple[FactField, ...] = of_topic(
    "support",
    *(
        choice_field(
            name,
            f"法定义务人：{label}",
            "member",
            "",
            OBLIGORS,
            sources=("police", "civil_affairs"),
            help=help,
        )
        for name, (label, help) in KINDS.items()
    ),
)
