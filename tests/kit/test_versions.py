"""A stale write is a conflict that shows both versions; of many writers nothing is lost in silence."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, models

from tuodi.kit.versions import Conflict, save_versioned


@pytest.fixture
def note(transactional_db):
    """A table of its own: the promise is the kit's, not a room's."""

    class Note(models.Model):
        text = models.TextField(verbose_name="内容")
        count = models.IntegerField(default=0)
        version = models.PositiveIntegerField(default=1)

        class Meta:
            app_label = "kit"
            db_table = "test_note"

    from django.apps import apps

    with connection.schema_editor() as editor:
        editor.create_model(Note)
    yield Note.objects.create(text="原文")
    with connection.schema_editor() as editor:
        editor.delete_model(Note)
    apps.all_models["kit"].pop("note", None)
    apps.clear_cache()


def test_a_write_on_the_version_read_succeeds_and_raises_it(note):
    assert save_versioned(note, 1, text="改过").version == 2


def test_a_stale_write_changes_nothing_and_names_each_field_with_both_values(note):
    save_versioned(note, 1, text="别人改的", count=1)
    with pytest.raises(Conflict) as caught:
        save_versioned(note, 1, text="我改的", count="1")
    conflict = caught.value
    assert [(d.field, d.label, d.theirs, d.mine) for d in conflict.differences] == [
        ("text", "内容", "别人改的", "我改的")
    ]
    assert conflict.current_version == 2
    note.refresh_from_db()
    assert note.text == "别人改的"


def edits(note, write) -> tuple[int, int]:
    """8 officers × 50 edits each adds its line to the text; how many lines are kept, how many conflicts were shown."""
    shown: list[int] = []

    def officer(number: int) -> None:
        try:
            for turn in range(50):
                while True:
                    row = type(note).objects.get(pk=note.pk)
                    try:
                        write(row, f"{row.text}|{number}-{turn}")
                        break
                    except Conflict:
                        shown.append(number)
        finally:
            connection.close()

    threads = [threading.Thread(target=officer, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    note.refresh_from_db()
    return len(set(note.text.split("|")[1:])), len(shown)


def test_eight_officers_with_fifty_edits_each_lose_none(note):
    type(note).objects.filter(pk=note.pk).update(text="")
    kept, _shown = edits(note, lambda row, text: save_versioned(row, row.version, text=text))
    assert kept == 400


def test_without_the_version_edits_are_lost(note):
    """The broken twin: read, then write."""
    gate = threading.Barrier(2, timeout=5)

    def officer(number: int) -> None:
        try:
            row = type(note).objects.get(pk=note.pk)
            gate.wait()
            row.text += f"|{number}"
            row.save()
        finally:
            connection.close()

    threads = [threading.Thread(target=officer, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    note.refresh_from_db()
    assert len(note.text.split("|")[1:]) == 1
