"""Issuing letters: the number is taken and the content frozen in the transaction of the act they tell of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import connection, models, transaction
from django.db.models import F

from tuodi.core.areas import county_of
from tuodi.kit.digest import digest_of
from tuodi.kit.letters import LETTERS as TEMPLATES
from tuodi.kit.letters import render_letter
from tuodi.kit.letters.office import office_letter
from tuodi.kit.wording import in_chinese
from tuodi.policy.procedures import procedure_on
from tuodi.records.documents.letters import LETTERS, issuer_name, number_text
from tuodi.records.documents.models import Document, DocumentCounter
from tuodi.records.journal import services as journal
from tuodi.records.journal.models import JournalHead
from tuodi.records.org.models import Area
from tuodi.records.org.rights import refuse_without
from tuodi.records.people.models import Household

FORM = 1  # the layout of the letters; a later layout gets the next number and old letters keep theirs


class Altered(Exception):
    """A stored letter no longer equals its digest: somebody changed the row beside the platform."""


def take_number(kind: str, area_code: str, on: date) -> str:
    """The next number for a letter of `kind` in the county of a place, where the record itself carries it."""
    return next_number(Area.objects.get(pk=county_of(area_code)), LETTERS[kind].word, on)


def next_number(county: Area, word: str, on: date) -> str:
    """The next number of a county's series in a year: without gaps, for it is given back when the act fails."""
    return next_numbers(county, word, on, 1)[0]


def next_numbers(county: Area, word: str, on: date, count: int) -> list[str]:
    """The next `count` numbers of a county's series in a year, in order."""
    assert connection.in_atomic_block, "a number belongs to the transaction of its letter"
    series = f"{county.pk}:{word}:{on.year}"
    # The journal's head is held first by every act, so two acts never wait for each other crosswise.
    JournalHead.objects.select_for_update().filter(pk=1).first()
    DocumentCounter.objects.bulk_create([DocumentCounter(series=series)], ignore_conflicts=True)
    DocumentCounter.objects.filter(pk=series).update(last=F("last") + count)
    last = DocumentCounter.objects.values_list("last", flat=True).get(pk=series)
    return [number_text(county.name, word, on.year, n) for n in range(last - count + 1, last + 1)]


@in_chinese()
@transaction.atomic
def issue_letter(
    *,
    kind: str,
    record: models.Model,
    household: Household,
    data: Mapping[str, Any],
    by: Any,
    on: date,
    number: str = "",
    level: str = "",
) -> Document:
    """Issue a letter of `kind` (`letters.LETTERS`) about `record`, file it under `household`, and return its row.

    `data` is what the template in `tuodi.kit.letters` needs: days as dates, money in fen under `_fen` names; issuer, day and
    document number are put in here, and where `data` has none the ground (the procedure of the day) and the township.
    It writes no journal line of its own: the act that issues it does. `number` is given
    where the record itself carries the letter's number (`take_number`), `level` where another than usual signs.
    """
    letter = LETTERS[kind]
    place = journal.area_of(record)
    areas = Area.objects.in_bulk({place, place[:9], county_of(place)})
    county = areas[county_of(place)]
    signing = county if (level or letter.level) == "county" else areas.get(place[:9], county)
    number = number or next_number(county, letter.word, on)
    said = {
        "basis": procedure_on(on).document,
        "place": areas.get(place[:9], county).name,
        **data,
        "serial": number,
    }
    said |= {"issuer": issuer_name(signing.pk, signing.name), "issued_on": on}
    missing = sorted(TEMPLATES[kind].needs - said.keys())
    assert not missing, f"a letter of kind {kind} needs {', '.join(missing)}"
    content = {"form": FORM, "kind": kind, "data": packed(said)}
    record_kind, record_id = journal.reference(record)
    return Document.objects.create(
        kind=kind,
        number=number,
        household=household,
        area_id=place,
        record_kind=record_kind,
        record_id=record_id,
        title=letter.title,
        content=content,
        digest=digest_of(content),
        issued_on=on,
        issued_by=journal.actor_name(by),
    )


def packed(value: Any) -> Any:
    """Letter data as JSON: a day becomes {"day": "2026-11-23"}, so that it comes back as a day and nothing else does."""
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, Mapping):
        assert set(value) != {"day"}, "a mapping with nothing but `day` would come back as a date"
        return {str(k): packed(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [packed(v) for v in value]
    return value


def unpacked(value: Any) -> Any:
    """The way back from `packed`."""
    if isinstance(value, dict):
        if set(value) == {"day"}:
            return date.fromisoformat(value["day"])
        return {k: unpacked(v) for k, v in value.items()}
    return [unpacked(v) for v in value] if isinstance(value, list) else value


def opened(document: Document) -> dict[str, Any]:
    """What a stored letter says. Raises Altered where it is not what was issued."""
    row = Document.objects.get(pk=document.pk)
    content: dict[str, Any] = row.content.open()
    if (
        digest_of(content) != row.digest
        or content["data"]["serial"] != row.number
        or content["kind"] != row.kind
    ):
        raise Altered(f"document {row.pk} does not equal its digest")
    said: dict[str, Any] = unpacked(content["data"])
    return said


def rendered(document: Document) -> bytes:
    """The PDF of a letter from its frozen content and nothing else: the same bytes each time."""
    return render_letter(document.kind, opened(document))


def editable(document: Document) -> bytes:
    """The same words as .docx for an office to work on; its properties say that the PDF is the letter that was issued."""
    note = f"工作稿。以存档的 PDF 文书为准，存档摘要（SM3）{document.digest}"
    return office_letter(document.kind, opened(document), note=note)


@transaction.atomic
def download(document: Document, *, by: Any, on: date, form: str = "pdf") -> bytes:
    """The letter as PDF, or as the .docx an office edits. Who took it, and which, is journalled."""
    assert form in ("pdf", "docx"), form
    refuse_without(by, "documents.see", document.area_id, on)
    made = rendered(document) if form == "pdf" else editable(document)
    note = document.number if form == "pdf" else f"{document.number} docx"
    journal.record("documents.download", by=by, on=on, record=document, note=note)
    return made
