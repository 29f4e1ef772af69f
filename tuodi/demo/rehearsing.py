"""Drafts to look at: the rural standard of next year raised by 6 % (waiting for the leader's signature) and by 8 %, and a county's own;
all rehearsed over this month's families."""

from __future__ import annotations

from datetime import date, timedelta

from tuodi.core.months import month_of
from tuodi.oversight.rehearsal import services
from tuodi.records.org.models import Area, Officer
from tuodi.records.standards import selectors as standards

KEY, DRAFTER = "dibao.standard.rural_year_fen", "zhouminzheng"
OF_A_COUNTY = ("dibao.supplement.elderly_basis_points", "minzheng", "533103")
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
    services.propose(
        draft=made[0], document=f"德民发〔{on.year}〕00号（演示稿）", activate_on=max(on, since - timedelta(days=10)), by=by, on=on
    )  # fmt: skip
    _of_a_county(on, since)


def _of_a_county(on: date, since: date) -> None:
    """A county's draft: a higher supplement for the old."""
    key, username, code = OF_A_COUNTY
    by, area, found = (
        Officer.objects.get(username=username),
        Area.objects.get(pk=code),
        standards.parameters(),
    )
    row = services.begin(title="芒市高龄增发比例提高（演示）", area=area, reason="县级测算", by=by, on=on)
    now = int(found.row(key, area.pk, on).value or 0)
    services.add_value(
        draft=row, info=found.info[key], area=area, since=since, value=now + 500, basis="县级测算方案（演示稿）", mark="test", by=by, on=on,
    )  # fmt: skip
    services.rehearse(drafts=[row], by=by, on=on)
