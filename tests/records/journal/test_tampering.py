"""C1: a thousand random tamperings of the journal, each found; and the checks that would let them through without."""

from __future__ import annotations

import os
import random
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from tuodi.kit.append_only import append_only_reverse_sql
from tuodi.records.journal import anchors, services
from tuodi.records.journal import verify as verifying
from tuodi.records.journal.chain import COLUMNS, GENESIS
from tuodi.records.journal.models import JournalHead, JournalLine, Remark

LINES, ANCHORED = 90, (30, 60, 90)
TAMPERINGS = 10_000 if os.environ.get("TUODI_NIGHTLY") else 1_000
TABLE, REMARKS = "journal_journalline", "journal_remark"
NAMES = (*COLUMNS, "digest")
SEED = int(os.environ.get("TUODI_SEED", "20261123"))


@pytest.fixture
def journal(db, tmp_path, settings):
    """Ninety lines with three anchors, the triggers off as for one who owns the database."""
    settings.ANCHOR_FILE = tmp_path / "heads.jsonl"
    chance = random.Random(SEED)
    begin = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=5)
    for n in range(1, LINES + 1):
        services.append_many(
            [
                {
                    "act": chance.choice(("intake.accept", "determination.confirm", "reveal")),
                    "actor": chance.choice(("counter", "confirmer")),
                    "business_day": date(2026, 11, chance.randint(1, 30)),
                    "record_kind": "intake.application",
                    "record_id": str(chance.randint(1, 9999)),
                    "area_code": "533103205",
                    "state_from": "submitted",
                    "state_to": "accepted",
                    "purpose": chance.choice(("", "核对身份")),
                    "note": chance.choice(("", "材料齐全", "𠮷某\n第二行")),
                    "remark": chance.choice(("", "患病住院，暂缓", "补正后再议")) if n > 1 else "退回重查",
                }
            ],
            moment=begin + timedelta(milliseconds=chance.choice((0, 1, 250)) * n),
        )
        if n in ANCHORED:
            assert anchors._write() is not None
    with connection.cursor() as cursor:
        for table in (TABLE, REMARKS):
            for statement in append_only_reverse_sql(table, connection.vendor):
                cursor.execute(statement)
    assert services.verify() == []


def rows() -> list[list]:
    return [list(r) for r in JournalLine.objects.order_by("sequence").values_list(*NAMES)]


def run(sql: str, *given: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)


def store(lines: list[list]) -> None:
    """Replace the whole journal, head included, as one who owns the database could."""
    run(f"DELETE FROM {TABLE}")
    JournalLine.objects.bulk_create([JournalLine(**dict(zip(NAMES, line, strict=True))) for line in lines])
    last = lines[-1] if lines else [0] * (len(NAMES) - 1) + [GENESIS]
    JournalHead.objects.filter(pk=1).update(sequence=last[0], digest=last[-1])


def recompute(lines: list[list]) -> list[list]:
    """Numbers, links and hashes made right again from the first line on."""
    previous = GENESIS
    for n, line in enumerate(lines, start=1):
        line[0], line[-2] = n, previous
        line[-1] = previous = services.digest_of(JournalLine(**dict(zip(NAMES, line, strict=True))))
    return lines


def flip_a_bit(chance: random.Random) -> set[int]:
    """One bit of one column of one line, wherever the database will hold the result."""
    while True:
        line = chance.randint(1, LINES)
        name = chance.choice(NAMES)
        if name == "sequence":
            other = line ^ (1 << chance.randint(0, 20))
            if 1 <= other <= LINES:
                continue
            run(f"UPDATE {TABLE} SET sequence = %s WHERE sequence = %s", other, line)
            return {line, other}
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT CAST({name} AS BLOB) FROM {TABLE} WHERE sequence = %s", [line])
                raw = bytearray(cursor.fetchone()[0])
            if not raw:
                continue
            raw[chance.randrange(len(raw))] ^= 1 << chance.randint(0, 7)
            # bytes that are no UTF-8 as well: what a bad disk would leave
            run(f"UPDATE {TABLE} SET {name} = CAST(%s AS TEXT) WHERE sequence = %s", bytes(raw), line)
            return {line}
        value = JournalLine.objects.filter(pk=line).values_list(name, flat=True)[0]
        if isinstance(value, datetime):
            changed: object = value + timedelta(microseconds=1 << chance.randint(0, 30))
        elif isinstance(value, date):
            changed = value + timedelta(days=1 << chance.randint(0, 9))
        elif value:
            place = chance.randrange(len(value))
            changed = (
                value[:place] + chr(ord(value[place]) ^ (1 << chance.randint(0, 6))) + value[place + 1 :]
            )
        else:
            continue
        try:
            with transaction.atomic():
                run(f"UPDATE {TABLE} SET {name} = %s WHERE sequence = %s", changed, line)
        except (DatabaseError, ValueError):
            continue  # NUL or a lone surrogate: PostgreSQL will not hold it
        return {line}


