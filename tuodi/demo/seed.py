"""The seeded prefecture: places, bureaus, officers, families, what departments hold, cases in every state, months paid.

Deterministic from the seed and the business day; memory bounded (families go through in chunks); what is true of each
family, and what it hides, is kept in TUODI_VAR/demo/truth.jsonl for tests.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from tuodi.demo import drive, guest, history, money, referring, rehearsing, story, supervising, townships
from tuodi.demo.accounts import TOWN, make_accounts
from tuodi.demo.population import Family, families
from tuodi.demo.staff import SINCE, Staff, make_staff
from tuodi.gateways import departments
from tuodi.gateways.sources import SOURCES
from tuodi.records.journal.services import write_anchor
from tuodi.records.org.load import load_areas, load_departments
from tuodi.records.org.models import Area
from tuodi.records.standards.load import load_calendar

SEED = 20170217
CHUNK = 500
# Of every twenty families sixteen have a history; of the rest some are in work, some never came to the counter.
HISTORY_OF_TWENTY = 16
COPIES = 6  # how often each journey of a case in work is walked, by another family in another place

Tell = Callable[[str], None]


def seed(*, households: int, number: int = SEED, on: date, tell: Tell = lambda text: None) -> dict[str, int]:
    """Make the prefecture. `households` is any size; the counts made come back."""
    staff = ground(number, on)
    counts = {"households": 0, "persons": 0, "granted": 0, "refused": 0, "in_work": 0, "referred": 0}
    waiting: list[Family] = []
    wanted = len(drive.JOURNEYS) * COPIES + len(drive.JOURNEYS_2012)
    villages = list(Area.objects.filter(level="village").order_by("code").values_list("code", flat=True))
    taken: set[str] = set()
    with _truth_file() as truth:
        for chunk in _chunks(families(number, households, villages, on, taken)):
            in_work = [f for f in chunk if f.index % 20 >= HISTORY_OF_TWENTY]
            take = in_work[: max(0, wanted - len(waiting))]
            _bring_to_town(take, villages)
            waiting += take
            for family in chunk:
                truth.write(json.dumps(_truth(family, on), ensure_ascii=False) + "\n")
            with transaction.atomic():
                granted, refused = _past(chunk, {f.index for f in take}, staff, on, number)
                _departments(chunk, on)
            counts["households"] += len(chunk)
            counts["persons"] += sum(len(f.humans) for f in chunk)
            counts["granted"] += granted
            counts["refused"] += refused
            tell(f"{counts['households']:,} / {households:,} 户")
        of_townships = list(townships.people(number, on, taken))
        for family in of_townships:
            truth.write(json.dumps(_truth(family, on), ensure_ascii=False) + "\n")
        _departments(of_townships, on)
    guest.make_known(villages, on)
    _look_at_sizes()
    counts["in_work"] = in_progress(waiting, staff, on)
    with transaction.atomic():  # a draw and its visits together
        counts["in_work"] += townships.walk(of_townships, staff, on)
    tell(f"在办 {counts['in_work']} 件")
    counts["referred"] = referring.walk(staff, on)
    tell(f"各部门办理 {counts['referred']} 件转办")
    money.pay_months(staff, on, number)
    tell("近三个月的待遇和发放")
    rehearsing.drafts(on)
    tell("两份政策预演")
    tell(f"督办 {supervising.watched(on)} 件")
    _look_at_sizes()
    write_anchor()
    return counts


def _look_at_sizes() -> None:
    """Let the database count what has just been loaded: it plans by that, and its own round may come minutes later."""
    with connection.cursor() as cursor:
        vacuum = connection.vendor == "postgresql" and not connection.in_atomic_block
        cursor.execute("VACUUM ANALYZE" if vacuum else "ANALYZE")


def ground(number: int, on: date) -> Staff:
    """Places, bureaus, calendar, the demo's people and the officers behind the history."""
    with transaction.atomic():
        load_areas()
        load_departments()
        load_calendar()
        make_accounts(SINCE)
        departments.open_files(on, tuple(SOURCES))
        staff = make_staff(Area.objects.filter(level__in=("county", "township")), number)
        townships.hand_over(staff, on)
        return staff


def _bring_to_town(take: Sequence[Family], villages: Sequence[str]) -> None:
    """Half of the cases in work live where the demo's named officers sit, so that these have something to do."""
    near = [v for v in villages if v.startswith(TOWN)]
    for family in take:
        if family.county == TOWN[:6] or family.index % 3 == 0:
            family.village = near[family.index % len(near)]


def _past(chunk: Sequence[Family], in_work: set[int], staff: Staff, on: date, number: int) -> tuple[int, int]:
    """Families with a history are taken over; those in work come in through the counter; the others are only known."""
    known = history.register([f for f in chunk if f.index not in in_work], on)
    return history.take_over([r for r in known if r.family.index % 20 < HISTORY_OF_TWENTY], staff, on, number)


def _departments(chunk: Sequence[Family], on: date) -> None:
    by_source: dict[str, list[tuple[str, str, dict[str, object]]]] = {}
    for family in chunk:
        for source, number, name, payload in story.records(family, on):
            by_source.setdefault(source, []).append((number, name, payload))
    for source, rows in by_source.items():
        departments.load(source, on, rows)


def in_progress(waiting: Sequence[Family], staff: Staff, on: date) -> int:
    """Walk each journey with families of their own, so that every state has cases; how many were walked."""
    calendar = drive.standards.calendar()
    eligible = [f for f in waiting if drive.grants(f, on)]
    hiding = [f for f in waiting if f.hides]
    others = [f for f in waiting if f not in eligible and f not in hiding]
    walked = 0
    for _name, begin, acts in drive.JOURNEYS_2012:
        fit = next((f for f in eligible if drive.grants(f, begin)), None)
        if fit:
            eligible.remove(fit)
            walked += _walk(fit, staff, begin, acts)
    for name, days, acts in drive.JOURNEYS:
        begin = on
        for _ in range(days):
            begin = calendar.last_working_day_before(begin)
        for turn in range(COPIES):
            if name in drive.NEEDS_GRANT or (turn % 2 and eligible):
                pool = eligible
            elif name in drive.SHOWS_DOUBTS:
                pool = hiding or eligible
            else:
                pool = others or eligible
            if pool:
                walked += _walk(pool.pop(0), staff, begin, acts)
    return walked


def _walk(family: Family, staff: Staff, begin: date, acts: Sequence[drive.Act]) -> int:
    with transaction.atomic():  # one fsync a case, not one an act
        drive.carry(family, staff, begin, acts)
    return 1


def _chunks(every: Iterator[Family]) -> Iterator[list[Family]]:
    while chunk := list(islice(every, CHUNK)):
        yield chunk


def _truth_file():  # type: ignore[no-untyped-def]
    path = Path(settings.VAR) / "demo" / "truth.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("w", encoding="utf-8")


def _truth(family: Family, on: date) -> dict[str, object]:
    return {
        "index": family.index,
        "shape": family.shape,
        "hides": sorted(family.hides),
        "facts": story.truth(family, on),
    }
