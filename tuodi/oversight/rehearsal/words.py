"""What the rows of a rehearsal are called on pages, in sheets and in the briefing, and how they are drawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuodi.core.areas import TOWNSHIP_KINDS
from tuodi.core.facts import BY_NAME
from tuodi.core.finding import PERIODS
from tuodi.kit import charts
from tuodi.kit.wording import said

CLASSES = {
    "gained": gettext_lazy("新享受"),
    "lost": gettext_lazy("不再享受"),
    "more": gettext_lazy("提高"),
    "less": gettext_lazy("降低"),
    "same": gettext_lazy("不变"),
    "unknown": gettext_lazy("不能判断"),
}
DIMENSIONS = {
    "county": gettext_lazy("县（市）"),
    "kind": gettext_lazy("乡镇类型"),
    "sex": gettext_lazy("性别"),
    "age": gettext_lazy("年龄"),
    "disability": gettext_lazy("残疾"),
    "people": gettext_lazy("民族"),
}
AGES = (
    gettext_lazy("18 岁以下"),
    gettext_lazy("18–59 岁"),
    gettext_lazy("60–69 岁"),
    gettext_lazy("70–79 岁"),
    gettext_lazy("80 岁以上"),
)
DISABILITY = {
    "none": gettext_lazy("无残疾证"),
    "severe": gettext_lazy("一、二级"),
    "other": gettext_lazy("三、四级"),
    "expired": gettext_lazy("残疾证已到期"),
    "unknown": gettext_lazy("不明"),
}
LEVELS = {
    "central": gettext_lazy("中央"),
    "province": gettext_lazy("省级"),
    "prefecture": gettext_lazy("州级"),
    "county": gettext_lazy("县级"),
}
OF_HOUSEHOLDS = ("county", "kind")


def name_of(dimension: str, name: str) -> str:
    """A row's name in words."""
    if dimension == "kind":
        return str(said(TOWNSHIP_KINDS.get(name, name)))
    if dimension == "age":
        return str(AGES[int(name)]) if name.isdigit() and int(name) < len(AGES) else _("不明")
    if dimension == "disability":
        return str(DISABILITY.get(name, name))
    if dimension in ("sex", "people"):
        field = BY_NAME["member", "sex" if dimension == "sex" else "ethnicity"]
        return str(said(field.choices.get(name, name)))
    return str(said(name))


@dataclass(frozen=True)
class Breakdown:
    """One way of telling families or persons apart: a table, and whether it counts persons."""

    key: str
    label: str
    persons: bool
    rows: tuple[Mapping[str, Any], ...]


def breakdowns(programme: Mapping[str, Any]) -> list[Breakdown]:
    """Every breakdown of one programme, with names in words; rows of nothing are left out."""
    found = []
    for key, label in DIMENSIONS.items():
        rows = tuple(
            {
                **row,
                "label": name_of(key, row["name"]),
                "delta_fen": row.get("after_fen", 0) - row.get("before_fen", 0),
            }
            for row in programme[key]
            if any(row.get(c) for c in CLASSES)
        )
        persons = programme["persons"] or key not in OF_HOUSEHOLDS
        found.append(Breakdown(key, str(label), persons, rows))
    return found


def period_of(programme: Mapping[str, Any]) -> str:
    """What an amount is for: 每月."""
    return str(said(PERIODS.get(programme["period"], programme["period"])))


def drawn(programme: Mapping[str, Any]) -> list[Any]:
    """The charts of one programme: whom it touches by county, and what it costs there."""
    counties = [r for r in programme["county"] if any(r[c] for c in CLASSES)]
    if not counties:
        return []
    labels = [str(said(r["name"])) for r in counties]
    touched = {
        str(CLASSES[c]): [r[c] for r in counties]
        for c in ("gained", "more", "less", "lost")
        if any(r[c] for r in counties)
    }
    made = []
    if touched:
        made.append(charts.stacked(_("各县（市）受影响的户数"), labels, touched))
    made.append(
        charts.bar(
            _("各县（市）金额的增减（{period}）").format(period=period_of(programme)),
            labels,
            [r["after_fen"] - r["before_fen"] for r in counties],
            unit="fen",
        )
    )
    return made


def compared(rehearsals: Sequence[Any]) -> list[dict[str, Any]]:
    """Several rehearsals side by side, programme by programme, with a chart each."""
    codes = dict.fromkeys(p["code"] for r in rehearsals for p in r.result["programmes"])
    found = []
    for code in codes:
        mine = [next((p for p in r.result["programmes"] if p["code"] == code), None) for r in rehearsals]
        first = next(p for p in mine if p)
        titles = [r.draft.title for r in rehearsals]
        totals = [p["total"] if p else None for p in mine]
        touched = {
            str(CLASSES[c]): [t[c] if t else 0 for t in totals]
            for c in ("gained", "more", "less", "lost")
            if any(t and t[c] for t in totals)
        }
        made = []
        if touched:
            made.append(charts.stacked(_("受影响的户数"), titles, touched))
        made.append(
            charts.bar(
                _("金额的增减（{period}）").format(period=period_of(first)),
                titles,
                [t["after_fen"] - t["before_fen"] if t else None for t in totals],
                unit="fen",
            )
        )
        found.append(
            {
                "label": first["label"],
                "period": period_of(first),
                "totals": list(zip(titles, totals, mine, strict=True)),
                "charts": made,
            }
        )
    return found


def sums(rows: Iterable[Mapping[str, Any]], key: str) -> int:
    """A column added up."""
    return sum(int(r.get(key) or 0) for r in rows)