def delete_a_line(chance: random.Random) -> set[int]:
    line = chance.randint(1, LINES)
    run(f"DELETE FROM {TABLE} WHERE sequence = %s", line)
    return {line}


def empty_a_column(chance: random.Random) -> set[int]:
    while True:
        line, name = chance.randint(1, LINES), chance.choice(("note", "purpose", "act", "area_code"))
        if JournalLine.objects.filter(pk=line).values_list(name, flat=True)[0]:
            run(f"UPDATE {TABLE} SET {name} = '' WHERE sequence = %s", line)
            return {line}


def move_text_to_the_next_column(chance: random.Random) -> set[int]:
    """The same text, cut elsewhere: the hash must know where one column ends."""
    line = chance.randint(1, LINES)
    run(f"UPDATE {TABLE} SET state_from = 'submittedaccepted', state_to = '' WHERE sequence = %s", line)
    return {line}


def remarked(chance: random.Random) -> Remark:
    return chance.choice(list(Remark.objects.order_by("pk")))


def put_other_words(chance: random.Random) -> set[int]:
    """A remark written anew under the installation's own key: well sealed, and not what the line was bound to."""
    one = remarked(chance)
    Remark.objects.filter(pk=one.pk).update(text="家庭同意，无异议")
    return {one.pk}


def take_another_lines_words(chance: random.Random) -> set[int]:
    while True:
        one, other = remarked(chance), remarked(chance)
        if one.text.open() != other.text.open():
            Remark.objects.filter(pk=one.pk).update(text=other.text)
            return {one.pk}


def damage_the_words(chance: random.Random) -> set[int]:
    one = remarked(chance)
    box = bytearray(one.text.box)
    box[chance.randrange(len(box))] ^= 1 << chance.randint(0, 7)
    run(f"UPDATE {REMARKS} SET text = %s WHERE line_id = %s", bytes(box), one.pk)
    return {one.pk}


def take_the_words_away(chance: random.Random) -> set[int]:
    one = remarked(chance)
    run(f"DELETE FROM {REMARKS} WHERE line_id = %s", one.pk)
    return {one.pk}


def add_words_to_a_silent_line(chance: random.Random) -> set[int]:
    silent = chance.choice([*JournalLine.objects.filter(remark=None).values_list("pk", flat=True), LINES + 5])
    Remark.objects.create(line_id=silent, text="另有说明")
    return {silent}


def insert_a_line(chance: random.Random) -> None:
    lines = rows()
    copy = list(chance.choice(lines))
    lines.insert(chance.randint(0, LINES - 1), copy)
    store(recompute(lines))


def insert_with_its_own_hash(chance: random.Random) -> None:
    """A forged line between two others, numbered and linked well, the rest only renumbered."""
    lines = rows()
    place = chance.randint(1, LINES - 1)
    forged = list(lines[place])
    forged[NAMES.index("note")] = "forged"
    lines.insert(place, forged)
    for n, line in enumerate(lines, start=1):
        line[0] = n
    forged[-1] = services.digest_of(JournalLine(**dict(zip(NAMES, forged, strict=True))))
    store(lines)


def swap_two_lines(chance: random.Random) -> None:
    lines = rows()
    one, other = chance.sample(range(LINES), 2)
    for place in range(1, len(NAMES)):
        lines[one][place], lines[other][place] = lines[other][place], lines[one][place]
    store(lines)


def cut_the_tail(chance: random.Random) -> None:
    left = chance.randint(0, LINES - 1)
    store(rows()[:left])
    run(f"DELETE FROM {REMARKS} WHERE line_id > %s", left)  # a thorough thief


def recompute_the_chain(chance: random.Random) -> None:
    lines = rows()
    line = lines[chance.randrange(LINES)]
    line[NAMES.index("actor")] = "nobody"
    store(recompute(lines))


WORDS = (
    put_other_words, take_another_lines_words, damage_the_words, take_the_words_away, add_words_to_a_silent_line,
)  # fmt: skip
NAMED = (
    flip_a_bit, flip_a_bit, flip_a_bit, flip_a_bit, delete_a_line, empty_a_column, move_text_to_the_next_column, *WORDS,
)  # fmt: skip
WHOLE = (insert_a_line, insert_with_its_own_hash, swap_two_lines, cut_the_tail, recompute_the_chain)


