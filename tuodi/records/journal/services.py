"""Writing the journal: every act ends here with one line, and the chain's head is kept outside the database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tuodi.core.calendar import WorkCalendar
from tuodi.core.identity import without_numbers
from tuodi.core.process import Process
from tuodi.core.refusal import Refused
from tuodi.kit.sealed import lookup_hash
from tuodi.records.journal.anchors import (
    anchor_age,
    anchor_if_due,
    anchoring_stopped,
    last_anchor,
    write_anchor,
)
from tuodi.records.journal.chain import GENESIS, clean, day_text, line_digest, moment_text
from tuodi.records.journal.models import JournalHead, JournalLine, Remark
from tuodi.records.journal.ports import ports
from tuodi.records.journal.verify import Fault, verify

__all__ = [
    "SYSTEM",
    "Fault",
    "advance",
    "anchor_age",
    "anchor_if_due",
    "anchoring_stopped",
    "append",
    "append_many",
    "area_of",
    "last_anchor",
    "lines_of",
    "record",
    "reference",
    "reveal",
    "verify",
    "write_anchor",
]

Row = TypeVar("Row", bound=models.Model)
SYSTEM = "system"  # the actor of work no person started; may take only steps whose role is "system"


def actor_name(by: Any) -> str:
    """The name a line carries: an officer's user name, or the text given for the system itself."""
    return by if isinstance(by, str) else by.get_username()


def area_of(record: models.Model) -> str:
    """The area code a record lies in: its own `area_id` or `area_code`, else that of its household or application."""
    for name in ("area_id", "area_code"):
        code = getattr(record, name, None)
        if code:
            return str(code)
    for name in ("household", "application", "case", "batch"):
        other = getattr(record, name, None)
        if isinstance(other, models.Model):
            return area_of(other)
    raise AssertionError(f"{record._meta.label} has no area: give it `area` or an `area_code` property")


def reference(record: models.Model | tuple[str, str]) -> tuple[str, str]:
    """The kind and id under which a record stands in the journal, e.g. ("intake.application", "17")."""
    if isinstance(record, tuple):
        return record[0], str(record[1])
    return record._meta.label_lower, str(record.pk)


def append(
    act: str,
    *,
    by: Any,
    on: date,
    record: models.Model | tuple[str, str],
    area_code: str | None = None,
    state_from: str = "",
    state_to: str = "",
    purpose: str = "",
    note: str = "",
    remark: str = "",
) -> JournalLine:
    """Add one line inside the caller's transaction; holds the head until that commits, so there is one chain.

    `note` is what the platform says (figures, references); what a person typed goes into `remark` and is sealed.
    """
    kind, key = reference(record)
    if area_code is None:
        try:
            area_code = "" if isinstance(record, tuple) else area_of(record)
        except AssertionError:
            area_code = ""  # a record of no place (a parameter, a calendar year)
    return append_many(
        [
            {
                "act": act,
                "actor": actor_name(by),
                "business_day": on,
                "record_kind": kind,
                "record_id": key,
                "area_code": area_code,
                "state_from": state_from,
                "state_to": state_to,
                "purpose": purpose,
                "note": note,
                "remark": remark,
            }
        ]
    )[0]


def append_many(lines: Sequence[dict[str, Any]], *, moment: datetime | None = None) -> list[JournalLine]:
    """Add lines in order under one hold of the head. For seeding and batches; `append` is the everyday way.

    Each dict has act, actor, business_day, record_kind, record_id and may have area_code, state_from, state_to,
    purpose, note, remark and moment.
    """
    assert connection.in_atomic_block, "a journal line belongs to the transaction of its act"
    if not lines:
        return []
    head = JournalHead.objects.select_for_update().filter(pk=1).first()
    if head is None:
        # Only before the very first line, where several may be first; with lines already there, line 1 would clash
        # and stop us, as it should.
        JournalHead.objects.bulk_create(
            [JournalHead(pk=1, sequence=0, digest=GENESIS)], ignore_conflicts=True
        )
        head = JournalHead.objects.select_for_update().get(pk=1)
    moment = moment or timezone.now()
    made: list[JournalLine] = []
    remarks: list[Remark] = []
    sequence, previous = head.sequence, head.digest
    for fields in lines:
        sequence += 1
        text = fields.get("remark", "").strip()
        line = JournalLine(
            sequence=sequence,
            previous=previous,
            **{"moment": moment, **{name: value for name, value in fields.items() if name != "remark"}},
        )
        # A citizen number or a long account in a note would stay in the journal for ever.
        line.purpose = without_numbers(clean(line.purpose))[:200]
        line.note = without_numbers(clean(line.note))
        if text:
            line.note = f"{line.note} {remark_mark(text)}".lstrip()
            remarks.append(Remark(line=line, text=text))
        line.digest = previous = digest_of(line)
        made.append(line)
    if len(made) == 1:
        made[0].save(force_insert=True)
    else:
        JournalLine.objects.bulk_create(made, batch_size=2000)
    if remarks:
        Remark.objects.bulk_create(remarks, batch_size=2000)
    JournalHead.objects.filter(pk=1).update(sequence=sequence, digest=previous)
    return made


