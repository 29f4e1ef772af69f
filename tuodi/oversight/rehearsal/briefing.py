"""The briefing of a rehearsal as an official paper in .docx: layout after GB/T 9704 (`kit.papers`).

It is a working paper, not an issued document: no head, no number. Everything in it stands in the rehearsal's frozen tables.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tuodi.core.money import yuan_text
from tuodi.kit.papers import Paper
from tuodi.kit.pictures import png
from tuodi.kit.wording import in_chinese
from tuodi.oversight.rehearsal import words
from tuodi.oversight.rehearsal.models import Rehearsal
from tuodi.records.standards.selectors import parameters
from tuodi.records.standards.templatetags.standards import in_unit

ORDER = "一二三四五六七八九十"


@in_chinese()
def briefing(rehearsal: Rehearsal) -> bytes:
    """One rehearsal as a paper."""
    result, draft = rehearsal.result, rehearsal.draft
    day = rehearsal.made_on
    title = f"关于“{draft.title}”的预演简报"
    paper = Paper(title, day)
    paper.title(title)
    paper.gap()
    intro = (
        f"以{result['frozen']}冻结的{result['area']}家庭情况（在保和近一年评估过的家庭 {result['households']:,} 户、{result['members']:,} 人，"
        f"不含姓名和证件号码）为样本，按 {result['month']} 生效的参数逐户重算，与现行参数比较如下。"
    )
    paper.text(intro)
    number = iter(ORDER)
    paper.head(f"{next(number)}、拟改的内容")
    paper.table(("参数", "自", "现行", "草案", "增减", "依据"), [_line(d) for d in result["difference"]])
    for programme in result["programmes"]:
        paper.head(f"{next(number)}、{programme['label']}")
        _programme(paper, programme)
    for text in result["not_set"].values():
        paper.text(f"未能测算：{text}")
    paper.head(f"{next(number)}、说明")
    for note in NOTES:
        paper.text(note)
    paper.gap()
    paper.text(f"{day.year}年{day.month}月{day.day}日", align="right", right=4)
    return paper.content()


NOTES = (
    "本简报是测算，不是决定。新享受的家庭须本人申请并经审核确认；不再享受或金额降低的，须由经办人核实、告知并听取申辩，系统不自动减发停发。",
    "“次月发放”一表是在保家庭次月实际应发数：规则算出的金额高的按新金额，低的暂按原金额并交经办人核实；草案施行后的月度待遇与之一致。",
    "各级财政分担按测算比例，标记为测试值的比例须由财政部门确定后再用。",
)


def _line(d: Mapping[str, Any]) -> tuple[str, ...]:
    info = parameters().info[d["key"]]
    since = date.fromisoformat(d["since"])
    return (
        f"{d['label']}（{d['place']}）",
        f"{since.year}年{since.month}月{since.day}日",
        in_unit(d["before"], info) if d["before"] is not None else _("未设"),
        in_unit(d["after"], info),
        d["percent"],
        d["basis"],
    )


def _programme(paper: Paper, programme: Mapping[str, Any]) -> None:
    total, unit = programme["total"], "人" if programme["persons"] else "户"
    delta = total["after_fen"] - total["before_fen"]
    text = (
        f"样本中符合条件的由 {total['before']:,} {unit}变为 {total['after']:,} {unit}：新享受 {total['gained']:,} {unit}，不再享受 {total['lost']:,} {unit}，"
        f"提高 {total['more']:,} {unit}，降低 {total['less']:,} {unit}，不变 {total['same']:,} {unit}。"
        f"{words.period_of(programme)}金额由 {yuan_text(total['before_fen'])} 元变为 {yuan_text(total['after_fen'])} 元，"
        f"{'增加' if delta >= 0 else '减少'} {yuan_text(abs(delta))} 元。"
    )
    if total["unknown"]:
        text += f"另有 {total['unknown']:,} {unit}缺少事实，不能判断。"
    paper.text(text)
    for chart in words.drawn(programme):
        paper.picture(png(chart))
    for breakdown in words.breakdowns(programme):
        if not breakdown.rows:
            continue
        heads = (breakdown.label, *(str(v) for v in words.CLASSES.values()))
        rows = [(r["label"], *(f"{r.get(c, 0):,}" for c in words.CLASSES)) for r in breakdown.rows]
        paper.table(heads, rows)
    if programme["roll"]:
        _roll(paper, programme["roll"])
    else:
        _funds(paper, programme["funds"])


def _roll(paper: Paper, roll: Mapping[str, Any]) -> None:
    total = roll["total"]
    more = total["after_fen"] - total["paid_fen"]
    paper.text(
        f"次月发放：在保 {total['households']:,} 户，由 {yuan_text(total['paid_fen'])} 元变为 {yuan_text(total['after_fen'])} 元，增加 {yuan_text(more)} 元，"
        f"全年增加 {yuan_text(more * 12)} 元；提高 {total['more']:,} 户，规则算出更低、须经办人核实 {total['less']:,} 户。",
    )
    _funds(paper, roll["funds"])


def _funds(paper: Paper, funds: Sequence[Mapping[str, Any]]) -> None:
    rows = [
        (
            str(words.LEVELS[f["level"]]),
            yuan_text(f["month_fen"]) if f["month_fen"] is not None else "—",
            yuan_text(f["year_fen"]) if f["year_fen"] is not None else yuan_text(f["fen"]),
        )
        for f in funds
    ]
    paper.table(("资金来源", "每月增减（元）", "全年增减（元）"), rows)
