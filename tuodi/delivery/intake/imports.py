"""Taking a workbook in: a dry run that changes nothing, then all families or none; the same file twice is one effect."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tuodi.core.identity import without_numbers
from tuodi.core.refusal import Refused
from tuodi.delivery.intake import selectors, services, workbook
from tuodi.delivery.intake.models import Application, ImportRun, Upload
from tuodi.kit.digest import sm3
from tuodi.records.journal import services as journal
from tuodi.records.org import rights
from tuodi.records.org.models import Officer

KEEP = timedelta(days=1)


class Faulty(Refused):
    """A workbook with faults: nothing was imported. `reading` holds them all."""

    def __init__(self, reading: workbook.Reading) -> None:
        self.reading = reading
        shown = "；".join(str(f) for f in reading.faults[:3])
        more = _("等 {n} 处").format(n=len(reading.faults)) if len(reading.faults) > 3 else ""
        super().__init__(_("表中有问题，一户也没有导入：{shown}{more}").format(shown=shown, more=more))


def already(content: bytes) -> ImportRun | None:
    """The import this very file made before, if it did."""
    return ImportRun.objects.filter(digest=sm3(content)).first()


def import_workbook(
    *,
    content: bytes,
    name: str,
    by: Officer,
    on: date,
    accept: bool = False,
    tell: Callable[[int, int], None] | None = None,
) -> ImportRun:
    """Take in every family of a workbook in one transaction, and accept those whose papers are complete if asked.

    The same file again answers with the run it made. Raises Faulty with every fault, kit.sheets.Unreadable when it is
    no table; either way nothing is written.
    """
    known = already(content)
    if known is not None:
        return known
    if not rights.may(by, "intake.import", None, on):
        raise Refused(_("您没有批量导入的权限"))
    reading = workbook.read(content, name, on=on, by=by)
    if reading.faults:
        raise Faulty(reading)
    try:
        return _write(reading, content, name, by, on, accept, tell)
    except IntegrityError:
        known = already(content)  # another window imported the same file in the same minute
        if known is None:
            raise
        return known


@transaction.atomic
def _write(
    reading: workbook.Reading,
    content: bytes,
    name: str,
    by: Officer,
    on: date,
    accept: bool,
    tell: Callable[[int, int], None] | None,
) -> ImportRun:
    digest = sm3(content)
    numbers, accepted = [], 0
    for done, family in enumerate(reading.families, 1):
        try:
            application = services.submit(
                key=f"import-{digest[:32]}-{family.key}",
                facts=family.facts,
                by=by,
                on=on,
                channel="batch",
                relatives=[services.Relative(*one) for one in family.relatives],
            )
        except Refused as why:  # between our look and our hand a counter took one of these people in
            raise Refused(_("户编号 {key}：{why}。一户也没有导入").format(key=family.key, why=why)) from why
        if (
            accept
            and rights.may(by, "intake.accept", application.area_id, on)
            and not selectors.missing(application, on)
        ):
            services.accept(application=application, by=by, on=on)
            accepted += 1
        numbers.append(application.number)
        if tell is not None:
            tell(done, len(reading.families))
    run = ImportRun.objects.create(
        digest=digest,
        name=without_numbers(name)[:120],
        imported_on=on,
        by=by.username,
        families=len(numbers),
        members=reading.members,
        numbers=numbers,
    )
    journal.record(
        "intake.import",
        by=by,
        on=on,
        record=run,
        note=f"{len(numbers)} families, {accepted} accepted, {digest[:16]}",
    )
    return run


def applications_of(run: ImportRun) -> list[Application]:
    """What an import made, in the order of the file."""
    found = {
        a.number: a
        for a in Application.objects.filter(number__in=run.numbers).select_related("applicant", "area")
    }
    return [found[n] for n in run.numbers if n in found]


# --- between dry run and import ------------------------------------------------------------------------


@transaction.atomic
def keep(*, content: bytes, name: str, by: Officer) -> Upload:
    """Keep an uploaded file, sealed, until it is imported or a day has passed."""
    Upload.objects.filter(uploaded_at__lt=timezone.now() - KEEP).delete()
    row, _made = Upload.objects.update_or_create(
        officer=by,
        digest=sm3(content),
        defaults={"name": without_numbers(name)[:120], "content": base64.b64encode(content).decode()},
    )
    return row


def kept(by: Officer, digest: str) -> tuple[bytes, str]:
    """An officer's own kept file and its name. Refused when it was swept: it must be uploaded again."""
    row = Upload.objects.filter(officer=by, digest=digest).first()
    if row is None:
        raise Refused(_("上传的文件已过期，请重新上传"))
    text = row.content.open() if hasattr(row.content, "open") else str(row.content)
    return base64.b64decode(text), row.name


def drop(by: Officer, digest: str) -> None:
    """Let a kept file go."""
    Upload.objects.filter(officer=by, digest=digest).delete()
