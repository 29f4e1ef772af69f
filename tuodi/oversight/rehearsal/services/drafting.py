"""Drafting: values added and taken away, copies for another scenario, cases whose expectation the draft changes."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from tuodi.core.areas import covers
from tuodi.core.parameters import MARKS, ParameterInfo
from tuodi.core.refusal import Refused
from tuodi.kit.digest import digest_of
from tuodi.kit.versions import save_versioned
from tuodi.kit.wording import in_chinese
from tuodi.oversight.rehearsal.cases import CaseRun, digest_of_answer, run_cases
from tuodi.oversight.rehearsal.models import CaseChange, Draft, DraftValue
from tuodi.oversight.rehearsal.process import DRAFT
from tuodi.oversight.rehearsal.services.common import still_drafting, touched
from tuodi.records.journal import services as journal
from tuodi.records.org import rights
from tuodi.records.org.models import Area
from tuodi.records.standards.selectors import calendar
from tuodi.records.standards.services import value_fault

VALUES_MAX = 40  # a paper with more numbers than this is several papers


@in_chinese()
@transaction.atomic
def begin(*, title: str, area: Area, by: Any, on: date, reason: str = "") -> Draft:
    """Begin a draft for a place: the whole prefecture or one county."""
    rights.refuse_without(by, "rehearsal.draft", area.pk, on)
    if area.level not in ("prefecture", "county"):
        raise Refused(_("标准由州或县（市）设定，请选州或县（市）"))
    if len(title.strip()) < 2:
        raise Refused(_("请写明草案的名称"))
    row = Draft.objects.create(
        title=title.strip()[:120],
        reason=reason.strip()[:400],
        area=area,
        made_by=journal.actor_name(by),
        made_on=on,
        state=DRAFT.start,
        state_since=on,
        due=DRAFT.due(DRAFT.start, on, calendar()),
    )
    journal.record("rehearsal.begin", by=by, on=on, record=row, state_to=DRAFT.start, note=row.title)
    return row


@in_chinese()
@transaction.atomic
def edit(*, draft: Draft, title: str, reason: str, version: int, by: Any, on: date) -> Draft:
    """Change what a draft is called and why it is made."""
    still_drafting(draft, None, by, on)
    if len(title.strip()) < 2:
        raise Refused(_("请写明草案的名称"))
    row = save_versioned(draft, version, title=title.strip()[:120], reason=reason.strip()[:400])
    journal.record("rehearsal.edit", by=by, on=on, record=row, note=row.title)
    return row


@in_chinese()
@transaction.atomic
def copy(*, draft: Draft, title: str, by: Any, on: date) -> Draft:
    """Another draft with the same values, to change one of them and compare."""
    row = begin(title=title, area=draft.area, reason=draft.reason, by=by, on=on)
    DraftValue.objects.bulk_create(
        DraftValue(
            draft=row,
            key=v.key,
            area_code=v.area_code,
            since=v.since,
            value=v.value,
            basis=v.basis,
            mark=v.mark,
        )
        for v in draft.values.all()
    )
    return row


@in_chinese()
@transaction.atomic
def add_value(
    *,
    draft: Draft,
    info: ParameterInfo,
    area: Area,
    since: date,
    value: int | bool | str,
    basis: str,
    mark: str,
    by: Any,
    on: date,
) -> DraftValue:
    """Put a value into a draft; the same key, place and day again replaces it. Nothing is in force by this."""
    row = still_drafting(draft, None, by, on)
    assert mark in MARKS, mark
    if not covers(row.area_id, area.pk) or area.level not in ("prefecture", "county"):
        raise Refused(_("{place} 不在这份草案的范围内").format(place=area.name))
    if len(basis.strip()) < 4:
        raise Refused(_("请写明拟依据的文件：没有文件的数不能预演"))
    if mark == "test" and not settings.DEMO:
        raise Refused(_("测试值只能用于演示环境"))
    fault = value_fault(info, value)
    if fault:
        raise Refused(fault)
    if row.values.count() >= VALUES_MAX:
        raise Refused(_("一份草案最多 {n} 个值").format(n=VALUES_MAX))
    made, _fresh = DraftValue.objects.update_or_create(
        draft=row,
        key=info.key,
        area_code=area.pk,
        since=since,
        defaults={"value": value, "basis": basis.strip(), "mark": mark},
    )
    touched(row)
    journal.record(
        "rehearsal.value", by=by, on=on, record=row, note=f"{info.key} {area.pk} {since.isoformat()} {value}"
    )
    return made


@in_chinese()
@transaction.atomic
def remove_value(*, draft: Draft, value: DraftValue, by: Any, on: date) -> None:
    """Take a value out of a draft."""
    row = still_drafting(draft, None, by, on)
    assert value.draft_id == row.pk, "a value of another draft"
    note = f"{value.key} {value.area_code} {value.since.isoformat()}"
    value.delete()
    touched(row)
    journal.record("rehearsal.value_removed", by=by, on=on, record=row, note=note)


@in_chinese()
@transaction.atomic
def acknowledge(*, draft: Draft, run: CaseRun, seen: str, reason: str, by: Any, on: date) -> CaseChange:
    """Change a case's expectation within the draft, with the reason. `seen` names the answer that was on the page."""
    row = still_drafting(draft, None, by, on)
    if len(reason.strip()) < 4:
        raise Refused(_("请写明为什么这个算例的结果应当改变"))
    if not run.failing:
        raise Refused(_("这个算例与预期一致，不需要认可"))
    if seen != digest_of_answer(run.after):
        raise Refused(_("草案已经改动，算例的结果与您看到的不同，请刷新后再看"))
    made = _acknowledged(row, run, reason, by, on)
    journal.record(
        "rehearsal.acknowledge",
        by=by,
        on=on,
        record=row,
        note=f"{run.programme} {run.name}",
        remark=reason.strip(),
    )
    return made


@in_chinese()
@transaction.atomic
def acknowledge_all(*, draft: Draft, seen: str, reason: str, by: Any, on: date) -> int:
    """The same for every case that fails, under one reason (a paper that reaches back over many days)."""
    row = still_drafting(draft, None, by, on)
    if len(reason.strip()) < 4:
        raise Refused(_("请写明为什么这个算例的结果应当改变"))
    failing = [run for run in run_cases(row) if run.failing]
    if seen != digest_of_all(failing):
        raise Refused(_("草案已经改动，算例的结果与您看到的不同，请刷新后再看"))
    for run in failing:
        _acknowledged(row, run, reason, by, on)
    journal.record(
        "rehearsal.acknowledge",
        by=by,
        on=on,
        record=row,
        note=f"{len(failing)} 个算例",
        remark=reason.strip(),
    )
    return len(failing)


def digest_of_all(runs: list[CaseRun]) -> str:
    """What the page showed of all cases that fail."""
    return digest_of([[r.programme, r.name, r.after.told()] for r in runs])


def _acknowledged(row: Draft, run: CaseRun, reason: str, by: Any, on: date) -> CaseChange:
    return CaseChange.objects.create(
        draft=row,
        programme=run.programme,
        case=run.name,
        told=run.after.told(),
        reason=reason.strip()[:400],
        made_by=journal.actor_name(by),
        made_on=on,
    )
