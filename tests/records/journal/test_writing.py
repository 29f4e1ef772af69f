"""Writing the journal: one chain under load, acts that move a row once, reveals with a purpose, anchors after commits."""

from __future__ import annotations

import os
import threading
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, models, transaction
from django.utils import timezone

from tests.records import people
from tuodi.core.calendar import WorkCalendar
from tuodi.core.process import Limit, Process, Step
from tuodi.core.refusal import Refused
from tuodi.kit.sealed import SealedTextField
from tuodi.records.journal import anchors, services
from tuodi.records.journal.models import JournalHead, JournalLine, Stateful

ON = date(2026, 11, 23)
PLAIN = WorkCalendar()


class Errand(Stateful):
    """A row in a procedure, for these tests alone."""

    area_code = models.CharField(max_length=12)
    outcome = models.CharField(max_length=20, default="")
    number = SealedTextField(kind="resident_number", null=True)

    class Meta:
        app_label = "journal"
        db_table = "test_errand"
        managed = False  # no migration makes it; the fixture does


ERRAND = Process(
    key="errand",
    label="跑腿",
    start="sent",
    states={"sent": "已交办", "done": "已办结", "returned": "已退回"},
    steps=(
        Step("finish", "sent", "done", "counter", "办结"),
        Step("return", "sent", "returned", "counter", "退回"),
    ),
    limits={"sent": Limit(working_days=2), "returned": Limit(days=3)},
    ends=frozenset({"done"}),
)


@pytest.fixture
def errands(transactional_db):
    with connection.schema_editor() as editor:
        editor.create_model(Errand)
    people.places()
    yield people.township_of(people.COUNTY)
    with connection.schema_editor() as editor:
        editor.delete_model(Errand)


def errand(town: str) -> Errand:
    return Errand.objects.create(area_code=town, state="sent", state_since=ON, number="533103198002290011")


def together(*acts) -> list[object]:
    """Run the acts at the same moment, each on its own connection; what each gave or raised."""
    barrier = threading.Barrier(len(acts))
    results: list[object] = [None] * len(acts)

    def run(place: int) -> None:
        try:
            barrier.wait()
            results[place] = acts[place]()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_an_act_moves_the_row_and_leaves_one_line(errands):
    officer = people.officer("counter", ("counter", errands))
    row = services.advance(
        errand(errands), ERRAND, "return", by=officer, on=ON, working=PLAIN, note="缺户口簿"
    )
    line = JournalLine.objects.get()
    assert (row.state, row.due, row.version) == ("returned", ON + timedelta(days=3), 2)
    assert (line.act, line.actor, line.state_from, line.state_to, line.note) == (
        "errand.return",
        "counter",
        "sent",
        "returned",
        "缺户口簿",
    )
    assert line.area_code == errands
    stored = Errand.objects.get()
    assert (stored.state, stored.due, stored.version) == (row.state, row.due, 2)


def test_an_act_out_of_order_or_by_the_wrong_officer_changes_nothing(errands):
    row = errand(errands)
    here = people.officer("counter", ("counter", errands))
    elsewhere = people.officer("away", ("counter", people.OTHER_COUNTY))
    reviewer = people.officer("reviewer", ("reviewer", errands))
    later = people.officer("later", ("counter", errands), since=ON + timedelta(days=1))
    for by in (elsewhere, reviewer, later, people.officer("outsider"), services.SYSTEM, "counter"):
        with pytest.raises(Refused, match="经办人"):
            services.advance(row, ERRAND, "finish", by=by, on=ON, working=PLAIN)
    services.advance(row, ERRAND, "finish", by=here, on=ON, working=PLAIN)
    with pytest.raises(Refused, match="已办结"):
        services.advance(row, ERRAND, "return", by=here, on=ON, working=PLAIN)
    assert JournalLine.objects.count() == 1


@pytest.mark.timeout(120)
def test_of_two_officers_at_once_one_is_refused(errands):
    one, other = (people.officer(name, ("counter", errands)) for name in ("one", "other"))
    for n in range(20):
        row = errand(errands)

        def act(by, name, pk=row.pk):
            return lambda: services.advance(
                Errand.objects.get(pk=pk), ERRAND, name, by=by, on=ON, working=PLAIN
            )

        results = together(act(one, "finish"), act(other, "return"))
        refused = [r for r in results if isinstance(r, Refused)]
        done = [r for r in results if isinstance(r, Errand)]
        assert (len(done), len(refused)) == (1, 1), results
        assert Errand.objects.get(pk=row.pk).version == 2
        assert JournalLine.objects.count() == n + 1
    assert services.verify() == []