def digest_of(line: JournalLine) -> str:
    """The hash a line must carry: over all its columns, the hash of the line before among them."""
    digest = line_digest(
        (
            str(line.sequence),
            moment_text(line.moment),
            day_text(line.business_day),
            line.actor,
            line.act,
            line.record_kind,
            line.record_id,
            line.area_code,
            line.state_from,
            line.state_to,
            line.purpose,
            line.note,
            line.previous,
        )
    )
    assert digest is not None, "a journal line holds the separator character"
    return digest


def remark_mark(text: str) -> str:
    """How a line names the remark beside it: by a keyed hash, which nobody without the key can try guesses on."""
    return f"remark:{lookup_hash(text)[:32]}"


# No savepoint of its own: nothing in it is refused, and an act writes several lines.
@transaction.atomic(savepoint=False)
def record(
    act: str,
    *,
    by: Any,
    on: date,
    record: models.Model | tuple[str, str],
    state_from: str = "",
    state_to: str = "",
    purpose: str = "",
    note: str = "",
    remark: str = "",
    area_code: str | None = None,
) -> JournalLine:
    """One line for an act that moves no row through a procedure. `by` is an Officer, or SYSTEM.

    `note` is what the platform says; what a person typed goes into `remark` and is sealed.
    """
    return append(
        act,
        by=by,
        on=on,
        record=record,
        area_code=area_code,
        state_from=state_from,
        state_to=state_to,
        purpose=purpose,
        note=note,
        remark=remark,
    )


@transaction.atomic
def advance(
    row: Row,
    process: Process,
    act: str,
    *,
    by: Any,
    on: date,
    note: str = "",
    remark: str = "",
    purpose: str = "",
    working: WorkCalendar | None = None,
    **fields: Any,
) -> Row:
    """Move `row` by the step `act` of `process` from the state it is in, and write the line that says so.

    Compare-and-set on state and version: of two officers at once one is Refused. Sets `state`, `state_since` and
    `due` (by the limit of the new state; pass `due=` to say otherwise), raises `version`, and stores `fields` with it.
    """
    source = row.state
    step = process.step(act, source)
    if step is None:
        raise Refused(_refuse_step(process, act, source))
    area_code = area_of(row)
    if by != SYSTEM or step.role != SYSTEM:
        allowed = not isinstance(by, str) and ports.holds(by, step.role, area_code, on)
        if not allowed:
            raise Refused(
                _("“{step}”由本辖区“{role}”办理，您没有这一岗位").format(
                    step=step.label, role=role_label(step.role)
                )
            )
    if "due" not in fields:
        fields["due"] = process.due(step.target, on, working or ports.calendar())
    fields |= {"state": step.target, "state_since": on, "version": row.version + 1}
    moved = type(row)._base_manager.filter(pk=row.pk, state=source, version=row.version).update(**fields)
    if moved != 1:
        raise Refused(_("这件事刚被别人办理过，请刷新后再看"))
    for name, value in fields.items():
        setattr(row, name, value)
    append(
        f"{process.key}.{act}",
        by=by,
        on=on,
        record=row,
        area_code=area_code,
        state_from=source,
        state_to=step.target,
        purpose=purpose,
        note=note,
        remark=remark,
    )
    return row


role_labels: dict[str, str] = {SYSTEM: "系统"}  # filled in by org, which owns the roles


def role_label(role: str) -> str:
    """What a role is called on the page."""
    return str(role_labels.get(role, role))


def _refuse_step(process: Process, act: str, source: str) -> str:
    label = next((s.label for s in process.steps if s.act == act), act)
    state = process.states.get(source, source)
    ways = "、".join(s.label for s in process.steps_from(source))
    text = _("“{process}”现在是“{state}”，不能“{act}”").format(process=process.label, state=state, act=label)
    return text + (_("；现在可以：{ways}").format(ways=ways) if ways else _("；程序已经结束"))


@transaction.atomic
def reveal(record: models.Model, field: str, *, by: Any, on: date, purpose: str) -> Any:
    """Open a sealed field of `record` for a stated purpose. The line is written with it, in the same transaction.

    Refused without a purpose, without the right in the record's area, and beyond settings.REVEALS_PER_HOUR.
    """
    purpose = purpose.strip()
    if len(purpose) < 2:
        raise Refused(_("查看完整信息须写明用途"))
    area_code = area_of(record)
    if not ports.may(by, "reveal", area_code, on):
        raise Refused(_("您没有在本辖区查看完整信息的权限"))
    limit = getattr(settings, "REVEALS_PER_HOUR", 30)
    hour_ago = timezone.now() - timedelta(hours=1)
    append("reveal", by=by, on=on, record=record, area_code=area_code, remark=purpose, note=field)
    # Counted after our own line, under the head's lock: two windows at once cannot both be the last one.
    if JournalLine.objects.filter(actor=actor_name(by), act="reveal", moment__gt=hour_ago).count() > limit:
        raise Refused(_("一小时内查看完整信息已达 {limit} 次，请稍后再试或联系管理员").format(limit=limit))
    sealed = getattr(record, field)
    return "" if sealed is None else sealed.open()


def lines_of(records: Iterable[models.Model | tuple[str, str]]) -> models.QuerySet[JournalLine]:
    """The lines of some records, oldest first, in one query: the timeline of a case."""
    wanted = models.Q(pk__in=())
    for one in records:
        kind, key = reference(one)
        wanted |= models.Q(record_kind=kind, record_id=key)
    return JournalLine.objects.filter(wanted).select_related("remark").order_by("sequence")
