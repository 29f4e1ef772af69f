"""Money of the seeded prefecture: allotments released, three months made due and paid, batches left at every state."""

from __future__ import annotations

import io
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction

from tuodi.core.months import month_of, months_after
from tuodi.delivery.entitlement import services as entitlement
from tuodi.delivery.entitlement.models import Enrolment, Entitlement, MonthRun
from tuodi.delivery.payment import services as payment
from tuodi.delivery.payment.models import Payment, PaymentBatch
from tuodi.delivery.payment.services.sending import file_name, outbox
from tuodi.demo.staff import Staff
from tuodi.funds import services as funds
from tuodi.funds import year as ends
from tuodi.funds.models import Allotment
from tuodi.gateways.bank import FakeBank
from tuodi.records.org.models import Area, Officer
from tuodi.records.org.rights import area_condition

PROGRAMME = "minimum_living"
# What each county's newest month has come to; 芒市 is left undone, for the walk to do.
NEWEST = {"533102": "reconciled", "533122": "replied", "533123": "sent", "533124": "approved", "533103": None}
STAGES = ("reserved", "approved", "sent", "replied", "reconciled")


def pay_months(staff: Staff, on: date, seed: int) -> None:
    """Release the year's money and make the months up to `on` due and paid, a county further on than another."""
    counties = list(Area.objects.filter(level="county").order_by("code"))
    this = on.replace(day=1)
    past = [months_after(this, -2), months_after(this, -1)]
    bank = FakeBank(settings.VAR / "demo" / "bank-book.json", seed=str(seed), failure_rate=0.01)
    for county in counties:
        _release(county, staff, on)
        for month in past:
            _pay(county, staff, month, "reconciled", bank, seed)
        _pay(county, staff, this, NEWEST[county.code], bank, seed)
    _changes(staff, on)
    _reviews(staff, on)
    _recoveries(staff, on)
    _month_end(staff, counties, past, on)


def _release(county: Area, staff: Staff, on: date) -> None:
    """A year's money for the county's roll, in four parts as it comes down; late in the year the next year's as well.

    提前下达: the next year's is told in advance, so that January can be paid.
    """
    roll = Enrolment.objects.filter(area_condition(county.code)).count()
    year_fen = max(roll, 20) * 100_000 * 14
    told = [(on.year, date(on.year, 1, 20))] + ([(on.year + 1, on)] if on.month >= 10 else [])
    for year, day in told:
        for source, percent in (("central", 70), ("province", 20), ("prefecture", 4), ("county", 6)):
            funds.release(
                area=county,
                programme=PROGRAMME,
                source=source,
                year=year,
                amount_fen=year_fen * percent // 100,
                document_number=f"演财社〔{year}〕{county.code[-2:]}-{source}号",
                on=day,
                by=staff.of("finance", county.code),
            )


def _pay(
    county: Area, staff: Staff, month: date, until: str | None, bank: FakeBank, seed: int
) -> PaymentBatch | None:
    """Make a month due and take its batch as far as `until`."""
    if until is None:
        return None

    def by(role: str) -> object:
        return staff.of(role, county.code)

    ready = months_after(month, -1).replace(day=25)
    entitlement.run_month(
        programme=PROGRAMME, county=county.code, month=month, by=by("civil_affairs"), on=ready
    )
    if not Entitlement.objects.filter(county=county.code, pay_month=month).exists():
        return None
    batch = payment.prepare_batch(
        programme=PROGRAMME, county=county.code, month=month, by=by("civil_affairs"), on=ready
    )
    last = STAGES.index(until)
    if last >= STAGES.index("approved"):
        batch = payment.approve(batch=batch, by=by("payer"), on=ready)
    if last >= STAGES.index("sent"):
        batch = payment.send(batch=batch, by=by("finance"), on=month.replace(day=2))
    if last >= STAGES.index("replied"):
        reply = bank.receive(outbox() / file_name(batch))
        payment.take_reply(
            file=io.BytesIO(reply),
            file_name=f"回盘{batch.number}.txt",
            by=by("finance"),
            on=month.replace(day=4),
        )
    if last >= STAGES.index("reconciled"):
        batch.refresh_from_db()
        batch = payment.reconcile(batch=batch, by=by("finance"), on=month.replace(day=8))
    return batch


@transaction.atomic
def _changes(staff: Staff, on: date) -> None:
    """A few of the roll suspended, fading and gone, and one batch voided, so that every state is there to see."""
    next_month = months_after(month_of(on))
    roll = list(
        Enrolment.objects.filter(state="active", from_month__lt=on.replace(day=1)).order_by("pk")[:12]
    )
    for at, enrolment in enumerate(roll):
        by = staff.of("confirmer", enrolment.area_id)
        if at % 3 == 0:
            entitlement.suspend(
                enrolment=enrolment,
                from_month=next_month,
                ground="no_cooperation",
                note="两次未参加年度复核，已书面告知",
                by=by,
                on=on,
            )
        elif at % 3 == 1:
            entitlement.fade(
                enrolment=enrolment,
                months=6,
                ground="employed",
                note="户主就业，家庭收入超过标准，给予渐退期",
                by=by,
                on=on,
            )
        else:
            entitlement.exit_roll(
                enrolment=enrolment, ground="own_request", note="家庭自愿退出", by=by, on=on
            )