def test_without_compare_and_set_both_officers_believe_they_decided(errands):
    """The broken twin: read, then write."""
    row = errand(errands)
    first, second = Errand.objects.get(pk=row.pk), Errand.objects.get(pk=row.pk)
    for seen, target in ((first, "done"), (second, "returned")):
        assert seen.state == "sent"
        seen.state = target
        seen.save()
    assert Errand.objects.get(pk=row.pk).state == "returned"  # the first decision is gone without a word
    officer = people.officer("counter", ("counter", errands))
    row = errand(errands)
    first, second = Errand.objects.get(pk=row.pk), Errand.objects.get(pk=row.pk)
    services.advance(first, ERRAND, "finish", by=officer, on=ON, working=PLAIN)
    with pytest.raises(Refused, match="刚被别人办理过"):
        services.advance(second, ERRAND, "return", by=officer, on=ON, working=PLAIN)


WRITERS = 16
EACH = 1_000 if os.environ.get("TUODI_NIGHTLY") else 25


def write_many(name: str) -> None:
    for n in range(EACH):
        services.record("load", by=services.SYSTEM, on=ON, record=("writer", name), note=str(n))


@pytest.mark.timeout(1200)
def test_sixteen_writers_make_one_chain(errands):
    results = together(*[lambda n=n: write_many(str(n)) for n in range(WRITERS)])
    assert results == [None] * WRITERS
    assert JournalLine.objects.count() == WRITERS * EACH == JournalHead.objects.get().sequence
    assert services.verify() == []
    for n in range(WRITERS):
        notes = (
            JournalLine.objects.filter(record_id=str(n)).order_by("sequence").values_list("note", flat=True)
        )
        assert list(notes) == [str(k) for k in range(EACH)]


@pytest.mark.postgres
def test_without_the_head_locked_the_chain_forks(errands, monkeypatch):
    """The broken twin: writers that read the head without locking it collide or fork."""
    monkeypatch.setattr(models.QuerySet, "select_for_update", lambda self, *_a, **_k: self)
    results = together(*[lambda n=n: write_many(str(n)) for n in range(8)])
    assert any(isinstance(r, IntegrityError) for r in results) or services.verify()


def test_a_line_belongs_to_its_act_and_goes_with_it(errands):
    with pytest.raises(AssertionError, match="transaction"):
        services.append("loose", by="system", on=ON, record=("page", "x"))
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        services.append("undone", by="system", on=ON, record=("page", "x"))
        raise ZeroDivisionError
    assert not JournalLine.objects.exists()
    services.record("kept", by="system", on=ON, record=("page", "x"))
    assert services.verify() == []


@pytest.mark.parametrize("change", ["update", "delete", "truncate"])
def test_the_database_refuses_to_change_or_remove_a_line(db, change):
    services.record("kept", by="system", on=ON, record=("page", "x"))
    if change == "truncate" and connection.vendor != "postgresql":
        change = "delete"  # SQLite's truncate is a delete without a condition
    statements = {
        "update": "UPDATE journal_journalline SET note = 'x'",
        "delete": "DELETE FROM journal_journalline",
        "truncate": "TRUNCATE journal_journalline",
    }
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statements[change])
    assert JournalLine.objects.count() == 1


def test_numbers_typed_into_a_note_are_starred(db):
    line = services.record(
        "x",
        by="system",
        on=ON,
        record=("page", "1"),
        note="533103198002290011 和 13800001234，卡6217000000000000012",
        purpose="见 53310319800229001X",
    )
    assert "53310319800229" not in line.note + line.purpose
    assert "1380000" not in line.note and "621700000000000" not in line.note
    assert line.note.endswith("0012") and services.verify() == []


