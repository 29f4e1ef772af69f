"""The key file: made once, kept to its owner, rotated whole while values stay readable, old keys then refused."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from tuodi.kit import keys as key_file
from tuodi.kit import rotation, sealed
from tuodi.kit.keys import KeysMissing, KeysUnfit, load_or_make_keys, make_keys, read_keys
from tuodi.kit.sealed import NotOurs, lookup_hash, seal, unseal

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def path(tmp_path):
    where = tmp_path / "keys" / "keys.json"
    make_keys(where)
    return where


@pytest.fixture
def in_use(path, settings):
    """These keys are the installation's; the file is looked at again at once."""
    settings.KEYS = read_keys(path)
    return path


look_again = sealed.look_now


def test_production_without_a_key_file_does_not_start(tmp_path):
    with pytest.raises(KeysMissing, match="tuodi keys make"):
        load_or_make_keys(tmp_path / "none.json", may_make=False)
    assert not (tmp_path / "none.json").exists()


def test_keys_are_made_once_and_readable_by_their_owner_alone(path):
    before = path.read_bytes()
    assert make_keys(path) is False and path.read_bytes() == before
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o644)
    with pytest.raises(KeysUnfit, match="chmod 600"):
        read_keys(path)


def test_two_processes_starting_at_once_agree_on_the_keys(tmp_path):
    where = tmp_path / "keys.json"
    found: list[bytes] = []
    barrier = threading.Barrier(8)

    def start() -> None:
        barrier.wait()
        found.append(load_or_make_keys(where, may_make=True).lookup_key)

    threads = [threading.Thread(target=start) for _n in range(8)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert len(found) == 8 and len(set(found)) == 1
    assert [p.name for p in tmp_path.iterdir()] == ["keys.json"]


@pytest.mark.parametrize(
    "harm",
    [lambda s: s.pop("lookup_key"), lambda s: s.update(current=7), lambda s: s["field_keys"].update({"1": "zz"}),
     lambda s: s["field_keys"].update({"1": "00"}), lambda s: s.update(anchor_key="00"), lambda s: s.update(field_keys=[])],
)  # fmt: skip
def test_a_damaged_key_file_stops_the_start_and_quotes_no_key(path, harm):
    stored = json.loads(path.read_text())
    secret = stored["field_keys"]["1"]
    harm(stored)
    path.write_text(json.dumps(stored))
    with pytest.raises(KeysUnfit) as error:
        read_keys(path)
    assert secret not in str(error.value)


def test_a_running_process_follows_a_rotation_without_a_restart(in_use):
    old = seal("x", "k")
    number = key_file.add_field_key(in_use)
    look_again()
    new = seal("x", "k")
    assert (old[0], new[0]) == (1, number)
    assert unseal(old, "k") == unseal(new, "k") == "x"
    assert key_file.retire_field_keys(in_use) == [1]
    look_again()
    with pytest.raises(NotOurs, match="sealed with key 1"):
        unseal(old, "k")
    assert unseal(new, "k") == "x"
    assert key_file.add_field_key(in_use) == number + 1  # a retired id is never used again


def test_the_file_is_looked_at_every_second(in_use):
    seal("x", "k")
    key_file.add_field_key(in_use)
    assert seal("x", "k")[0] == 1
    time.sleep(sealed.LOOK_EVERY + 0.1)
    assert seal("x", "k")[0] == 2


def test_a_key_file_away_for_a_moment_does_not_stop_the_service(in_use):
    box = seal("x", "k")
    in_use.rename(in_use.with_suffix(".away"))
    look_again()
    assert unseal(box, "k") == "x"


# --- rotation of the database ---------------------------------------------------------------------------------


@pytest.fixture
def people_rows(transactional_db, in_use):
    from tuodi.records.org.models import Area
    from tuodi.records.people.models import Person

    area = Area.objects.create(code="533100", name="德宏州", level="prefecture")
    Person.objects.bulk_create(
        Person(name=f"某{n}", sex="1", birth_on="1980-02-29", number=f"{n:018d}", number_index=lookup_hash(str(n)),
               phone=None if n % 3 else "13800001234", area=area)
        for n in range(2500)
    )  # fmt: skip
    return Person


def test_a_rotation_moves_every_value_and_refuses_the_old_key(people_rows, in_use):
    old = bytes(people_rows.objects.first().number.box)
    call_command("keys_rotate", wait=0.0)
    look_again()
    numbers = {p.number.box[0] for p in people_rows.objects.all()}
    assert numbers == {2}
    assert [p.number.open() for p in people_rows.objects.order_by("pk")] == [f"{n:018d}" for n in range(2500)]
    assert people_rows.objects.exclude(phone=None).first().phone.open() == "13800001234"
    with pytest.raises(NotOurs):
        unseal(old, "resident_number")


def test_a_rotation_stopped_half_way_goes_on_where_it_was(people_rows, in_use, monkeypatch):
    class PulledPlug(Exception):
        pass

    calls = []

    def fail_later(box, kind):
        calls.append(kind)
        if len(calls) == 1700:
            raise PulledPlug
        return sealed.reseal(box, kind)

    monkeypatch.setattr(rotation, "reseal", fail_later)
    with pytest.raises(PulledPlug):
        call_command("keys_rotate", wait=0.0)
    look_again()
    assert {p.number.box[0] for p in people_rows.objects.all()} == {1, 2}
    assert all(p.number.open() for p in people_rows.objects.all())  # serving goes on in between
    monkeypatch.undo()
    call_command("keys_rotate", wait=0.0)
    look_again()
    assert {p.number.box[0] for p in people_rows.objects.all()} == {2}
    assert list(json.loads(in_use.read_text())["field_keys"]) == ["2"]


def test_a_value_changed_meanwhile_is_left_to_whoever_changed_it(people_rows, in_use, monkeypatch):
    row = people_rows.objects.first()

    def change_first(box, kind):
        if box == row.number.box:
            # as another officer would between our reading and our writing
            with connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE people_person SET number = %s WHERE id = %s",
                    [seal("changed", "resident_number"), row.pk],
                )
        return sealed.reseal(box, kind)

    monkeypatch.setattr(rotation, "reseal", change_first)
    call_command("keys_rotate", wait=0.0)
    row.refresh_from_db()
    assert row.number.open() == "changed"