@transaction.atomic
def _reviews(staff: Staff, on: date) -> None:
    """Reviews left at every place: begun, referred to the county, concluded; those that wait come of the months themselves."""
    roll = Enrolment.objects.filter(state="active", from_month__lt=on.replace(day=1)).exclude(
        recertifications__concluded_on=None, recertifications__isnull=False
    )
    for at, enrolment in enumerate(roll.order_by("review_due", "pk")[:9]):
        reviewer = staff.of("reviewer", enrolment.area_id)
        row = entitlement.open_review(enrolment=enrolment, by=reviewer, on=on)
        if at % 3 == 1:
            entitlement.refer(
                review=row,
                proposal="keep",
                opinion="入户走访，女儿上月外出务工，拟继续观察",
                by=reviewer,
                on=on,
            )
        elif at % 3 == 2 and not entitlement.recertifying.differs(row, on):
            entitlement.carry_on(review=row, opinion="入户走访，情况与上次一致", by=reviewer, on=on)


# One claim for each place a claim may stand at, as far as the walk's county has families for them.
CLAIMS = (
    "proposed", "noticed", "objected", "decided", "waiver_asked", "settled", "written_off", "withdrawn", "revoked",
)  # fmt: skip


@transaction.atomic
def _recoveries(staff: Staff, on: date) -> None:
    """Money paid without ground, claimed back: one family a state, told and heard in the weeks before."""
    county = "533103"
    paid: dict[int, Payment] = {}
    rows = Payment.objects.filter(batch__area_id=county, state="paid", batch__state="reconciled")
    for row in rows.select_related("entitlement__enrolment").order_by("reference"):
        paid.setdefault(row.entitlement.household_id, row)
    told, decided = on - timedelta(days=35), on - timedelta(days=14)
    civil, confirmer, finance = (staff.of(role, county) for role in ("civil_affairs", "confirmer", "finance"))
    for state, row in zip(CLAIMS, list(paid.values())[::-1], strict=False):
        claim = payment.propose(
            enrolment=row.entitlement.enrolment, ground="error", facts="复核发现一项转移性收入漏计，当月多发", by=civil, on=told,
            items={row.reference: min(row.amount_fen, 12_000)},
        )  # fmt: skip
        if state == "proposed":
            continue
        claim = payment.notify(
            recovery=claim, by=civil, on=on - timedelta(days=2) if state == "noticed" else told
        )
        if state == "objected":
            payment.object_to(
                recovery=claim, text="该收入为一次性抚慰金，不应计入", by=civil, on=on - timedelta(days=3)
            )
        if state == "withdrawn":
            payment.withdraw(recovery=claim, note="收入性质已核清", by=civil, on=decided)
        if state in ("noticed", "objected", "withdrawn"):
            continue
        claim = payment.decide(recovery=claim, by=confirmer, on=decided)
        if state == "revoked":
            payment.revoke(recovery=claim, note="重新核算后没有多发", by=confirmer, on=on)
            continue
        if state != "settled":
            claim = payment.agree(
                recovery=claim, signer="户主本人", monthly_fen=2_000, first_on=decided, by=civil, on=decided
            )
        back = claim.open_fen if state == "settled" else 2_000
        payment.take_refund(
            recovery=claim,
            amount_fen=back,
            voucher=f"NX{on:%Y%m}-{claim.pk:04d}",
            by=finance,
            on=on - timedelta(days=7),
        )
        claim.refresh_from_db()
        if state in ("waiver_asked", "written_off"):
            claim = payment.ask_write_off(
                recovery=claim, reason="户主病故，没有遗产", by=civil, on=on - timedelta(days=5)
            )
        if state == "written_off":
            payment.write_off(recovery=claim, by=finance, on=on - timedelta(days=1))


@transaction.atomic
def _month_end(staff: Staff, counties: list[Area], past: list[date], on: date) -> None:
    """The two months before: sums made public, what came back explained; the older one closed, the newer asked for."""
    for row in Payment.objects.filter(state="failed", explanations=None).select_related("batch"):
        payment.explain_return(
            payment=row,
            by=staff.of("civil_affairs", row.batch.area_id),
            on=on,
            note="已通知户主到银行更正账户",
        )
    for month in past:
        runs = MonthRun.objects.filter(month=month).values_list("area_id", flat=True)
        for county in sorted(set(runs)):
            payment.publish_totals(
                programme=PROGRAMME, county=county, month=month, by=staff.of("civil_affairs", county), on=on
            )
    asks, closes = (Officer.objects.get(username=name) for name in ("zhouminzheng", "zhoucaizheng"))
    for month in past:
        asked = funds.ask_closing(month=month, by=asks, on=on)
        if month == past[0]:
            funds.close_month(closing=asked, by=closes, on=on)
    for county in counties:
        for source, percent in (("central", 70), ("province", 20), ("prefecture", 4), ("county", 6)):
            planned = Allotment.objects.filter(area=county, source=source, year=on.year).first()
            if planned is not None:
                ends.set_budget(
                    area=county, programme=PROGRAMME, source=source, year=on.year, amount_fen=planned.amount_fen * 105 // 100,
                    document_number=f"演财预〔{on.year}〕{county.code[-2:]}-{percent}号", by=staff.of("finance", county.code), on=date(on.year, 1, 15),
                )  # fmt: skip
