"""The whole file of a household in one go: a zip of its letters and records as PDF with an index, made by a job, sealed until taken.

Asked for with a purpose, made under the rights of who asked as they stand when it is made, taken with a purpose by the same
person alone; both purposes are journalled. On disk it is sealed (SM4-GCM), and a day after it was made it is gone.
"""

from __future__ import annotations

import io
import uuid
import zipfile
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tuodi.core import facts as dictionary
from tuodi.core.identity import without_numbers
from tuodi.core.refusal import Refused
from tuodi.delivery.determination.models import Assessment
from tuodi.delivery.determination.selectors import findings_of
from tuodi.delivery.intake.models import Declaration
from tuodi.delivery.verification.matching import words
from tuodi.delivery.verification.models import CheckReport, HouseholdSurvey
from tuodi.delivery.verification.selectors import grid
from tuodi.delivery.verification.services.surveying import changes
from tuodi.kit.digest import sm3
from tuodi.kit.jobs import Progress, Result, enqueue
from tuodi.kit.letters import render_letter
from tuodi.kit.models import Job
from tuodi.kit.papers import stilled
from tuodi.kit.sealed import mask, seal_content, unseal_content
from tuodi.kit.wording import in_chinese
from tuodi.portal.household_file import Entry, entries, members
from tuodi.records.documents import services as documents
from tuodi.records.documents.letters import issuer_name
from tuodi.records.documents.models import Document
from tuodi.records.journal import services as journal
from tuodi.records.org.models import Officer
from tuodi.records.org.rights import refuse_without
from tuodi.records.org.selectors import names, place_name
from tuodi.records.people.models import Household

JOB, FOLDER, KIND = "portal.household_file", "household-files", "household_file"
KEPT = timedelta(days=1)
STATES = {"differs": "不一致", "pending": "未反馈", "less": "登记少于申报", "agrees": "一致"}
# Numbers in facts: what stays of each to recognise it by.
MASKED = {"number": (6, 4), "phone": (3, 4), "payee_account": (4, 4)}


@in_chinese()
@transaction.atomic
def ask(*, household: Household, purpose: str, by: Officer, on: date) -> Job:
    """Ask for the whole file. Refused without the right in the household's place or without a purpose."""
    refuse_without(by, "documents.pack", household.area_id, on)
    purpose = _purpose(purpose)
    job = enqueue(
        JOB,
        owner=by.username,
        key=f"{JOB}:{household.pk}:{uuid.uuid4().hex}",
        household=household.pk,
        officer=by.username,
        on=on.isoformat(),
    )
    journal.record("documents.pack", by=by, on=on, record=household, note=f"job {job.pk}", remark=purpose)
    return job


def _purpose(text: str) -> str:
    if len(text.strip()) < 2:
        raise Refused(_("请写明用途"))
    return text.strip()


def asked_for(household: Household, officer: Any) -> QuerySet[Job]:
    """The packs of a household that an officer asked for and that are not swept yet, newest first."""
    return Job.objects.filter(
        owner=officer.get_username(),
        key__startswith=f"{JOB}:{household.pk}:",
        created_at__gt=timezone.now() - KEPT,
    ).order_by("-pk")


@transaction.atomic
def take(*, job: Job, household: Household, purpose: str, by: Officer, on: date) -> bytes:
    """The pack, opened, for the one who asked for it; the purpose is journalled. Refused once it is swept."""
    refuse_without(by, "documents.pack", household.area_id, on)
    assert job.kind == JOB and job.owner == by.username and job.arguments["household"] == household.pk
    purpose = _purpose(purpose)
    figures = job.result or {}
    name = figures.get("file", "")
    if job.state != Job.DONE or not name or not default_storage.exists(name):
        raise Refused(_("这份档案还没有备好或已满一天清除，请重新打包"))
    with default_storage.open(name) as sealed:
        content = unseal_content(sealed.read(), KIND)
    assert sm3(content) == figures["digest"], "the pack is not what the job made"
    journal.record(
        "documents.take_pack",
        by=by,
        on=on,
        record=household,
        note=f"job {job.pk}, {figures['files']} files, sm3 {figures['digest'][:16]}",
        remark=purpose,
    )
    return content


@in_chinese()
def make(progress: Progress, *, household: int, officer: str, on: str) -> Result:
    """The job: gather, print, seal. The rights are those the officer holds now."""
    row = Household.objects.select_related("head", "area").get(pk=household)
    by = Officer.objects.get(username=officer)
    day = date.fromisoformat(on)
    refuse_without(by, "documents.pack", row.area_id, day)
    content, count = packed(row, by, day, tell=progress.tell)
    name = default_storage.save(
        f"{FOLDER}/{uuid.uuid4().hex}.sealed", ContentFile(seal_content(content, KIND))
    )
    page = reverse("portal:household", args=[row.pk])
    return Result(
        message=_("共 {n} 个文件，已密封保存；请在一天内到一户一档页写明用途后下载").format(n=count),
        figures={"file": name, "digest": sm3(content), "files": count, "page": page},
    )