def test_sealed_values_in_append_only_tables_rotate_and_the_triggers_come_back(transactional_db, in_use):
    from django.db import DatabaseError, transaction

    from tuodi.kit.append_only import append_only_sql, suspended

    with connection.cursor() as cursor:
        for statement in append_only_sql("people_payeeaccount", connection.vendor):
            cursor.execute(statement, None)
    try:
        call_command("keys_rotate", wait=0.0)
        with (
            transaction.atomic(),
            suspended(connection, "people_payeeaccount"),
            connection.cursor() as cursor,
        ):
            cursor.execute("UPDATE people_payeeaccount SET bank = 'x'")
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with pytest.raises(DatabaseError, match="append-only"):
                    cursor.execute("UPDATE people_payeeaccount SET bank = 'x'")
            else:
                cursor.execute(
                    "SELECT count(*) FROM sqlite_master WHERE type='trigger' AND tbl_name='people_payeeaccount'"
                )
                assert cursor.fetchone()[0] == 2
    finally:
        from tuodi.kit.append_only import append_only_reverse_sql

        with connection.cursor() as cursor:
            for statement in append_only_reverse_sql("people_payeeaccount", connection.vendor):
                cursor.execute(statement)


def test_every_sealed_field_of_the_house_is_found():
    found = {str(column) for column in rotation.sealed_columns()}
    assert {"people.person.number", "people.person.phone", "people.payeeaccount.account"} <= found


def test_a_rotation_killed_at_any_moment_leaves_a_whole_key_file(path):
    """The file is replaced, never written over: kill -9 while keys are added again and again."""
    code = (
        "import sys; sys.path.insert(0, sys.argv[2])\n"
        "from pathlib import Path\nfrom tuodi.kit.keys import add_field_key, retire_field_keys, make_keys\n"
        "p = Path(sys.argv[1])\nprint('go', flush=True)\n"
        "while True:\n    add_field_key(p); retire_field_keys(p)\n"
        "    if p.stat().st_size > 12000: p.unlink(); make_keys(p)\n"
    )
    for wait in (0.0, 0.011, 0.023, 0.05, 0.08):
        run = subprocess.Popen([sys.executable, "-c", code, str(path), str(ROOT)], stdout=subprocess.PIPE)
        assert run.stdout is not None and run.stdout.readline()
        time.sleep(wait)
        os.kill(run.pid, signal.SIGKILL)
        run.wait()
        run.stdout.close()
        if path.exists():
            read_keys(path)
        else:
            make_keys(path)
