"""The county of the demo that has handed the decision to its townships (T19): its paper, families on that way, the county's draw afterwards.

陇川县 decides nothing itself from the first of the month two before the business day on; the roll's own history lies before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from tuodi.core.months import month_of, months_after
from tuodi.delivery.determination import services as determination
from tuodi.delivery.determination.models import Review
from tuodi.demo import drive
from tuodi.demo.accounts import HANDED_OVER, TOWN_THAT_DECIDES
from tuodi.demo.population import Family, families
from tuodi.demo.staff import Staff
from tuodi.records.org.models import Area
from tuodi.records.standards import selectors as standards
from tuodi.records.standards.services import set_value

KEY = "dibao.delegated_to_township"
FIRST_INDEX = 5_000_000  # of families that live in this township only to walk this way; far above those of the prefecture
DECIDED: tuple[drive.Act, ...] = (*drive.TO_COUNTY, drive.receive, drive.confirm)
# name, working days before the business day on which it begins, how many, the acts
BEFORE_THE_DRAW = (("granted by the township", 24, 7, DECIDED),)
AFTER_THE_DRAW = (
    ("granted since, not in a draw", 21, 1, DECIDED),
    ("with the township's confirmer", 16, 1, (*drive.TO_COUNTY, drive.receive)),
    ("sent to him", 14, 1, drive.TO_COUNTY),
    ("the notice is over", 13, 1, (*drive.TO_OPINION, drive.post, drive.wait)),
    ("on the board", 8, 1, (*drive.TO_OPINION, drive.post)),
    ("with an opinion", 7, 1, drive.TO_OPINION),
    ("does not cooperate", 12, 1, (drive.submit, drive.accept, drive.ask, drive.terminate)),
)
WANTED = sum(row[2] for row in (*BEFORE_THE_DRAW, *AFTER_THE_DRAW))


def hand_over(staff: Staff, on: date) -> None:
    """Set the county's value, with its document."""
    since = months_after(month_of(on), -2)
    set_value(
        info=standards.parameters().info[KEY], area=Area.objects.get(pk=HANDED_OVER), since=since, value=True,
        basis=f"陇民发〔{since.year}〕00号（演示稿）：低保审核确认权委托乡镇", mark="test",
        by=staff.of("civil_affairs", HANDED_OVER), on=since,
    )  # fmt: skip


def people(number: int, on: date, taken: set[str]) -> Iterator[Family]:
    """Families of the township that a rule would grant; `taken` are the identity numbers others bear."""
    villages = list(
        Area.objects.filter(level="village", code__startswith=TOWN_THAT_DECIDES).values_list(
            "code", flat=True
        )
    )
    found = 0
    for family in families(number, 20 * WANTED, villages, on, taken):
        family.index += FIRST_INDEX
        if drive.grants(family, on):
            yield family
            found += 1
        if found == WANTED:
            return


def walk(waiting: Sequence[Family], staff: Staff, on: date) -> int:
    """Walk them; between the two lots the county draws, and visits two of the three it has drawn: one agrees, one does not."""
    calendar, left = standards.calendar(), list(waiting)

    def carry(rows: Sequence[tuple[str, int, int, tuple[drive.Act, ...]]]) -> None:
        for _name, days, count, acts in rows:
            begin = on
            for _ in range(days):
                begin = calendar.last_working_day_before(begin)
            for _ in range(count):
                drive.carry(left.pop(0), staff, begin, acts)

    carry(BEFORE_THE_DRAW)
    county = staff.of("confirmer", HANDED_OVER)
    determination.draw_spot_checks(
        county=Area.objects.get(pk=HANDED_OVER), by=county, on=on, seed="demo-township", after_decision=True
    )
    drawn = Review.objects.filter(delegated=True, spot_drawn=True).order_by("pk")[:2]
    for agrees, review in zip((True, False), drawn, strict=True):
        determination.record_visit(
            review=review, causes=["spot"], finding="入户所见与材料一致" if agrees else "户主之子已在县城就业，工资未申报",
            agrees=agrees, visited_on=on, by=county, on=on,
        )  # fmt: skip
    carry(AFTER_THE_DRAW)
    return len(waiting)
