"""The family of the walk: nobody has it on file yet, but the departments know it, and one of them knows more than it says.

Whoever tries the demo types this family in at the counter (README, 演示导览); asked, the departments agree with the form in all but
the savings, so that a doubt is there to be heard and settled. Invented people; the check digits are right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from django.utils.translation import gettext_lazy as _

from tuodi.demo import story
from tuodi.demo.accounts import TOWN
from tuodi.demo.population import YUAN, Family, Human
from tuodi.gateways import departments

HEAD = Human("head", "1", date(1979, 2, 14), "18", "岩温保", "533121197902140316", "rural",
             wage=6_000 * YUAN, farm_gross=9_500 * YUAN, farm_cost=3_800 * YUAN, deposits=18_600 * YUAN)  # fmt: skip
SPOUSE = Human("spouse", "2", date(1982, 6, 7), "18", "玉罕香", "533121198206070427", "rural",
               disability=("4", 2), can_work=False)  # fmt: skip
CHILD = Human("child", "1", date(2013, 9, 18), "18", "岩三", "533103201309180532", "rural", stage="junior")
PHONE, BANK, ACCOUNT = "13987650012", "云南农信", "6217997000012345673"

# What to type, where: shown on the page of the walk.
ANSWERS = (
    (
        _("户主"),
        "岩温保",
        HEAD.number,
        _("傣族，务农；工资性收入 6000，种养业收入 9500、成本 3800；已签核对授权书"),
    ),
    (_("配偶"), "玉罕香", SPOUSE.number, _("傣族，肢体残疾二级，无劳动能力；已签核对授权书")),
    (_("子女"), "岩三", CHILD.number, _("傣族，初中在校")),
    (_("收款账户"), "岩温保", ACCOUNT, _("云南农信；联系电话 13987650012")),
)


def family(villages: Sequence[str]) -> Family:
    """The family as it really is, in the first village of the demo's township."""
    home = min(v for v in villages if v.startswith(TOWN))
    humans = [replace(h) for h in (HEAD, SPOUSE, CHILD)]
    return Family(
        999_999, "guest", home, "rural", humans, phone=PHONE, account=ACCOUNT, hides=frozenset({"deposit"})
    )


def make_known(villages: Sequence[str], on: date) -> None:
    """Put into the departments' files what they hold about the family."""
    for source, number, name, payload in story.records(family(villages), on):
        departments.load(source, on, [(number, name, payload)])
