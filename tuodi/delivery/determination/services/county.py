"""The county's part before it decides: receipt, visits, the random draw, and (DB-2012) its own opinion and second notice."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from tuodi.core.refusal import Refused
from tuodi.delivery.determination.models import CountyVisit, Objection, PublicNotice, Review, SpotCheck
from tuodi.delivery.determination.policy import spot_share, spot_share_after
from tuodi.delivery.determination.services.common import (
    facts_of,
    move,
    newest_report,
    newest_snapshot,
    procedure_of,
    refuse_earlier_hand,
    require_step,
    stale,
)
from tuodi.delivery.determination.services.proposing import end_if_over, post, refuse_overtaken
from tuodi.delivery.determination.signals import disagreed
from tuodi.delivery.verification.models import Discrepancy
from tuodi.kit.digest import sm3
from tuodi.kit.versions import save_versioned
from tuodi.kit.wording import in_chinese
from tuodi.records.journal import services as journal
from tuodi.records.org import rights
from tuodi.records.org.models import Area

CAUSES = dict(CountyVisit.CAUSES)


@transaction.atomic
def send_up(*, review: Review, by: Any, on: date, version: int | None = None) -> Review:
    """Send the file to the county once the notice is over (审核材料上报)."""
    given = review.version
    review = end_if_over(review, on)
    if version == given:
        version = review.version
    require_step(review, "send_up")
    if review.state == "opinion":
        if review.proposal == "grant":
            raise Refused(_("拟确认的须先公示 7 天，期满后上报"))
        if review.proposal != "refuse":
            raise Refused(_("还没有提出审核意见，不能上报"))
        refuse_overtaken(review)
    return move(review, "send_up", by=by, on=on, version=version)


@transaction.atomic
def receive(*, review: Review, by: Any, on: date, version: int | None = None) -> Review:
    """The county takes the file over; its own days run from here."""
    require_step(review, "receive")
    return move(review, "receive", by=by, on=on, version=version, received_on=on)


def needed_visits(review: Review) -> list[str]:
    """The causes for which the county must visit this household before deciding (policy.md 1.6)."""
    causes = []
    facts = facts_of(newest_snapshot(review))
    if review.application.relative_filings.exists() or facts["household"].get("relative_of_staff"):
        causes.append("relative")
    if Objection.objects.filter(notice__review=review).exists():
        causes.append("objection")
    if review.spot_drawn:
        causes.append("spot")
    report = newest_report(review)
    if review.procedure == "DB-2012" and report and Discrepancy.objects.filter(report=report).exists():
        causes.append("doubt")
    return causes


def outstanding_visits(review: Review) -> list[str]:
    """The causes not yet visited since the county last took the file over: an old visit does not answer a new investigation."""
    done = set(
        review.visits.filter(visited_on__gte=review.received_on or review.accepted_on).values_list(
            "cause", flat=True
        )
    )
    return [c for c in needed_visits(review) if c not in done]


@in_chinese()
@transaction.atomic
def record_visit(
    *,
    review: Review,
    causes: Sequence[str],
    finding: str,
    agrees: bool,
    visited_on: date,
    by: Any,
    on: date,
    version: int | None = None,
) -> list[CountyVisit]:
    """Write down one visit by the county; it may answer several causes at once, a row each.

    `version` is what the officer's page showed: a form sent twice is one visit.
    """
    finding = finding.strip()
    if not causes or set(causes) - set(CAUSES):
        raise Refused(_("请选择入户原因"))
    if not finding:
        raise Refused(_("请写明入户核查情况"))
    after = checked_afterwards(review)
    if not after and review.state not in ("county_review", "second_noticing", "county_decision"):
        raise Refused(_("只有县级审核环节登记县级入户核查"))
    if not rights.may(by, "determination.visit", review.area_id, on):
        raise Refused(_("您没有在本辖区登记县级入户核查的权限"))
    if visited_on > on or (review.received_on and visited_on < review.received_on):
        raise Refused(_("入户日期应在县级收到材料之后、今天之前"))
    refuse_earlier_hand(review, by)
    if after:
        refuse_township(review, by, visited_on, on)
    if version is not None and version != review.version:
        raise stale(review, version)
    review = save_versioned(review, review.version)
    made = [
        CountyVisit.objects.create(
            review=review, cause=cause, visited_on=visited_on, visited_by=by, finding=finding, agrees=agrees
        )
        for cause in dict.fromkeys(causes)
    ]
    journal.record(
        "determination.visit",
        by=by,
        on=on,
        record=review,
        note="、".join(CAUSES[c] for c in causes) + ("" if agrees else _("（与乡镇意见不一致）")),
    )
    if after and not agrees:
        disagreed.send(sender=Review, review=review, finding=finding, by=by, on=on)
    return made


def checked_afterwards(review: Review) -> bool:
    """Whether the county visits this family after the township's decision: drawn, and granted."""
    return review.delegated and review.state == "confirmed" and review.spot_drawn


def refuse_township(review: Review, by: Any, visited_on: date, on: date) -> None:
    """What the township decided is looked at by the county: by a post there, after the decision, not by who decided."""
    roles = rights.RIGHTS["determination.visit"]
    county = any(
        h.role in roles
        and h.runs_on(on)
        and len(h.area_code) == 6
        and review.area_id.startswith(rights.reach(h.area_code))
        for h in rights.held(by)
    )
    if not county:
        raise Refused(_("事后抽查由县级入户，乡镇不能自查"))
    rights.refuse_same_person(by, [review.decision.decided_by.username], _("事后抽查"))
    if visited_on < review.decision.decided_on:
        raise Refused(_("事后抽查的入户日期应在决定之后"))


