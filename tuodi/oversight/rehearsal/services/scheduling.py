"""From a draft to values in force: proposed by one person with a document and a day, signed by another, entered on its day.

Refused while a case fails, while what was rehearsed is not what stands in the draft, or where somebody else has meanwhile changed
what lies under it. On its day the same is looked at once more: what no longer holds is held back and said, never entered.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tuodi.core.refusal import Refused
from tuodi.kit.wording import in_chinese
from tuodi.oversight.rehearsal.cases import gate
from tuodi.oversight.rehearsal.drafted import digest_of_values, values_of
from tuodi.oversight.rehearsal.models import Draft, DraftValue
from tuodi.oversight.rehearsal.process import DRAFT
from tuodi.oversight.rehearsal.services.common import fresh
from tuodi.records.journal import services as journal
from tuodi.records.org import rights
from tuodi.records.org.models import Area
from tuodi.records.standards import selectors as standards
from tuodi.records.standards.services import set_value


@in_chinese()
@transaction.atomic
def propose(
    *, draft: Draft, document: str, activate_on: date, by: Any, on: date, version: int | None = None
) -> Draft:
    """The first signature: this draft, by this document, entered on this day."""
    rights.refuse_without(by, "rehearsal.draft", draft.area_id, on)
    row = fresh(draft, version)
    if row.state != "drafting":
        raise Refused(_("这份草案现在是“{state}”，不能提请").format(state=DRAFT.states[row.state]))
    if len(document.strip()) < 4:
        raise Refused(_("请写明文件名称和文号：没有文件不能施行"))
    if activate_on < on:
        raise Refused(_("入库日不能早于今天；追溯由各值自己的起始日表示"))
    _whole(row)
    newest = row.rehearsals.order_by("-pk").first()
    seen = digest_of_values(row)
    if newest is None or newest.values_digest != seen:
        raise Refused(_("请先用现在的值预演一遍，再提请施行"))
    return journal.advance(
        row,
        DRAFT,
        "propose",
        by=by,
        on=on,
        note=f"{document.strip()}，{activate_on.isoformat()} 入库",
        document=document.strip()[:200],
        activate_on=activate_on,
        proposed_by=journal.actor_name(by),
        proposed_on=on,
        seen=seen,
    )


def _whole(row: Draft) -> None:
    """Refused where there is nothing to enter or a case fails."""
    if not row.values.exists():
        raise Refused(_("草案里还没有值"))
    failing = gate(row)
    if failing:
        raise Refused(
            _("还有 {n} 个算例与预期不符（如“{name}”），逐个认可之后才能施行").format(
                n=len(failing), name=failing[0].name
            )
        )


@in_chinese()
@transaction.atomic
def sign(*, draft: Draft, by: Any, on: date, version: int | None = None) -> Draft:
    """The second signature, by another person: what was proposed and nothing else. Entered at once where its day has come."""
    rights.refuse_without(by, "rehearsal.sign", draft.area_id, on)
    row = fresh(draft, version)
    rights.refuse_same_person(by, [row.proposed_by, row.made_by], _("签发"))
    if row.state == "proposed":
        _unchanged(row)
        _whole(row)
    row = journal.advance(
        row,
        DRAFT,
        "sign",
        by=by,
        on=on,
        note=f"{row.document}，{row.activate_on} 入库",
        signed_by=journal.actor_name(by),
        signed_on=on,
    )
    if row.activate_on is not None and row.activate_on <= on:
        row = activate(draft=row, on=on)
    return row


def _unchanged(row: Draft) -> None:
    if digest_of_values(row) != row.seen:
        raise Refused(_("提请之后，草案所改的参数已有变动：请退回，重新预演后再提请"))


@in_chinese()
@transaction.atomic
def send_back(*, draft: Draft, note: str, by: Any, on: date, version: int | None = None) -> Draft:
    """Back to the drafter, with a reason."""
    rights.refuse_without(by, "rehearsal.sign", draft.area_id, on)
    if len(note.strip()) < 2:
        raise Refused(_("请写明退回的理由"))
    row = fresh(draft, version)
    return journal.advance(row, DRAFT, "return", by=by, on=on, remark=note.strip(), seen="")


@in_chinese()
@transaction.atomic
def withdraw(*, draft: Draft, note: str, by: Any, on: date, version: int | None = None) -> Draft:
    """Given up, at any time before it is in force."""
    rights.refuse_without(by, "rehearsal.draft", draft.area_id, on)
    if len(note.strip()) < 2:
        raise Refused(_("请写明撤回的理由"))
    row = fresh(draft, version)
    return journal.advance(row, DRAFT, "withdraw", by=by, on=on, remark=note.strip())


@in_chinese()
@transaction.atomic
def activate(*, draft: Draft, on: date) -> Draft:
    """Enter a signed draft's values into the register. Twice is once: the row moves from `scheduled` or not at all."""
    row = fresh(draft, None)
    if row.state == "active":
        return row
    if row.state != "scheduled" or row.activate_on is None or row.activate_on > on:
        raise Refused(_("还没有到这份草案的入库日，或还没有两人签字"))
    assert row.proposed_by and row.signed_by and row.proposed_by != row.signed_by, "signed by two people"
    _unchanged(row)
    _whole(row)
    info = standards.parameters().info
    areas = Area.objects.in_bulk({v.area_code for v in values_of(row)})
    for value in values_of(row):
        made = set_value(
            info=info[value.key],
            area=areas[value.area_code],
            since=value.since,
            value=value.value,
            basis=row.document,
            mark=value.mark,
            by=journal.SYSTEM,
            on=on,
        )
        DraftValue.objects.filter(pk=value.pk).update(row=made)
    return journal.advance(
        row,
        DRAFT,
        "activate",
        by=journal.SYSTEM,
        on=on,
        note=f"{row.document}；提请 {row.proposed_by}，签发 {row.signed_by}",
        activated_on=on,
        held_because="",
    )


@in_chinese()
def activate_due(*, on: date) -> tuple[int, int]:
    """Every signed draft whose day has come, each in its own transaction; (entered, held back)."""
    done = held = 0
    waiting = Draft.objects.filter(state="scheduled", activate_on__lte=on).order_by("activate_on", "pk")
    for row in list(waiting):
        try:
            activate(draft=row, on=on)
            done += 1
        except Refused as refusal:
            Draft.objects.filter(pk=row.pk, state="scheduled").update(held_because=str(refusal)[:300])
            held += 1
    return done, held
