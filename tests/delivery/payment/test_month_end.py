"""The end of a month: sums made public, what is out explained, the books closed by a second person and for good."""

import threading
from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from tests.delivery.payment.test_reply import answers, text
from tests.funds.world import COUNTY, MONTH, PREFECTURE, PROGRAMME, budget, officers
from tuodi.core.refusal import Refused
from tuodi.delivery.payment import selectors, services
from tuodi.delivery.payment.models import Payment, PaymentBatch, PublishedTotals
from tuodi.funds import selectors as books
from tuodi.funds import services as funds
from tuodi.funds.models import ClosedMonth, Closing, Entry
from tuodi.records.journal.models import JournalLine
from tuodi.records.org import clock
from tuodi.records.org.models import Area

LATER = date(2026, 12, 18)


@pytest.fixture
def high(sent):
    """The prefecture's people."""
    return officers(PREFECTURE)


def publish(sent, on=LATER):
    return services.publish_totals(
        programme=PROGRAMME, county=COUNTY, month=MONTH, by=sent.staff.civil_affairs, on=on
    )


def done(sent, codes=None):
    """November answered, reconciled and made public."""
    sent.reply(text(sent, answers(sent, codes)), on=date(2026, 11, 4))
    services.reconcile(batch=PaymentBatch.objects.get(), by=sent.staff.finance, on=date(2026, 11, 8))
    return publish(sent)


def ask(high, on=LATER):
    return funds.ask_closing(month=MONTH, by=high.civil_affairs, on=on)


def opened():
    return {c.label: c.open for c in books.checks(MONTH) if not c.holds}


def test_a_month_closes_when_nothing_of_it_is_open_and_by_a_second_person(sent, high):
    assert set(opened()) == {"发放批次都已对账", "各县（市）合计都已公布"}
    with pytest.raises(Refused, match="还不能结账：发放批次都已对账（1）"):
        ask(high)
    with pytest.raises(Refused, match="没有对账"):
        publish(sent)
    made = done(sent, {3: "06"})
    assert (made.due_count, made.paid_count) == (12, 11) and made.due_fen == sent.batch.total_fen
    assert opened() == {"退回款项都已补发、收回或说明": 1}
    with pytest.raises(Refused, match="退回款项"):
        ask(high)
    failed = Payment.objects.get(state="failed")
    services.explain_return(
        payment=failed, by=sent.staff.civil_affairs, on=LATER, note="户主已死亡，家属待办继承"
    )
    closing = ask(high)
    with pytest.raises(Refused, match="另一人"):
        funds.close_month(closing=ask_as_finance(closing), by=high.finance, on=LATER)
    closed = funds.close_month(closing=Closing.objects.get(), by=high.finance, on=LATER)
    assert closed.state == "closed" and [c["open"] for c in closed.checks] == [0, 0, 0, 0]
    assert books.closed_through() == MONTH
    with pytest.raises(Refused, match="已经结账，不能再开"):
        ask(high)
    with pytest.raises(Refused, match="不能“结账”"):
        funds.close_month(closing=Closing.objects.get(), by=high.finance, on=LATER)


def ask_as_finance(closing):
    """The same row as if the one who closes had asked."""
    closing.asked_by = f"finance_{PREFECTURE}"
    return closing


def test_a_closed_month_takes_no_entry_and_the_correction_goes_to_the_open_one(sent, high):
    done(sent)
    entry = Entry.objects.get(kind="release")
    funds.close_month(closing=ask(high), by=high.finance, on=LATER)
    for day in (date(2026, 11, 30), date(2026, 8, 31)):
        with pytest.raises(Refused, match="已经结账，不能再记账"):
            funds.release(
                area=Area.objects.get(pk=COUNTY), programme=PROGRAMME, source="central", year=2026, amount_fen=1, document_number="迟",
                on=day, by=sent.staff.finance,
            )  # fmt: skip
    small = budget_in_december(sent)
    mirror = funds.reverse(entry=small.entry, by=sent.staff.finance, on=LATER, note="文号写错")
    assert mirror.entered_on == LATER and entry.entered_on.month == 10
    with pytest.raises(DatabaseError), transaction.atomic():
        ClosedMonth.objects.all().delete()


def budget_in_december(sent):
    return funds.release(
        area=Area.objects.get(pk=COUNTY), programme=PROGRAMME, source="county", year=2026, amount_fen=500, document_number="追加",
        on=LATER, by=sent.staff.finance,
    )  # fmt: skip


def test_a_month_that_is_not_over_or_sent_back_is_not_closed(sent, high):
    with pytest.raises(Refused, match="已经过去"):
        ask(high, on=date(2026, 11, 30))
    done(sent)
    closing = ask(high)
    with pytest.raises(Refused, match="原因"):
        funds.return_closing(closing=closing, by=high.finance, on=LATER, note=" ")
    funds.return_closing(closing=closing, by=high.finance, on=LATER, note="等州级利息入账")
    with pytest.raises(Refused, match="不能“结账”"):
        funds.close_month(closing=closing, by=high.finance, on=LATER)
    again = funds.ask_closing(month=MONTH, by=high.finance, on=LATER)
    with pytest.raises(Refused, match="另一人"):
        funds.close_month(closing=again, by=high.finance, on=LATER)
    with pytest.raises(Refused, match="权限"):  # the one book is the prefecture's
        funds.close_month(closing=again, by=sent.staff.finance, on=LATER)
    with pytest.raises(Refused, match="权限"):
        funds.ask_closing(month=date(2026, 10, 1), by=sent.staff.finance, on=LATER)