def packed(
    household: Household, by: Officer, on: date, tell: Callable[..., None] = lambda *a: None
) -> tuple[bytes, int]:
    """The zip and how many files are in it: 000 the index, then letters and records as they stand in it."""
    found = entries(household, by)
    called = names()
    rows: list[dict[str, str]] = []
    files: list[tuple[str, bytes]] = []
    common = {"issuer": issuer_name(household.area_id[:9], household.area.name), "issued_on": on}
    for n, one in enumerate(found, 1):
        tell(n - 1, len(found))
        made = printed(one, common)
        name = f"{n:03d}-{one.on.isoformat()}-{one.title}.pdf" if made else ""
        if made:
            files.append((name, made))
        rows.append(
            {
                "on": one.on.isoformat(),
                "title": one.title,
                "text": one.text,
                "number": one.number,
                "who": called.get(one.who, one.who),
                "file": f"{n:03d}" if made else "",
            }
        )
    index = {
        **common,
        "household": household.head.name,
        "place": place_name(household.area_id),
        "members": [
            {
                "name": m.person.name,
                "birth": f"{m.person.birth_on:%Y-%m}",
                "number": str(m.person.number or ""),
            }
            for m in members(household)
        ],
        "rows": rows,
        "made_by": by.name,
        "count": len(files),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("000-目录.pdf", render_letter("file_index", index))
        for name, made in files:
            package.writestr(name, made)
    tell(len(found), len(found))
    return stilled(out.getvalue()), len(files) + 1


def printed(one: Entry, common: Mapping[str, Any]) -> bytes | None:
    """A letter as it was issued, a record as a sheet; nothing for what the index already says whole."""
    if one.letter:
        return documents.rendered(Document.objects.get(pk=one.pk))
    made = SHEETS.get(one.kind)
    if made is None:
        return None
    sheet = {"facts": [], "said": "", "heads": [], "rows": [], **made(one.pk)}
    return render_letter(
        "file_sheet", {**common, "heading": one.title, "on": one.on, "number": one.number, **sheet}
    )


def _declaration(pk: int) -> dict[str, Any]:
    stated = Declaration.objects.get(pk=pk).facts.open()
    rows = []
    for who, level, given in (
        ("全户", "household", stated["household"]),
        *((str(m.get("name", "")), "member", m) for m in stated["members"]),
    ):
        for f in dictionary.FIELDS:
            value = given.get(f.name, f.blank)
            if f.level == level and value not in (None, "", f.blank):
                rows.append([who, f.label, _shown(f, value)])
    return {"heads": ["谁", "事项", "申报"], "rows": rows}


def _shown(f: Any, value: Any) -> str:
    if f.name in MASKED:
        return mask(str(value), *MASKED[f.name])
    return without_numbers(words(f, value))


def _report(pk: int) -> dict[str, Any]:
    lines = grid(CheckReport.objects.get(pk=pk))
    rows = [
        [
            "，".join(filter(None, (str(line["who"]), str(line["label"])))),
            without_numbers(str(line["declared"] or "—")),
            without_numbers(str(line["found"] or "—")),
            f"{line['source_label']}（{line['as_of'] or '—'}）",
            STATES[line["state"]],
        ]
        for line in lines
    ]
    return {"heads": ["事项", "申报", "登记", "数据源（截至）", "结果"], "rows": rows}


def _survey(pk: int) -> dict[str, Any]:
    row = HouseholdSurvey.objects.select_related("snapshot", "first_surveyor").get(pk=pk)
    before = row.snapshot.facts.open()
    differ = []
    for member, name, old, new in changes(before, row.observed.open()):
        f = dictionary.field_of("household" if member < 0 else "member", name)
        who = "全户" if member < 0 else str(before["members"][member].get("name", ""))
        differ.append([f"{who}，{f.label}", _shown(f, old), _shown(f, new)])
    facts = [
        ["调查人员", f"{row.first_surveyor.name}、{row.second_surveyor}"],
        ["家庭确认", row.confirmed_by if row.family_confirmed else "未确认（只作证据留存）"],
    ]
    return {
        "facts": facts,
        "said": row.note.open(),
        "heads": ["与此前不同的事项", "此前", "所见"],
        "rows": differ,
    }


def _assessment(pk: int) -> dict[str, Any]:
    row = Assessment.objects.get(pk=pk)
    holds = {True: "符合", False: "不符合", None: "未查明"}
    beside = {True: "适用", False: "不适用", None: "未查明"}
    rows = [
        [f["text"], f["basis"], (holds if f["required"] else beside)[f["holds"]]] for f in findings_of(row)
    ]
    return {
        "facts": [["规则", row.rule]],
        "heads": ["认定的事实", "依据", "结论"],
        "rows": rows,
    }


SHEETS: dict[str, Callable[[int], dict[str, Any]]] = {
    "declaration": _declaration,
    "report": _report,
    "survey": _survey,
    "assessment": _assessment,
}


def sweep(now: datetime) -> int:
    """Delete packs made more than a day ago; how many. What a killed job left behind goes with them."""
    if not default_storage.exists(FOLDER):
        return 0
    gone = 0
    for name in default_storage.listdir(FOLDER)[1]:
        path = f"{FOLDER}/{name}"
        if default_storage.get_modified_time(path) < now - KEPT:
            default_storage.delete(path)
            gone += 1
    return gone
