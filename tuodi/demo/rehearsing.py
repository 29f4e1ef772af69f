"""Two drafts to look at: the rural standard of next year raised by 6 % and by 8 %, rehearsed over this month's families."""

from __future__ import annotations

from datetime import date

from tuodi.core.months import month_of
from tuodi.oversight.rehearsal import services
from tuodi.records.org.models import Area, Officer
from tuodi.records.standards import selectors as standards

KEY, DRAFTER = "dibao.standard.rural_year_fen", "zhouminzheng"
RISES = (6, 8)


def drafts(on: date) -> None:
    """Begin both, freeze the month, run them together."""
    by = Officer.objects.get(username=DRAFTER)
    area = Area.objects.get(level="prefecture")
    since = date(on.year + 1, 1, 1)
    found = standards.parameters()
    now = int(found.row(KEY, area.pk, on).value or 0)
    made = []
    for rise in RISES:
        row = services.begin(
            title=f"{since.year} 年农村低保标准提高 {rise}%（演示）",
            area=area,
            reason="年度调标测算",
            by=by,
            on=on,
        )
        value = now * (100 + rise) // 12_000 * 120  # whole yuan a year, divisible by months
        services.add_value(
            draft=row, info=found.info[KEY], area=area, since=since, value=value, basis="年度调标方案（演示稿）", mark="test", by=by, on=on,
        )  # fmt: skip
        made.append(row)
    services.freeze(month=month_of(on), by=by, on=on)
    services.rehearse(drafts=made, by=by, on=on)