@pytest.mark.timeout(900)
def test_every_tampering_is_found_and_single_lines_are_named(journal):
    chance = random.Random(SEED)
    print(f"seed {SEED}")
    missed, misnamed = [], []
    for n in range(TAMPERINGS):
        tamper = chance.choice(NAMED if chance.random() < 0.8 else WHOLE)
        mark = transaction.savepoint()
        wrong = tamper(chance)
        faults = services.verify()
        transaction.savepoint_rollback(mark)
        if not faults:
            missed.append((n, tamper.__name__))
        elif wrong is not None and faults[0].sequence not in wrong:
            misnamed.append((n, tamper.__name__, wrong, str(faults[0])))
    assert not missed, f"seed {SEED}: {missed}"
    assert not misnamed, f"seed {SEED}: {misnamed}"
    assert services.verify() == []


def undone(tamper, seed: int = SEED):
    """The faults a tampering leaves; the journal is whole again afterwards."""
    mark = transaction.savepoint()
    tamper(random.Random(seed))
    faults = services.verify()
    transaction.savepoint_rollback(mark)
    return faults


def test_without_anchors_a_recomputed_chain_and_a_cut_tail_are_invisible(journal, tmp_path, settings):
    """The broken twin: what the anchors are for."""
    assert undone(recompute_the_chain) and undone(cut_the_tail)
    settings.ANCHOR_FILE = tmp_path / "none.jsonl"
    assert undone(recompute_the_chain) == []
    assert undone(cut_the_tail) == []


def test_a_hash_that_leaves_a_column_out_misses_a_change_of_it(journal, monkeypatch):
    """The broken twin of the hash over every column."""
    kept = verifying.joined_digest
    at = COLUMNS.index("note")

    def blind(joined):
        columns = joined.split(b"\x1f")
        stored = by_sequence[int(columns[0])]
        return kept(b"\x1f".join([*columns[:at], stored, *columns[at + 1 :]]))

    by_sequence = {line.sequence: line.note.encode() for line in JournalLine.objects.all()}
    monkeypatch.setattr(verifying, "joined_digest", blind)
    silent = JournalLine.objects.filter(remark=None).values_list("pk", flat=True)[20]
    run(f"UPDATE {TABLE} SET note = 'forged' WHERE sequence = %s", silent)
    assert services.verify() == []
    monkeypatch.setattr(verifying, "joined_digest", kept)
    assert [f.sequence for f in services.verify()] == [silent]


def test_a_line_that_does_not_bind_its_words_lets_them_be_exchanged(journal, monkeypatch):
    """The broken twin of the mark in the note: words can be changed, exchanged and taken away unseen."""
    assert all(undone(tamper) for tamper in WORDS)
    monkeypatch.setattr(verifying, "_remarks", lambda: iter(()))
    monkeypatch.setattr(verifying, "_MARK", re.compile(rb"(?!)"))
    assert not any(undone(tamper) for tamper in WORDS)


def test_a_head_not_compared_misses_lines_cut_after_the_last_anchor(journal, monkeypatch):
    """The broken twin of the stored head: the minute no anchor has covered yet."""
    services.record("late", by="system", on=date(2026, 11, 23), record=("page", "x"))
    run(f"DELETE FROM {TABLE} WHERE sequence = {LINES + 1}")
    assert [f.kind for f in services.verify()] == ["tail"]
    JournalHead.objects.update(sequence=LINES, digest=JournalLine.objects.get(pk=LINES).digest)
    assert services.verify() == []  # so the head is worth its row, and an anchor every minute is worth more


def test_anchors_themselves_cannot_be_forged_reordered_or_thinned(journal):
    path = settings.ANCHOR_FILE
    whole = path.read_text().splitlines(keepends=True)

    def kinds(lines: list[str]) -> set[str]:
        path.write_text("".join(lines))
        return {f.kind for f in services.verify()}

    assert kinds(whole) == set()
    assert kinds([whole[0], whole[2]]) == {"anchor"}  # one taken out
    assert "anchor" in kinds([whole[1], whole[0], whole[2]])
    assert "anchor" in kinds([whole[0].replace('"sequence":30', '"sequence":31'), *whole[1:]])
    assert "anchor" in kinds([*whole, "not an anchor\n"])


def test_the_command_names_the_first_wrong_line_and_exits_with_one(journal, capsys):
    from django.core.management import call_command

    call_command("journal_verify")
    run(f"UPDATE {TABLE} SET note = 'forged' WHERE sequence IN (55, 41)")
    with pytest.raises(SystemExit) as left:
        call_command("journal_verify")
    assert left.value.code == 1
    assert capsys.readouterr().err.splitlines()[0].startswith("错误：第 41 行")
