"""The watch over the clocks, and the answers to it. Run twice it makes nothing twice; killed, it goes on where it stopped."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tuodi.coordination.clocks import part, parts
from tuodi.coordination.ladder import HORIZON, Ladder
from tuodi.coordination.models import Supervision, SupervisionAnswer
from tuodi.coordination.reach import OVERSEERS, condition, posts
from tuodi.core.areas import county_of
from tuodi.core.refusal import Refused
from tuodi.kit.wording import in_chinese
from tuodi.records.documents.services import next_numbers
from tuodi.records.journal import services as journal
from tuodi.records.journal.models import JournalHead
from tuodi.records.org.clocked import COLUMNS, Clocked
from tuodi.records.org.models import Area

CHUNK = 500
ORDER_WORD = "督"
KIND = "coordination.supervision"
LIMIT = ("kind", "subject", "step", "since", "due", "level")


@dataclass
class Watched:
    """What a watch made, by level, and how many escalations it ended."""

    made: Counter[str] = field(default_factory=Counter)
    closed: int = 0

    @property
    def sentence(self) -> str:
        """For the job and the command."""
        words = dict(Supervision.LEVELS)
        told = "，".join(f"{_(words[level])} {n}" for level, n in self.made.items() if n)
        return _("{made}；了结 {closed}").format(made=told or _("没有新的督办"), closed=self.closed)


@dataclass(frozen=True, slots=True)
class Late:
    """A limit that has reached a level."""

    part: Clocked
    row: tuple[Any, ...]
    level: str

    @property
    def limit(self) -> tuple[Any, ...]:
        """What one escalation a level is made of."""
        return (*limit_of(self.part, self.row), self.level)


def limit_of(one: Clocked, row: Sequence[Any]) -> tuple[Any, ...]:
    """The limit of a row of a part: thing, step, since, due."""
    kind, key, _number, state, _area, _body, since, due, _paused = row
    return kind, key, one.step(state), since, due


@in_chinese()
def watch(*, on: date, tell: Callable[[int, int], None] = lambda done, total: None) -> Watched:
    """Escalate whatever has reached a level on a day and was not told of it; end what is done. In chunks, each whole."""
    ladder, done = Ladder(on), Watched()
    late: list[Late] = []
    running: set[tuple[Any, ...]] = set()
    for one in parts():
        for row in one.asked().filter(c_due__lte=on + HORIZON).values_list(*COLUMNS):
            running.add(limit_of(one, row))
            if row[8]:
                continue  # its clock stands still
            remind = one.remind and one.waits.get(row[3]) != "public"
            late += [Late(one, row, level) for level in ladder.levels(row[6], row[7], remind=remind)]
    standing = {
        row[1:]: row[0] for row in Supervision.objects.filter(closed_on=None).values_list("pk", *LIMIT)
    }
    late = [one for one in late if one.limit not in standing]
    for start in range(0, len(late), CHUNK):
        tell(start, len(late))
        done.made.update(_escalate(late[start : start + CHUNK], ladder))
    done.closed = _end(standing, running, on)
    return done


@transaction.atomic
def _escalate(late: Sequence[Late], ladder: Ladder) -> Counter[str]:
    # The journal's head first, as in every act: two watches at once follow each other, and the second finds what is there.
    JournalHead.objects.select_for_update().filter(pk=1).first()
    subjects = {one.limit[1] for one in late}
    known = set(
        Supervision.objects.filter(
            closed_on=None, kind__in={one.part.kind for one in late}, subject__in=subjects
        ).values_list(*LIMIT)
    )
    new = [one for one in late if one.limit not in known]
    numbers = _numbers([one for one in new if one.level == Supervision.WRITTEN], ladder.on)
    rows = []
    for one in new:
        kind, key, number, state, area, body, since, due, _paused = one.row
        written = one.level == Supervision.WRITTEN
        leader = one.level == Supervision.LEADER
        rows.append(
            Supervision(
                kind=kind,
                subject=key,
                number=number,
                step=one.part.step(state),
                since=since,
                due=due,
                level=one.level,
                made_on=ladder.on,
                area_id=area,
                body="leading_group" if leader else body,
                role="leader" if leader else one.part.role(state),
                document_number=next(numbers[county_of(area)]) if written else "",
                answer_due=ladder.answer_due() if written else None,
            )
        )
    made = Supervision.objects.bulk_create(rows)
    journal.append_many([_line(f"supervision.{row.level}", row, ladder.on) for row in made])
    return Counter(row.level for row in made)


def _numbers(written: Sequence[Late], on: date) -> dict[str, Iterator[str]]:
    """Document numbers for the written orders, county by county, each series without gaps."""
    wanted = Counter(county_of(one.row[4]) for one in written)
    counties = Area.objects.in_bulk(wanted.keys())
    return {code: iter(next_numbers(counties[code], ORDER_WORD, on, n)) for code, n in wanted.items()}


def _line(act: str, row: Supervision, on: date, by: Any = journal.SYSTEM) -> dict[str, Any]:
    return {
        "act": act,
        "actor": journal.actor_name(by),
        "business_day": on,
        "record_kind": KIND,
        "record_id": str(row.pk),
        "area_code": row.area_id,
        "note": " ".join(filter(None, (row.document_number, row.kind, row.number, row.due.isoformat()))),
    }


def _end(standing: Mapping[tuple[Any, ...], int], running: set[tuple[Any, ...]], on: date) -> int:
    """End the escalations whose limit runs no more: the step is done, or its last day has been moved."""
    steps = {limit[:4] for limit in running}
    ended: dict[str, list[int]] = defaultdict(list)
    for limit, pk in standing.items():
        if limit[:5] not in running and part(limit[0]) is not None:
            ended["moved" if limit[:4] in steps else "done"].append(pk)
    for cause, keys in ended.items():
        for start in range(0, len(keys), CHUNK):
            with transaction.atomic():
                JournalHead.objects.select_for_update().filter(pk=1).first()
                open_ones = Supervision.objects.filter(pk__in=keys[start : start + CHUNK], closed_on=None)
                rows = list(open_ones.order_by("pk"))  # another watch may have been here meanwhile
                open_ones.update(closed_on=on, closed_because=cause)
                journal.append_many([_line("supervision.close", row, on) for row in rows])
    return sum(map(len, ended.values()))


@in_chinese()
@transaction.atomic
def answer(
    *, supervision: Supervision, text: str, by: Any, on: date, promised_on: date | None = None
) -> SupervisionAnswer:
    """Say why a thing is late, and by when it will be done. What the leaders say to it is kept as theirs."""
    about = part(supervision.kind)
    mine = posts(by, "supervision.answer", on)
    inside = condition(about, by, mine, area="area_id", body="body") if about else None
    if inside is None or not Supervision.objects.filter(inside, pk=supervision.pk).exists():
        raise Refused(_("您没有在本辖区办理这一事项的权限"))
    if supervision.level == Supervision.REMIND:
        raise Refused(_("提醒不用答复，办结即可"))
    if len(text.strip()) < 4:
        raise Refused(_("请写明超期的原因和打算怎么办"))
    if promised_on is not None and promised_on < on:
        raise Refused(_("承诺办结的日子不能早于今天"))
    current = Supervision.objects.get(pk=supervision.pk)
    if current.closed_on is not None:
        raise Refused(_("这件事已办理，督办已了结，不用再答复"))
    voice = "leader" if {h.role for h in mine} & OVERSEERS else "body"
    made = SupervisionAnswer.objects.create(
        supervision=current,
        voice=voice,
        text=text.strip(),
        promised_on=promised_on,
        answered_on=on,
        answered_by=by,
    )
    journal.record(
        "supervision.answer",
        by=by,
        on=on,
        record=(KIND, str(current.pk)),
        area_code=current.area_id,
        note=current.document_number or current.number,
    )
    return made
