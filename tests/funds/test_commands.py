"""The ledger at the command line."""

import io
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from tests.funds.world import PREFECTURE, officers
from tuodi.funds.models import ClosedMonth
from tuodi.records.org import clock
from tuodi.records.org.load import load_areas


def said(*words: str) -> str:
    out = io.StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def test_a_month_is_looked_at_asked_for_and_closed(db, monkeypatch):
    load_areas()
    staff = officers(PREFECTURE)
    monkeypatch.setattr(clock, "today", lambda: date(2026, 11, 18))
    month = ("funds_close", "--month", "2026-10")
    assert "发放批次都已对账：完成" in said(*month)
    with pytest.raises(CommandError, match="还没有人提请"):
        said(*month, "--close", "--by", staff.finance.username)
    with pytest.raises(CommandError, match="办理人"):
        said(*month, "--ask")
    assert "已提请" in said(*month, "--ask", "--by", staff.civil_affairs.username)
    with pytest.raises(CommandError, match="权限"):
        said(*month, "--close", "--by", staff.civil_affairs.username)
    assert "已结账" in said(*month, "--close", "--by", staff.finance.username)
    assert said(*month) == "2026-10 已结账\n"
    assert ClosedMonth.objects.get().closed_by == staff.finance.username
