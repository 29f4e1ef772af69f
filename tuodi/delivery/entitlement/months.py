"""Months as the roll counts them: always the first day (`tuodi.core.months`)."""

from tuodi.core.months import month_of, months_after, parse_month, span

__all__ = ["month_of", "months_after", "parse_month", "span"]
