"""就学: school, stage, fees, boarding. The stage itself (`student`) and `boarding` are asked of everybody."""

from __future__ import annotations

from tuodi.core.fields import (
    FactField,
    bool_field,
    choice_field,
    int_field,
    of_topic,
    year_field,
)

PLACES = {
    "county": "本县（市）",
    "prefecture": "本州其他县（市）",
    "province": "本省其他州（市）",
    "country": "外省",
    "abroad": "境外",
}
HARDSHIPS = {"none": "未认定", "general": "一般困难", "hard": "困难", "severe": "特别困难"}
_M, _S = "member", "school"

FIELDS: tuple[FactField, ...] = of_topic(
    "school",
    bool_field(
        "school_roll",
        "已建学籍",
        _M,
        _S,
        sources=("education",),
        help="以学校（幼儿园）登记的学籍号为准，凭证件号码比对",
    ),
    choice_field("school_place", "学校所在地", _M, _S, PLACES, sources=("education",)),
    bool_field(
        "school_rural", "在农村学校就读", _M, _S, sources=("education",), help="县城以外的乡镇、村学校"
    ),
    int_field("school_grade", "在本学段第几年", _M, _S, most=8, sources=("education",)),
    choice_field(
        "school_hardship",
        "学校认定的困难等级",
        _M,
        _S,
        HARDSHIPS,
        sources=("education",),
        declared_by_family=False,
    ),
    bool_field("farming_major", "就读涉农专业", _M, _S, sources=("education",)),
    year_field(
        "tuition_year_fen", "本学年学费", _S, "education", help="学校收费公示上的数，不含住宿费和书费"
    ),
    bool_field("origin_local", "入学前户籍在本县（市）", _M, _S, sources=("police",)),
    bool_field(
        "entry_aid_received",
        "已领过新生入学资助",
        _M,
        _S,
        sources=("education",),
        declared_by_family=False,
    ),
    bool_field("first_tier_admitted", "本科一批次录取", _M, _S, sources=("education",)),
    bool_field(
        "taught_at_home",
        "因残疾不能到校，送教上门",
        _M,
        _S,
        sources=("education", "disabled_federation"),
    ),
)
