"""一户一档: everything ever made about a household, by date, as the person looking may see it. A view over the rooms, no table.

Each kind of record is asked for under the right of its own room and in the places the officer reaches with it; whoever may
not see checks has none in the file, its count or its pack. All kinds are one question to the database (`kit.together`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _

from tuodi.core.money import yuan_text
from tuodi.delivery.determination.models import Assessment, CountyVisit, Decision, Objection, PublicNotice
from tuodi.delivery.entitlement.models import EnrolmentAmount, Recertification
from tuodi.delivery.intake.models import Application, Consent, Declaration
from tuodi.delivery.payment.models import Payment, Recovery
from tuodi.delivery.verification.models import Alert, Appraisal, CheckReport, HouseholdSurvey, Outcome
from tuodi.kit.together import together
from tuodi.kit.wording import said
from tuodi.policy.catalogue import PROGRAMMES
from tuodi.records.documents.models import Document
from tuodi.records.org.rights import may, visible
from tuodi.records.people.models import Household, Membership, PayeeAccount


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in the file. `text` is of our own making, never what people wrote; `who` is a user name."""

    kind: str
    pk: int
    on: date
    title: str
    text: str = ""
    number: str = ""
    who: str = ""
    url: str = ""
    letter: bool = False


Row = tuple[Any, ...]


@dataclass(frozen=True)
class Kind:
    """A kind of record: the right it is seen under, where its rows lie, which columns tell of it, and how they read.

    The columns begin with the key and the day; `url` is an address and the place in the row of what it names.
    """

    code: str
    right: str
    model: type[models.Model]
    household: str
    area: str
    columns: tuple[str, ...]
    told: Callable[[Row], dict[str, Any]]
    url: tuple[str, int] | None = None

    def rows(self, household: Household, officer: Any) -> models.QuerySet[Any]:
        """What the officer may see of this kind, as plain rows."""
        of_household = self.model._default_manager.filter(**{self.household: household})
        return visible(of_household, officer, self.area, act=self.right).values_list(*self.columns)

    def entry(self, row: Row) -> Entry:
        """A row as the file shows it."""
        address = reverse(self.url[0], args=[row[self.url[1]]]) if self.url else ""
        return Entry(self.code, row[0], row[1], url=address, **self.told(row))


def _label(code: str) -> str:
    return str(said(str(PROGRAMMES[code].label))) if code in PROGRAMMES else code


def _of(model: type[models.Model], field: str) -> dict[Any, Any]:
    return dict(model._meta.get_field(field).choices or ())  # type: ignore[union-attr]


def _text(*bits: Any) -> str:
    """What is told of a record: words in the reader's language, the empty ones left out."""
    return " · ".join(str(said(bit)) for bit in bits if bit)


def _nth(n: int) -> str:
    return _("第 {n} 次").format(n=n)


def _monthly(fen: int) -> str:
    return _("每月 {yuan} 元").format(yuan=yuan_text(fen))


def _yuan(fen: int) -> str:
    return _("{yuan} 元").format(yuan=yuan_text(fen))


CHANNELS, REPORTS = _of(Application, "channel"), _of(CheckReport, "result")
OUTCOMES, ALERTS = _of(Outcome, "outcome"), _of(Alert, "kind")
VISITS, PAID = _of(CountyVisit, "cause"), _of(Payment, "state")
CAUSES, REVIEWED = _of(Recertification, "cause"), _of(Recertification, "outcome")
APPLICATION = "application__household"
CHECK = "check_made__application"


def _eligible(answer: bool | None) -> str:
    if answer is None:
        return _("情况未查明")
    return _("符合条件") if answer else _("不符合条件")


def _upheld(answer: bool | None) -> str:
    if answer is None:
        return _("调查中")
    return _("异议成立") if answer else _("异议不成立")


