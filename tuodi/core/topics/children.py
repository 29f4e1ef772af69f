"""孤儿与事实无人抚养儿童: the situation of a child's parents."""

from __future__ import annotations

from tuodi.core.fields import FactField, choice_field, day_field, int_field, of_topic

M = "member"
PARENTS = {"father": "父亲", "mother": "母亲"}
SITUATIONS = {
    "able": "能够抚养（无下列情形）",
    "dead": "死亡（含宣告死亡）",
    "missing": "宣告失踪",
    "unfound": "查找不到",
    "disabled": "残疾",
    "ill": "患当地认定的重病",
    "prison": "服刑在押",
    "isolation": "强制隔离戒毒",
    "restricted": "被执行其他限制人身自由的措施",
    "lost": "失去联系且未履行抚养责任",
    "custody_revoked": "被法院撤销监护资格",
    "deported": "被遣送（驱逐）出境",
}
# As in the field dictionary (core/facts.py), which imports this file.
DISABILITIES = {
    "none": "无",
    "sight": "视力",
    "hearing": "听力",
    "speech": "言语",
    "physical": "肢体",
    "intellectual": "智力",
    "mental": "精神",
    "multiple": "多重",
}
CARE = {"institution": "机构集中养育", "scattered": "社会散居"}
CHOSEN = {
    "": "未选择",
    "tekun": "特困人员供养",
    "orphan": "孤儿基本生活费",
    "unattended": "事实无人抚养儿童基本生活补贴",
}


def _parent(who: str, label: str) -> tuple[FactField, ...]:
    return (
        choice_field(
            f"{who}_situation",
            f"{label}的情况",
            M,
            "children",
            SITUATIONS,
            sensitive=True,
            sources=("police", "civil_affairs", "justice", "disabled_federation"),
        ),
        choice_field(
            f"{who}_disability",
            f"{label}的残疾类别",
            M,
            "children",
            DISABILITIES,
            sensitive=True,
            sources=("disabled_federation",),
        ),
        int_field(
            f"{who}_disability_grade",
            f"{label}的残疾等级（1 最重，0 无）",
            M,
            "children",
            most=4,
            sensitive=True,
            sources=("disabled_federation",),
        ),
        int_field(
            f"{who}_term_months",
            f"{label}服刑、隔离戒毒、限制人身自由的期限",
            M,
            "children",
            unit="月",
            most=1500,
            sensitive=True,
            sources=("justice",),
        ),
        day_field(
            f"{who}_lost_on",
            f"{label}失去联系的起始日",
            M,
            "children",
            sensitive=True,
            sources=("police",),
        ),
    )


FIELDS: tuple[FactField, ...] = of_topic(
    "children",
    *(field for who, label in PARENTS.items() for field in _parent(who, label)),
    choice_field("orphan_care", "孤儿养育方式", M, "children", CARE, sources=("civil_affairs",)),
    choice_field(
        "chosen_identity",
        "儿童（监护人）选择的基本生活保障",
        M,
        "children",
        CHOSEN,
        help="同时符合特困和孤儿（事实无人抚养儿童）条件的，选一种",
    ),
)