def draw_order(seed: str, numbers: Iterable[str]) -> list[str]:
    """Application numbers in the order the seed puts them: by SM3(seed:number). Anybody can repeat it with a calculator."""
    return sorted(numbers, key=lambda number: sm3(f"{seed}:{number}".encode()))


def draw_size(pool: int, share_percent: int) -> int:
    """How many of a pool are visited: the share, rounded up, so that it is never undercut."""
    return -(-pool * share_percent // 100)


@in_chinese()
@transaction.atomic
def draw_spot_checks(
    *,
    county: Area,
    by: Any,
    on: date,
    share_percent: int | None = None,
    seed: str | None = None,
    after_decision: bool = False,
) -> SpotCheck:
    """Draw at random which reviews the county visits. Each review takes part once, so nobody can draw again for it.

    `after_decision`: among what the townships have granted by delegated power (T19), else among what the county has received.
    """
    if not rights.may(by, "determination.spot_check", county.pk, on):
        raise Refused(_("您没有在本县抽查的权限"))
    pool = {
        r.application.number: r
        for r in drawable(county.pk, after_decision=after_decision)
        .select_for_update(of=("self",))
        .select_related("application")
    }
    if not pool:
        raise Refused(_("没有待抽查的申请：已收到的都参加过抽取"))
    if after_decision:
        least, basis = spot_share_after(county.pk, on)
    else:
        least, basis = spot_share(county.pk, on, {r.procedure for r in pool.values()})
    share = least if share_percent is None else share_percent
    if share < least or share > 100:
        raise Refused(_("抽查比例应在 {least}% 至 100% 之间（{basis}）").format(least=least, basis=basis))
    seed = seed or secrets.token_hex(16)
    drawn = draw_order(seed, pool)[: draw_size(len(pool), share)]
    row = SpotCheck.objects.create(
        area=county,
        drawn_on=on,
        drawn_by=journal.actor_name(by),
        seed=seed,
        share_percent=share,
        share_basis=basis,
        after_decision=after_decision,
        pool=sorted(pool),
        drawn=drawn,
    )
    ids = [r.pk for r in pool.values()]
    Review.objects.filter(pk__in=ids).update(spot_draw=row, version=F("version") + 1)
    Review.objects.filter(pk__in=[pool[n].pk for n in drawn]).update(spot_drawn=True)
    journal.record(
        "determination.draw",
        by=by,
        on=on,
        record=row,
        note=_("{n} 户中抽 {k} 户，种子 {seed}").format(n=len(pool), k=len(drawn), seed=seed),
    )
    return row


def drawable(county: str, *, after_decision: bool = False) -> QuerySet[Review]:
    """The reviews of a county that have not been in a draw: received and to be decided there, or decided by its townships."""
    rows = Review.objects.filter(rights.area_condition(rights.reach(county)), spot_draw__isnull=True)
    if after_decision:
        return rows.filter(state="confirmed", delegated=True)
    return rows.filter(state="county_review", delegated=False)


def draw_repeats(row: SpotCheck) -> bool:
    """Whether the stored draw is what its seed gives."""
    return draw_order(row.seed, row.pool)[: draw_size(len(row.pool), row.share_percent)] == row.drawn


def refuse_unvisited(review: Review) -> None:
    """Refused while a visit the county owes is outstanding, or the draw has not been held where it must be."""
    if procedure_of(review).spot_check_share is not None and review.spot_draw_id is None:
        raise Refused(_("还没有参加县级入户抽查的抽取，请先抽取"))
    missing = outstanding_visits(review)
    if missing:
        raise Refused(_("须先入户核查：{causes}").format(causes="、".join(CAUSES[c] for c in missing)))
    disagreeing = review.visits.filter(agrees=False).order_by("-visited_on").first()
    if disagreeing is not None:
        newest = review.assessments.order_by("-sequence").first()
        if newest is None or newest.assessed_on < disagreeing.visited_on:
            raise Refused(_("县级入户核查与乡镇意见不一致，请先核定事实并重新评估"))


@transaction.atomic
def propose(*, review: Review, opinion: str, by: Any, on: date, version: int | None = None) -> Review:
    """The county's own opinion before the second notice (DB-2012)."""
    require_step(review, "propose")
    refuse_unvisited(review)
    refuse_earlier_hand(review, by)
    if not opinion.strip():
        raise Refused(_("请写明县级审批意见"))
    return move(
        review,
        "propose",
        by=by,
        on=on,
        version=version,
        due=review.due,
        county_proposed_by=journal.actor_name(by),
        county_opinion=opinion.strip(),
    )


@transaction.atomic
def return_to_township(
    *, review: Review, reason: str, by: Any, on: date, version: int | None = None
) -> Review:
    """Send the file back to the township for a new opinion, saying why; what was proposed and posted no longer counts.

    A review keeps its place in the draw it took part in, so that returning a file is no way to draw again.
    """
    require_step(review, "return")
    reason = reason.strip()
    if len(reason) < 4:
        raise Refused(_("退回乡镇须写明理由"))
    return move(
        review,
        "return",
        by=by,
        on=on,
        version=version,
        proposal="",
        county_proposed_by="",
        received_on=None,
        returned_because=reason,
    )


@transaction.atomic
def post_second_notice(*, review: Review, by: Any, on: date, version: int | None = None) -> PublicNotice:
    """The county's notice of what it means to decide, again for seven days (DB-2012)."""
    require_step(review, "post_second_notice")
    if review.proposal != "grant" or not review.county_proposed_by:
        raise Refused(_("乡镇拟确认、县级提出审批意见之后才能公示；拟不予批准的不公示"))
    refuse_overtaken(review)
    refuse_unvisited(review)
    return post(review, "post_second_notice", 2, by=by, on=on, version=version)
