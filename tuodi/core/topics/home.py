"""住房: the dwelling, its danger, grants it has had."""

from __future__ import annotations

from tuodi.core.fields import (
    FactField,
    bool_field,
    choice_field,
    day_field,
    int_field,
    of_topic,
)

DWELLINGS = {"town": "城镇", "village": "农村"}
DANGERS = {
    "none": "未鉴定",
    "A": "A 级（安全）",
    "B": "B 级（基本安全）",
    "C": "C 级（局部危险）",
    "D": "D 级（整栋危险）",
}
QUAKE_WORKS = {"none": "未列入", "rebuild": "拆除重建", "strengthen": "加固"}
_H, _S = "household", "home"
_GRANTED = {"declared_by_family": False, "sources": ("agriculture", "property_registry")}

FIELDS: tuple[FactField, ...] = of_topic(
    "home",
    choice_field("dwelling_place", "现住房所在地", _H, _S, DWELLINGS),
    int_field(
        "floor_area_m2",
        "现有住房建筑面积（租住、借住的不算）",
        _H,
        _S,
        unit="平方米",
        most=9999,
        sources=("property_registry",),
        help="按产权证，零头舍去；没有自己的住房填 0",
    ),
    bool_field("rents_on_market", "在市场上租房住", _H, _S, help="有租赁合同"),
    bool_field("in_public_rental", "已住（已分到）公租房", _H, _S, declared_by_family=False),
    day_field("public_rental_waiting_on", "公租房轮候登记日期", _H, _S, declared_by_family=False),
    bool_field("was_orphan", "曾按孤儿供养，现已成年", "member", _S, sources=("civil_affairs",)),
    choice_field(
        "danger_grade",
        "住房危险性鉴定等级",
        _H,
        _S,
        DANGERS,
        declared_by_family=False,
        help="由住房城乡建设部门或其委托的机构鉴定",
    ),
    int_field(
        "planned_area_m2",
        "拟重建的建筑面积",
        _H,
        _S,
        unit="平方米",
        most=9999,
        help="还没有定的填 0",
    ),
    bool_field("poor_disabled_family", "残联认定的贫困残疾人家庭", _H, _S, sources=("disabled_federation",)),
    bool_field("cannot_house_themselves", "靠自己的力量解决不了住房安全", _H, _S),
    choice_field(
        "quake_works", "列入地震安居工程名单的改造方式", _H, _S, QUAKE_WORKS, declared_by_family=False
    ),
    bool_field("had_dilapidated_grant", "已享受危房改造补助（这处住房）", _H, _S, **_GRANTED),
    bool_field("had_quake_grant", "已享受地震安居工程补助（这处住房）", _H, _S, **_GRANTED),
    bool_field("had_disaster_house_grant", "已享受灾后重建、修缮补助（这处住房）", _H, _S, **_GRANTED),
)
