"""Damaged files by the thousand: none crashes the reader, none is half imported (reliability.md D1)."""

from __future__ import annotations

import io
import os
import random
import resource
import time
import zipfile

import pytest
from django.db import transaction

from tests.delivery.intake.conftest import DAY, family
from tests.delivery.intake.test_workbook import filled, rows_as_csv
from tuodi.core.refusal import Refused
from tuodi.delivery.intake import imports, services, workbook
from tuodi.delivery.intake.models import Application, ImportRun
from tuodi.kit.sheets import Unreadable
from tuodi.records.people.models import Person

TRAPS = [
    "5.33103E+17", "", " ", "\u200b", "＝1+1", "=1+1", "@SUM(A1)", "-1", "1e308", "nan", "#N/A", "是", "不详", "2026-02-30", "60",
    "533103198002290011", "𠮷", "\u202e", "'", '"', "<b>", "&#0;", "户编号", "9" * 400, "0", "-0", "∞", "１２３", "Ⅳ", "½", "٣", "²",
]  # fmt: skip


def from_zip(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return {i.filename: parts.read(i.filename) for i in parts.infolist()}


def to_zip(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as out:
        for name, data in parts.items():
            out.writestr(name, data)
    return stream.getvalue()


def bytes_flipped(data: bytes, dice: random.Random, most: int = 12) -> bytes:
    changed = bytearray(data)
    for _ in range(dice.randint(1, most)):
        if changed:
            changed[dice.randrange(len(changed))] = dice.randrange(256)
    return bytes(changed)


def mutated(good: bytes, parts: dict[str, bytes], table: str, dice: random.Random) -> tuple[bytes, str]:
    """A damaged file and its name: whole bytes, one part, one text, parts gone or doubled, or a text table."""
    kind = dice.randrange(9)
    names = list(parts)
    if kind == 0:
        return bytes_flipped(good, dice), "a.xlsx"
    if kind == 1:
        return good[: dice.randrange(len(good))], "a.xlsx"
    if kind == 2:
        name = dice.choice(names)
        return to_zip({**parts, name: bytes_flipped(parts[name], dice, 4)}), "a.xlsx"
    if kind == 3:
        gone = dice.choice(names)
        return to_zip({n: d for n, d in parts.items() if n != gone}), "a.xlsx"
    if kind in (4, 5):  # a value of a cell swapped for a trap
        texts = parts["xl/sharedStrings.xml"].split(b"<t")
        for _ in range(dice.randint(1, 3)):
            at = dice.randrange(1, len(texts))
            trap = dice.choice(TRAPS).replace("&", "&amp;").replace("<", "&lt;").encode("utf-8", "replace")
            texts[at] = b' xml:space="preserve">' + trap + b"</t>" + texts[at].split(b"</t>", 1)[1]
        return to_zip({**parts, "xl/sharedStrings.xml": b"<t".join(texts)}), "a.xlsx"
    if kind == 6:  # a piece of one sheet moved into another
        sheets = [n for n in names if "worksheets/sheet" in n]
        a, b = dice.choice(sheets), dice.choice(sheets)
        cut, length = dice.randrange(len(parts[a])), dice.randrange(400)
        at = dice.randrange(len(parts[b]))
        return to_zip({**parts, b: parts[b][:at] + parts[a][cut : cut + length] + parts[b][at:]}), "a.xlsx"
    rows = table.split("\r\n")
    cells = [row.split(",") for row in rows]
    row = dice.choice(cells)
    row[dice.randrange(len(row))] = dice.choice(TRAPS)
    if dice.random() < 0.3:
        dice.shuffle(cells)
    text = "\r\n".join(",".join(r) for r in cells).encode(
        dice.choice(["utf-8", "gb18030", "utf-16", "utf-8-sig"]), "replace"
    )
    return (bytes_flipped(text, dice, 3) if kind == 8 else text), "a.csv"


def try_one(content: bytes, name: str, by) -> str:
    """What became of a file; asserts that nothing or everything of it was taken in."""
    before = Application.objects.count(), Person.objects.count(), ImportRun.objects.count()
    outcome = "refused"
    try:
        with transaction.atomic():
            try:
                run = imports.import_workbook(content=content, name=name, by=by, on=DAY)
            except (Unreadable, Refused) as why:
                assert (
                    Application.objects.count(),
                    Person.objects.count(),
                    ImportRun.objects.count(),
                ) == before, "half imported"
                if isinstance(why, imports.Faulty):
                    assert all(f.message and f.row > 0 and f.sheet for f in why.reading.faults)
                    if len(content) % 5 == 0:
                        assert workbook.with_faults(why.reading, name)[:2] == b"PK"
                raise
            assert Application.objects.count() == before[0] + run.families and run.families == len(
                run.numbers
            )
            outcome = "imported"
            transaction.set_rollback(True)
    except (Unreadable, Refused) as why:
        assert str(why)
    return outcome


@pytest.mark.django_db
def test_damaged_files_are_refused_or_taken_in_whole(counter):
    many = int(os.environ.get("TUODI_MUTATIONS") or (20_000 if os.environ.get("TUODI_NIGHTLY") else 2_000))
    seed = int(os.environ.get("TUODI_SEED") or random.SystemRandom().randrange(10**9))
    print(f"TUODI_SEED={seed}")
    dice = random.Random(seed)
    good = filled(family(), family(201))
    parts, table = from_zip(good), rows_as_csv(family())
    outcomes = {"refused": 0, "imported": 0}
    slowest, started = 0.0, time.monotonic()
    for n in range(many):
        content, name = mutated(good, parts, table, dice)
        begun = time.monotonic()
        try:
            outcomes[try_one(content, name, counter)] += 1
        except Exception as crash:
            raise AssertionError(
                f"TUODI_SEED={seed}, file {n} ({name}): {type(crash).__name__}: {crash}"
            ) from crash
        slowest = max(slowest, time.monotonic() - begun)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{many} files in {time.monotonic() - started:.1f} s, {outcomes}, slowest {slowest:.2f} s, peak {peak:.0f} MB"
    )
    assert slowest < 10 and peak < 900
    assert outcomes["imported"] > many // 100 and outcomes["refused"] > many // 3, (
        "the damage must neither spare nor kill all"
    )


@pytest.mark.django_db
def test_the_harness_bites_a_reader_that_writes_as_it_reads(counter, monkeypatch):
    """The broken twin: an import without one transaction, stopped after the first family, must be caught."""

    def leaky(reading, content, name, by, on, accept, tell):
        first = reading.families[0]
        services.submit(key="leak", facts=first.facts, by=by, on=on, channel="batch")
        raise Refused("stopped")

    monkeypatch.setattr(imports, "_write", leaky)
    with pytest.raises(AssertionError, match="half imported"):
        try_one(filled(family(), family(201)), "a.xlsx", counter)
