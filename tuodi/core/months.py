"""Months: a month is its first day; a day some months on is the corresponding day, or the month's last (Civil Code Art 202)."""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def month_of(day: date) -> date:
    """The month a day lies in, as its first day."""
    return day.replace(day=1)


def months_after(month: date, count: int = 1) -> date:
    """The month `count` months after `month` (before, when negative)."""
    number = month.year * 12 + month.month - 1 + count
    return date(number // 12, number % 12 + 1, 1)


def span(since: date, until: date) -> list[date]:
    """The months from `since` up to but not including `until`."""
    months, month = [], month_of(since)
    while month < until:
        months.append(month)
        month = months_after(month)
    return months


def parse_month(text: str) -> date:
    """'2026-11' as its first day. Raises ValueError."""
    year, month = text.strip().split("-")
    return date(int(year), int(month), 1)


def months_later(day: date, count: int) -> date:
    """The same day `count` months on, or the last day of a shorter month."""
    month = months_after(month_of(day), count)
    return month.replace(day=min(day.day, monthrange(month.year, month.month)[1]))
