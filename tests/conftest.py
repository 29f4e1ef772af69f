"""What every test stands on: balanced books afterwards, and plain words about what ran and what is missing.

TUODI_TEST_DATABASE   postgresql://… runs the suite on PostgreSQL; empty on SQLite (tuodi/config/testing.py)
TUODI_NO_SKIP=1       a test that would be skipped fails instead (.ci/run): nothing is left out in silence
TUODI_CHROMIUM        the browser, where it is not called chromium
"""

from __future__ import annotations

import contextlib
import os
import shutil

import pytest

TEST_DATABASE = os.environ.get("TUODI_TEST_DATABASE", "")
NO_SKIP = os.environ.get("TUODI_NO_SKIP", "") not in ("", "0")


def chromium() -> str | None:
    """The browser the tests drive, or None where there is none."""
    named = os.environ.get("TUODI_CHROMIUM")
    return named or next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )


MISSING: dict[str, str | None] = {
    "postgres": None if TEST_DATABASE else "needs PostgreSQL: set TUODI_TEST_DATABASE=postgresql://…",
    "browser": None if chromium() else "needs Chromium: install it, or name it in TUODI_CHROMIUM",
    "spark": None if shutil.which("java") else "needs Java 17 or later for Spark in local mode",
    "nightly": None if os.environ.get("TUODI_NIGHTLY") else "long size: run by make nightly",
}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if (
        os.environ.get("TUODI_PASS") == "sqlite"
    ):  # make test runs these in its second pass, or says that it did not
        later = [item for item in items if item.get_closest_marker("postgres")]
        if later:
            config.hook.pytest_deselected(items=later)
            items[:] = [item for item in items if not item.get_closest_marker("postgres")]
    if (
        os.environ.get("TUODI_PASS") == "postgres"
    ):  # the browser drives a product of its own, Spark knows no database: once is enough
        seen = [item for item in items if any(map(item.get_closest_marker, ("browser", "spark")))]
        if seen:
            config.hook.pytest_deselected(items=seen)
            items[:] = [item for item in items if item not in seen]
    for item in items:
        for mark, why in MISSING.items():
            if why and item.get_closest_marker(mark):
                item.add_marker(pytest.mark.skip(reason=why))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo):  # type: ignore[no-untyped-def]
    """Where nothing may be skipped, a skip is a failure that says why. The long sizes are not part of that run."""
    report = (yield).get_result()
    if (
        NO_SKIP
        and report.skipped
        and not hasattr(report, "wasxfail")
        and not item.get_closest_marker("nightly")
    ):
        why = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may be skipped: {why}"


def ran_on() -> str:
    """The database and the browser of this run, in words."""
    engine = "PostgreSQL" if TEST_DATABASE else "SQLite"
    return f"database: {engine}; browser tests: {'on' if chromium() else 'left out, no Chromium'}"


def pytest_report_header() -> str:
    return ran_on()


def pytest_terminal_summary(terminalreporter, config: pytest.Config) -> None:  # type: ignore[no-untyped-def]
    terminalreporter.write_line(f"ran on {ran_on()}")


@contextlib.contextmanager
def triggers_off(connection):  # type: ignore[no-untyped-def]
    """While a test database is emptied, the triggers that forbid just that stand aside."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            found = cursor.fetchall()
            off = [f'DROP TRIGGER "{name}"' for name, _sql in found]
            on = [sql for _name, sql in found]
        else:
            cursor.execute("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal")
            found = cursor.fetchall()
            off = [f"ALTER TABLE {table} DISABLE TRIGGER USER" for (table,) in found]
            on = [f"ALTER TABLE {table} ENABLE TRIGGER USER" for (table,) in found]
        for statement in off:
            cursor.execute(statement)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for statement in on:
                cursor.execute(statement)


@pytest.fixture(autouse=True, scope="session")
def emptying_is_allowed_between_tests():  # type: ignore[no-untyped-def]
    """Tests that commit are followed by emptying every table, append-only ones too."""
    from django.db import connection
    from django.test import TransactionTestCase

    empty = TransactionTestCase._fixture_teardown

    def teardown(self):  # type: ignore[no-untyped-def]
        with triggers_off(connection):
            empty(self)

    TransactionTestCase._fixture_teardown = teardown
    yield
    TransactionTestCase._fixture_teardown = empty


@pytest.fixture(autouse=True)
def books_balance(request: pytest.FixtureRequest):  # type: ignore[no-untyped-def]
    """After every test that used the database, the ledger still balances (reliability.md A9)."""
    used = [name for name in ("transactional_db", "db") if name in request.fixturenames]
    if used:
        request.getfixturevalue(
            used[0]
        )  # set up before us, so that it is still there when we look afterwards
    yield
    if not used:
        return
    faults = ledger_faults()
    assert not faults, f"the ledger does not balance after this test: {faults}"


def ledger_faults() -> list[str]:
    """What `tuodi.funds.selectors.faults()` finds wrong with the books; nothing until that room is built."""
    try:
        from tuodi.funds.selectors import faults
    except ImportError:
        return []
    return [str(fault) for fault in faults()]


@pytest.fixture(autouse=True)
def chinese_first():  # type: ignore[no-untyped-def]
    """Each test begins in Chinese: a page read in English before it would leave its language in the thread."""
    from django.conf import settings
    from django.utils import translation

    with translation.override(settings.LANGUAGE_CODE):
        yield