def test_a_reveal_needs_a_purpose_a_right_and_leaves_a_line(errands, settings):
    settings.REVEALS_PER_HOUR = 3
    row = errand(errands)
    row.refresh_from_db()
    counter = people.officer("counter", ("counter", errands))
    far = people.officer("far", ("counter", people.OTHER_COUNTY))
    with pytest.raises(Refused, match="用途"):
        services.reveal(row, "number", by=counter, on=ON, purpose=" ")
    with pytest.raises(Refused, match="权限"):
        services.reveal(row, "number", by=far, on=ON, purpose="核对身份")
    for _n in range(3):
        assert services.reveal(row, "number", by=counter, on=ON, purpose="核对身份") == "533103198002290011"
    with pytest.raises(Refused, match="3 次"):
        services.reveal(row, "number", by=counter, on=ON, purpose="核对身份")
    lines = JournalLine.objects.filter(act="reveal")
    assert lines.count() == 3
    assert all("核对" not in x.note + x.purpose for x in lines)
    assert {(x.actor, x.fact, x.written, x.record_kind) for x in lines} == {
        ("counter", "number", "核对身份", "journal.errand")
    }


def test_what_a_person_wrote_stands_sealed_beside_the_line_and_the_line_is_bound_to_it(db):
    before = services.record("x", by="system", on=ON, record=("page", "1"), note="第 2 次")
    line = services.record(
        "x", by="system", on=ON, record=("page", "1"), note="第 3 次", remark=" 患尘肺病，不能劳动 "
    )
    assert (before.written, before.fact) == ("", "第 2 次")
    line = services.lines_of([("page", "1")]).get(pk=line.pk)
    assert (line.written, line.fact) == ("患尘肺病，不能劳动", "第 3 次")
    assert line.words == "第 3 次；患尘肺病，不能劳动"
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM journal_remark")
        (_line, box) = cursor.fetchone()
    assert "尘肺".encode() not in bytes(box)
    again = services.record("x", by="system", on=ON, record=("page", "1"), remark="患尘肺病，不能劳动")
    assert services.verify() == [] and again.note == line.note.removeprefix("第 3 次 ")


# --- anchors ---------------------------------------------------------------------------------------------------


@pytest.fixture
def heads(transactional_db, tmp_path, settings):
    settings.ANCHOR_FILE = tmp_path / "heads" / "heads.jsonl"
    return settings.ANCHOR_FILE


def line(n: int = 0):
    return services.record("x", by="system", on=ON, record=("page", str(n)))


def test_an_anchor_waits_for_the_commit_and_never_names_a_line_rolled_back(heads):
    with transaction.atomic():
        line()
        assert services.write_anchor() is None
        assert not heads.exists()
    assert services.last_anchor().sequence == 1
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        line()
        services.write_anchor()
        raise ZeroDivisionError
    line()
    assert services.last_anchor().sequence == 1
    assert services.verify() == []


def test_anchors_are_written_once_a_minute_of_activity(heads, time_machine):
    now = timezone.now()
    time_machine.move_to(now, tick=False)
    assert services.anchor_if_due() is None  # nothing to anchor
    line()
    assert services.anchor_if_due().sequence == 1
    line()
    assert services.anchor_if_due() is None
    time_machine.move_to(now + timedelta(seconds=61), tick=False)
    assert services.anchor_if_due().sequence == 2
    time_machine.move_to(now + timedelta(hours=20), tick=False)
    assert services.anchor_if_due() is None  # a quiet night needs none
    assert services.anchor_age() == timedelta(0) and not services.anchoring_stopped()


def test_when_anchoring_stands_still_for_four_hours_payments_must_wait(heads, time_machine):
    now = timezone.now()
    time_machine.move_to(now, tick=False)
    line()
    services.write_anchor()
    line()
    time_machine.move_to(now + timedelta(hours=3, minutes=59), tick=False)
    assert services.anchor_age() == timedelta(hours=3, minutes=59) and not services.anchoring_stopped()
    assert services.verify() == []
    time_machine.move_to(now + timedelta(hours=4, seconds=1), tick=False)
    assert services.anchoring_stopped()
    assert [f.kind for f in services.verify()] == ["unanchored"]
    services.write_anchor()
    assert not services.anchoring_stopped() and services.verify() == []


def test_a_last_line_torn_by_a_power_cut_does_no_harm(heads):
    line()
    services.write_anchor()
    line()
    with heads.open("a") as file:
        file.write('{"place":2,"sequ')
    assert services.last_anchor().sequence == 1
    assert [f.kind for f in services.verify()] == ["anchor"]
    assert services.write_anchor().sequence == 2
    assert services.verify() == []
    kinds = [a for a in anchors.read_anchors() if isinstance(a, anchors.Anchor)]
    assert [a.place for a in kinds] == [1, 2]
