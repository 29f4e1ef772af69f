"""Sealing a column that stood in plain: what was written is carried over, and the table is guarded as before."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

APP, BEFORE, AFTER = "people", "0001_initial", "0002_sealed_words"
# Rows of an append-only table with much around them are made and sealed in the migration's own words.
GUARDED = ("journal_journalline", "journal_remark", "verification_outcome", "verification_explanation",
           "verification_appraisal", "entitlement_enrolmentamount")  # fmt: skip


def migrate(name: str):
    executor = MigrationExecutor(connection)
    executor.migrate([(APP, name)])
    return MigrationExecutor(connection).loader.project_state([(APP, name)]).apps


@pytest.fixture
def before(transactional_db):
    yield migrate(BEFORE)
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def test_what_stood_in_plain_is_carried_over_and_nothing_becomes_null(before):
    area = before.get_model("org", "Area").objects.create(code="533103105", name="遮放镇", level="township")
    people, homes = before.get_model(APP, "Person"), before.get_model(APP, "Household")
    for n, (reason, address) in enumerate((("缅籍配偶，未办证", "弄么村 3 组"), ("", ""))):
        who = people.objects.create(
            name=f"某{n}",
            sex="1",
            birth_on=date(1980, 1, 1),
            document="none",
            area=area,
            no_document_reason=reason,
        )
        homes.objects.create(head=who, area=area, address=address)
    after = migrate(AFTER)
    found = after.get_model(APP, "Person").objects.order_by("pk").values_list("no_document_reason", flat=True)
    assert [text and text.open() for text in found] == ["缅籍配偶，未办证", None]
    found = after.get_model(APP, "Household").objects.order_by("pk").values_list("address", flat=True)
    assert [text and text.open() for text in found] == ["弄么村 3 组", None]


@pytest.mark.parametrize("table", GUARDED)
def test_a_table_built_anew_still_refuses_to_be_emptied(db, table):
    if connection.vendor == "postgresql":
        found = "SELECT count(*) FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname IN (%s, %s)"
        asked = [table, f"{table}_no_update", f"{table}_no_delete"]
    else:
        found = "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name IN (%s, %s)"
        asked = [f"{table}_no_update", f"{table}_no_delete"]
    with connection.cursor() as cursor:
        cursor.execute(found, asked)
        assert cursor.fetchone()[0] == 2


def test_an_outcome_without_a_word_of_reason_is_refused_by_the_database_though_it_is_sealed(db):
    from tuodi.delivery.verification.models import Outcome
    from tuodi.kit.sealed import EMPTY_BOX, seal

    assert len(seal("", "opinion")) == EMPTY_BOX
    with pytest.raises(DatabaseError, match="outcome_has_reason"), transaction.atomic():
        Outcome.objects.create(
            discrepancy_id=1, outcome="explained", reason="", settled_on=date(2026, 11, 23), settled_by_id=1
        )
