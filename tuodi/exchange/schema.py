"""The OpenAPI description of what is sent and answered, generated from the field dictionary: no field is written twice."""

from __future__ import annotations

from typing import Any

from tuodi.core.facts import BY_NAME
from tuodi.core.fields import FactField
from tuodi.core.money import FEN_MAX


def fact(f: FactField) -> dict[str, Any]:
    """One fact as JSON Schema. Null says that nobody knows."""
    kinds: dict[str, dict[str, Any]] = {
        "bool": {"type": ["boolean", "null"]},
        "choice": {"enum": [*f.choices, None]},
        "day": {"type": ["string", "null"], "description": "1980-02-29"},
        "text": {"type": ["string", "null"]},
    }
    made = kinds.get(f.kind, {"type": ["integer", "null"], "maximum": FEN_MAX if f.most is None else f.most})
    if f.least is not None:
        made["minimum"] = f.least
    if f.choices:
        made["description"] = "；".join(f"{code} {label}" for code, label in f.choices.items())
    # A required fact is never unknown; a topic's that is left out is unknown, any other has its blank value.
    if f.required:
        made = {**made, "type": "string"}
        made["enum"] = list(f.choices) if f.choices else None
        made = {k: v for k, v in made.items() if v is not None}
    elif not f.topic:
        made["default"] = f.blank
    unit = "（分）" if f.kind.startswith("money") else f"（{f.unit}）" if f.unit else ""
    return {"title": f.label + unit, **made}


def facts_of(level: str) -> dict[str, Any]:
    """The facts of a household or of a member."""
    fields = [f for (of, _name), f in BY_NAME.items() if of == level]
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [f.name for f in fields if f.required],
        "properties": {f.name: fact(f) for f in fields},
    }


FAULTS = {
    "type": "object",
    "properties": {
        "message": {"type": "string"},
        "faults": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "member": {"type": "integer", "title": "第几名成员，0 为家庭"},
                    "field": {"type": "string"},
                    "label": {"type": "string"},
                    "message": {"type": "string"},
                },
            },
        },
    },
}
LISTS = {
    "answers": "每个项目（和它所问的每个人）一个回答：result、eligible、amount_fen、findings、missing、changes、bureau、papers、due",
    "by_decision": "没有计算公式、由经办部门决定的项目",
    "not_set": "有数值没有设定、因而不能回答的项目",
    "presumed": "按先认定这些身份推算",
}
REPORT = {
    "type": "object",
    "required": ["on", "area", *LISTS],
    "properties": {
        "on": {"type": "string", "format": "date"},
        "area": {"type": "string"},
        **{
            name: {
                "type": "array",
                "items": {"type": "string" if name == "presumed" else "object"},
                "description": what,
            }
            for name, what in LISTS.items()
        },
    },
}
WRONG = {
    401: "没有令牌或令牌无效",
    403: "登录的岗位没有这项权限",
    413: "内容超过 256 KB，或成员超过 30 人",
    422: "情况有误：一次列出全部差错",
    429: "这一分钟的次数已用完，Retry-After 为还要等的秒数",
}
ANSWERS: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["household", "members"],
                    "properties": {
                        "household": facts_of("household"),
                        "members": {
                            "type": "array",
                            "minItems": 1,
                            "maxItems": 30,
                            "items": facts_of("member"),
                        },
                        "on": {"type": "string", "format": "date", "title": "按哪一天的规定，默认今天"},
                    },
                }
            }
        },
    },
    "responses": {
        200: {"description": "全部项目的回答", "content": {"application/json": {"schema": REPORT}}},
        **{
            code: {"description": what, "content": {"application/json": {"schema": FAULTS}}}
            for code, what in WRONG.items()
        },
    },
}