def test_books_that_do_not_balance_are_not_closed(sent, high, monkeypatch):
    done(sent)
    closing = ask(high)
    monkeypatch.setattr(funds, "faults", lambda: [books.LedgerFault("account totals", "7: 1/0")])
    with pytest.raises(Refused, match="账不平"):
        funds.close_month(closing=closing, by=high.finance, on=LATER)
    assert not ClosedMonth.objects.exists()


def test_the_same_sums_are_published_once_and_new_ones_beside_them(sent):
    first = done(sent)
    assert publish(sent) == first
    sent.reply(text(sent, [(*answers(sent)[0][:2], "04", "销户")], kind="TUODI-X1"), on=date(2026, 12, 1))
    second = publish(sent)
    assert (second.sequence, second.paid_count, second.open_fen) == (
        2,
        11,
        Payment.objects.get(state="failed").amount_fen,
    )
    assert list(selectors.published(MONTH)) == [second]
    assert JournalLine.objects.filter(act="payment.publish").count() == 2
    with pytest.raises(Refused, match="还没有生成"):
        services.publish_totals(
            programme=PROGRAMME, county=COUNTY, month=date(2026, 9, 1), by=sent.staff.civil_affairs, on=LATER
        )
    with pytest.raises(DatabaseError), transaction.atomic():
        PublishedTotals.objects.update(paid_fen=0)


def test_only_what_is_out_is_explained(sent):
    done(sent)
    with pytest.raises(Refused, match="不在退回待处理"):
        services.explain_return(
            payment=Payment.objects.first(), by=sent.staff.civil_affairs, on=LATER, note="试"
        )


def test_a_month_is_closed_on_pages_and_read_by_whoever_sees_the_money(
    sent, high, client, settings, monkeypatch, django_assert_max_num_queries
):
    settings.SECOND_FACTOR_REQUIRED = False
    monkeypatch.setattr(clock, "today", lambda: LATER)

    def as_(officer):
        client.force_login(officer, backend="tuodi.records.org.backend.OfficerBackend")
        return client

    page = reverse("funds:closing", args=["2026-11"])
    sent.reply(text(sent, answers(sent, {3: "06"})), on=date(2026, 11, 4))
    web = as_(sent.staff.finance)
    body = web.get(page).content.decode()
    assert "还不能结账" in body and "提请结账</a>" not in body
    batch = PaymentBatch.objects.get()
    web.post(reverse("payment:reconcile", args=[batch.pk]), {"version": batch.version, "note": ""})
    web = as_(sent.staff.civil_affairs)
    failed = Payment.objects.get(state="failed")
    assert web.post(reverse("payment:explain", args=[failed.pk]), {"note": "联系不上家属"}).status_code == 302
    assert "联系不上家属" in web.get(reverse("payment:returned")).content.decode()
    given = {"programme": PROGRAMME, "county": COUNTY, "month": "2026-11"}
    assert web.post(reverse("payment:publish"), given).status_code == 302
    assert web.post(reverse("payment:publish"), given | {"month": "2026-12"}).status_code == 422
    web = as_(high.civil_affairs)
    assert "提请结账</a>" in web.get(page).content.decode()
    assert web.post(reverse("funds:close_ask", args=["2026-11"]), {"note": ""}).status_code == 302
    assert web.post(reverse("funds:close_ask", args=["2026-11"]), {"note": ""}).status_code == 422
    assert web.get(reverse("funds:close", args=["2026-11"])).status_code == 403
    web = as_(high.finance)
    version = Closing.objects.get().version
    assert web.post(reverse("funds:close", args=["2026-11"]), {"version": 99}).status_code == 422
    for url in (page, reverse("funds:closings"), reverse("payment:totals"), reverse("payment:publish")):
        web.get(url)
        with django_assert_max_num_queries(10, info=url):
            web.get(url)
    assert (
        web.post(
            reverse("funds:close", args=["2026-11"]), {"version": version, "note": "核对一致"}
        ).status_code
        == 302
    )
    body = web.get(page).content.decode()
    assert "已结账" in body and "核对一致" in body
    assert web.get(reverse("funds:closing", args=["2026-10"])).context["closed"], "with it, the month before"
    client.logout()
    public = client.get(reverse("payment:totals") + "?month=2026-11").content.decode()
    assert "芒市" in public and "户主" not in public


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_closing_waits_for_whoever_is_writing_an_entry_at_that_moment(transactional_db):
    from tuodi.records.org.load import load_areas

    load_areas()
    staff = officers()
    officers(PREFECTURE)
    writing, may_end = threading.Event(), threading.Event()
    order = []

    def slow() -> None:
        try:
            with transaction.atomic():
                budget(100, staff, number="慢")  # entered on 2026-10-28
                writing.set()
                may_end.wait(20)
                order.append("entered")
        finally:
            connection.close()

    def close() -> None:
        from tests.funds.world import closed

        try:
            closed(date(2026, 10, 1), on=date(2026, 11, 3))
            order.append("closed")
        finally:
            connection.close()

    one, two = threading.Thread(target=slow), threading.Thread(target=close)
    one.start()
    assert writing.wait(20)
    two.start()
    two.join(1)
    assert two.is_alive(), "the closing did not wait"
    may_end.set()
    one.join(20)
    two.join(20)
    assert order == ["entered", "closed"]
    with pytest.raises(Refused, match="已经结账"):
        budget(100, staff, number="迟")