KINDS = (
    Kind("application", "intake.see", Application, "household", "area_id",
         ("pk", "submitted_on", "number", "programme", "channel", "received_by__username"),
         lambda r: {"title": _("申请"), "text": _text(_label(r[3]), CHANNELS[r[4]]), "number": r[2], "who": r[5]}, ("portal:case", 2)),
    Kind("declaration", "intake.see", Declaration, APPLICATION, "application__area_id",
         ("pk", "declared_on", "application__number", "sequence", "taken_by"),
         lambda r: {"title": _("家庭申报"), "text": _nth(r[3]), "number": r[2], "who": r[4]}, ("portal:case", 2)),
    Kind("consent", "intake.see", Consent, APPLICATION, "application__area_id",
         ("pk", "signed_on", "application__number", "valid_until"),
         lambda r: {"title": _("核对授权书"), "text": _("有效期至 {day}").format(day=r[3].isoformat()), "number": r[2]}, ("portal:case", 2)),
    Kind("report", "verification.see", CheckReport, f"{CHECK}__household", f"{CHECK}__area_id",
         ("pk", "reported_on", "check_made_id", "sequence", "result", f"{CHECK}__number"),
         lambda r: {"title": _("核对报告"), "text": _text(_nth(r[3]), REPORTS[r[4]]), "number": r[5]}, ("verification:check", 2)),
    Kind("outcome", "verification.see", Outcome, f"discrepancy__report__{CHECK}__household",
         f"discrepancy__report__{CHECK}__area_id",
         ("pk", "settled_on", "discrepancy__report__check_made_id", "outcome", "settled_by__username"),
         lambda r: {"title": _("疑点核定"), "text": _text(OUTCOMES[r[3]]), "who": r[4]}, ("verification:check", 2)),
    Kind("alert", "verification.see", Alert, APPLICATION, "area_id", ("pk", "raised_on", "kind", "handled_on"),
         lambda r: {"title": _("预警"), "text": _text(ALERTS[r[2]], _("已核实") if r[3] else _("待核实"))}, ("verification:alert", 0)),
    Kind("survey", "verification.see", HouseholdSurvey, APPLICATION, "application__area_id",
         ("pk", "surveyed_on", "application__number", "first_surveyor__username", "family_confirmed"),
         lambda r: {"title": _("入户调查"), "text": _("家庭已签字确认") if r[4] else _("家庭未确认"), "number": r[2], "who": r[3]},
         ("verification:survey_seen", 0)),
    Kind("appraisal", "verification.see", Appraisal, APPLICATION, "application__area_id",
         ("pk", "held_on", "application__number", "present", "in_favour", "against", "recorded_by"),
         lambda r: {"title": _("民主评议"), "number": r[2], "who": r[6],
                    "text": _("到会 {n} 人，赞成 {yes}，反对 {no}").format(n=r[3], yes=r[4], no=r[5])}, ("portal:case", 2)),
    Kind("assessment", "determination.see", Assessment, f"review__{APPLICATION}", "review__area_id",
         ("pk", "assessed_on", "review_id", "sequence", "eligible", "monthly_fen", "made_by"),
         lambda r: {"title": _("资格评估"), "text": _text(_nth(r[3]), _eligible(r[4]), r[5] and _monthly(r[5])), "who": r[6]},
         ("determination:review", 2)),
    Kind("notice", "determination.see", PublicNotice, f"review__{APPLICATION}", "area_id",
         ("pk", "posted_on", "review_id", "number", "notice_until", "posted_by"),
         lambda r: {"title": _("张贴公示"), "text": _("公示至 {day}").format(day=r[4].isoformat()), "number": r[3], "who": r[5]},
         ("determination:review", 2)),
    Kind("objection", "determination.see", Objection, f"notice__review__{APPLICATION}", "notice__area_id",
         ("pk", "received_on", "notice__review_id", "upheld", "received_by"),
         lambda r: {"title": _("异议"), "text": _upheld(r[3]), "who": r[4]}, ("determination:review", 2)),
    Kind("visit", "determination.see", CountyVisit, f"review__{APPLICATION}", "review__area_id",
         ("pk", "visited_on", "review_id", "cause", "agrees", "visited_by__username"),
         lambda r: {"title": _("县级入户"), "text": _text(VISITS[r[3]], _("与申报一致") if r[4] else _("与申报不一致")), "who": r[5]},
         ("determination:review", 2)),
    Kind("decision", "determination.see", Decision, f"review__{APPLICATION}", "area_id",
         ("pk", "decided_on", "number", "granted", "monthly_fen", "programme", "decided_by__username"),
         lambda r: {"title": _("审核确认决定"), "number": r[2], "who": r[6],
                    "text": _text(_label(r[5]), _("确认") if r[3] else _("不予确认"), r[3] and _monthly(r[4]))},
         ("determination:decision", 0)),
    Kind("amount", "entitlement.see", EnrolmentAmount, "enrolment__household", "enrolment__area_id",
         ("pk", "set_on", "enrolment_id", "from_month", "monthly_fen", "enrolment__programme", "set_by"),
         lambda r: {"title": _("待遇核定"), "who": r[6],
                    "text": _text(_label(r[5]), _("自 {month} 起").format(month=f"{r[3]:%Y-%m}"), _monthly(r[4]))},
         ("entitlement:enrolment", 2)),
    Kind("recertification", "entitlement.see", Recertification, "enrolment__household", "area_id",
         ("pk", "state_since", "enrolment_id", "cause", "outcome", "concluded_by"),
         lambda r: {"title": _("复核"), "text": _text(CAUSES[r[3]], REVIEWED.get(r[4]) or _("办理中")), "who": r[5]},
         ("entitlement:enrolment", 2)),
    Kind("payment", "portal.trace", Payment, "entitlement__household", "entitlement__area_id",
         ("pk", "state_since", "reference", "entitlement__month", "amount_fen", "state", "entitlement__programme"),
         lambda r: {"title": _("发放"), "text": _text(_label(r[6]), f"{r[3]:%Y-%m}", _yuan(r[4]), PAID[r[5]]), "number": r[2]},
         ("portal:trace", 2)),
    Kind("recovery", "recovery.see", Recovery, "enrolment__household", "area_id",
         ("pk", "proposed_on", "number", "amount_fen", "proposed_by"),
         lambda r: {"title": _("追回"), "text": _yuan(r[3]), "number": r[2], "who": r[4]}, ("payment:recovery", 0)),
    Kind("account", "people.see", PayeeAccount, "household", "household__area_id", ("pk", "since", "household_id", "bank", "account"),
         lambda r: {"title": _("收款账户"), "text": f"{r[3]} {r[4]}"}, ("people:household", 2)),
    Kind("letter", "documents.see", Document, "household", "area_id", ("pk", "issued_on", "title", "number", "issued_by"),
         lambda r: {"title": said(r[2]), "number": r[3], "who": r[4], "letter": True}),
)  # fmt: skip
ORDER = {kind.code: n for n, kind in enumerate(KINDS)}


def entries(household: Household, officer: Any) -> list[Entry]:
    """Everything in the household's file that the officer may see, oldest first, in one question to the database."""
    seen = [kind for kind in KINDS if may(officer, kind.right)]
    rows = [kind.rows(household, officer) for kind in seen]
    together(*rows)
    found = [kind.entry(row) for kind, some in zip(seen, rows, strict=True) for row in some]
    return sorted(found, key=lambda e: (e.on, ORDER[e.kind], e.pk))


def counts(found: Iterable[Entry]) -> list[tuple[str, str, int]]:
    """How many of each kind: code, title, number; letters as one."""
    tally: dict[str, int] = {}
    titles: dict[str, str] = {}
    for one in found:
        tally[one.kind] = tally.get(one.kind, 0) + 1
        titles[one.kind] = _("文书") if one.letter else one.title
    return [(code, titles[code], tally[code]) for code in ORDER if code in tally]


def members(household: Household) -> models.QuerySet[Membership]:
    """Who belongs to the household now, head first."""
    return (
        Membership.objects.filter(household=household, until=None)
        .select_related("person")
        .annotate(is_head=models.Case(models.When(person_id=household.head_id, then=0), default=1))
        .order_by("is_head", "pk")
    )
