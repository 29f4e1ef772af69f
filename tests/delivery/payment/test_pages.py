"""The pages of money, walked by the officers who use them, and shut to those who do not."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.delivery.payment.conftest import approved, prepared
from tests.funds.world import COUNTY, MONTH, PROGRAMME
from tuodi.delivery.payment.models import Payment, PaymentBatch
from tuodi.funds.models import Account, Entry
from tuodi.gateways.bank import PAID, FakeBank, reply_text
from tuodi.records.org import clock


@pytest.fixture(autouse=True)
def no_second_factor(settings):
    settings.SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def as_(client):
    def go(officer):
        client.force_login(officer, backend="tuodi.records.org.backend.OfficerBackend")
        return client

    return go


def test_a_month_from_the_roll_to_reconciliation_on_pages_alone(
    county, as_, django_capture_on_commit_callbacks, monkeypatch
):
    from datetime import date

    monkeypatch.setattr(clock, "today", lambda: date(2026, 11, 2))
    web = as_(county.staff.civil_affairs)
    page = web.get(reverse("payment:prepare"))
    key = page.context["form"].initial["key"]
    for _twice in range(2):
        answer = web.post(
            reverse("payment:prepare"),
            {"programme": PROGRAMME, "county": COUNTY, "month": "2026-11", "key": key},
        )
        assert answer.status_code == 302, answer.content.decode()
    batch = PaymentBatch.objects.get()
    at = lambda name: reverse(f"payment:{name}", args=[batch.pk])  # noqa: E731
    assert web.get(at("batch")).status_code == 200
    assert web.get(at("approve")).status_code == 403
    web = as_(county.staff.payer)
    assert web.post(at("approve"), {"version": batch.version, "note": "同意"}).status_code == 302
    batch.refresh_from_db()
    assert web.post(at("approve"), {"version": batch.version - 1, "note": ""}).status_code == 422
    web = as_(county.staff.finance)
    with django_capture_on_commit_callbacks(execute=True):
        assert web.post(at("send"), {"version": batch.version}).status_code == 302
    batch.refresh_from_db()
    data = b"".join(web.post(at("file")).streaming_content)
    assert batch.number.encode() in data
    from tuodi.delivery.payment.services.sending import outbox

    bank, refused = FakeBank(), set(batch.payments.order_by("pk").values_list("reference", flat=True)[:3])
    bank.outcome = lambda reference, _account: "01" if reference in refused else PAID  # type: ignore[method-assign]
    answer = bank.receive(outbox() / batch.file_name)
    upload = lambda body: SimpleUploadedFile("huipan.txt", body)  # noqa: E731
    bad = web.post(at("reply"), {"file": upload(answer[:-9]), "act": "take"})
    assert bad.status_code == 422 and "没有入账" in bad.content.decode()
    look = web.post(at("reply"), {"file": upload(answer), "act": "look"})
    assert (
        look.status_code == 200
        and "核对无误" in look.content.decode()
        and Payment.objects.filter(state="issued").count() == 12
    )
    assert web.post(at("reply"), {"file": upload(answer), "act": "take"}).status_code == 302
    assert web.get(at("batch")).status_code == 200
    batch.refresh_from_db()
    assert web.post(at("reconcile"), {"version": batch.version, "note": ""}).status_code == 302
    assert "一致" in web.get(reverse("payment:identities") + "?month=2026-11").content.decode()
    web = as_(county.staff.civil_affairs)
    listed = web.get(reverse("payment:returned"))
    failed = Payment.objects.filter(state="failed")
    assert failed.exists() and all(p.reference in listed.content.decode() for p in failed)
    assert web.post(reverse("payment:returned"), {}).status_code == 422
    one = failed[0].reference
    assert web.post(reverse("payment:returned"), {"reference": one}).status_code == 422
    assert web.post(reverse("payment:returned"), {"reference": one, "confirmed": one}).status_code == 302
    assert web.post(reverse("payment:restore", args=[failed[1].pk]), {"note": "已死亡"}).status_code == 302


def test_pages_say_what_is_missing_instead_of_failing(county, as_):
    web = as_(county.staff.civil_affairs)
    answer = web.post(
        reverse("payment:prepare"), {"programme": PROGRAMME, "county": "533122", "month": "2026-11"}
    )
    assert answer.status_code == 422 and "county" in answer.context["form"].errors, (
        "only one's own counties are offered"
    )
    assert not PaymentBatch.objects.exists()
    assert (
        web.post(
            reverse("payment:prepare"), {"programme": PROGRAMME, "county": COUNTY, "month": "十一月"}
        ).status_code
        == 422
    )
    assert web.get(reverse("payment:returned")).status_code == 200
    assert "没有退回的款项" in web.get(reverse("payment:returned")).content.decode()


def test_every_list_and_sheet_opens_within_its_queries(county, as_, send, django_assert_max_num_queries):
    batch = send(approved(county), county.staff.finance)
    rows = list(Payment.objects.order_by("reference").values_list("reference", "amount_fen"))
    import io

    from tuodi.delivery.payment.services import take_reply

    data = reply_text(
        batch.number,
        batch.file_digest,
        "20261028",
        [(r, f, "04" if n < 3 else "00", "") for n, (r, f) in enumerate(rows)],
    )
    refused = take_reply(
        file=io.BytesIO(data[:-20]),
        file_name="x",
        by=county.staff.civil_affairs,
        on=MONTH,
        handed_in_at=batch,
    )
    take_reply(file=io.BytesIO(data), file_name="x", by=county.staff.civil_affairs, on=MONTH)
    web = as_(county.staff.civil_affairs)
    enrolment, account, entry = (
        county.rolls[0].pk,
        Account.objects.get(kind="available").pk,
        Entry.objects.first().pk,
    )
    from tuodi.delivery.entitlement.models import MonthRun

    pages = [
        reverse("payment:list"), reverse("payment:list") + "?state=replied&month=2026-11", reverse("payment:batch", args=[batch.pk]),
        reverse("payment:batch", args=[batch.pk]) + "?xlsx=1", reverse("payment:roster", args=[batch.pk]), reverse("payment:returned"),
        reverse("payment:reply_faults", args=[refused.pk]), reverse("payment:reply", args=[batch.pk]), reverse("payment:prepare"),
        reverse("entitlement:list"), reverse("entitlement:list") + "?due=over&state=active", reverse("entitlement:list") + "?xlsx=1",
        reverse("entitlement:enrolment", args=[enrolment]), reverse("entitlement:month"),
        reverse("entitlement:run", args=[MonthRun.objects.get().pk]), reverse("funds:balances"), reverse("funds:balances") + "?year=2026",
        reverse("funds:statement", args=[account]), reverse("funds:statement", args=[account]) + "?xlsx=1", reverse("funds:entry", args=[entry]),
    ]  # fmt: skip
    web.get(pages[0])  # the session is written once
    for url in pages:
        with django_assert_max_num_queries(10, info=url):
            answer = web.get(url)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert answer.status_code == 200 and body, url
    for name in ("adjust", "suspend", "exit", "fade"):
        assert (
            as_(county.staff.confirmer).get(reverse(f"entitlement:{name}", args=[enrolment])).status_code
            == 200
        )


def test_another_county_sees_nothing(county, as_):
    from tests.funds.world import officers

    batch = prepared(county)
    stranger = officers("533122").civil_affairs
    web = as_(stranger)
    assert web.get(reverse("payment:batch", args=[batch.pk])).status_code == 404
    assert batch.number not in web.get(reverse("payment:list")).content.decode()
    assert web.get(reverse("entitlement:enrolment", args=[county.rolls[0].pk])).status_code == 404
    assert (
        web.get(reverse("funds:statement", args=[Account.objects.get(kind="available").pk])).status_code
        == 404
    )
    assert web.get(reverse("funds:entry", args=[Entry.objects.first().pk])).status_code == 404
    assert as_(county.staff.outsider).get(reverse("payment:list")).status_code == 403


def test_finance_releases_on_the_page_once(county, as_):
    web = as_(county.staff.finance)
    given = {
        "area": COUNTY,
        "programme": PROGRAMME,
        "source": "province",
        "year": 2026,
        "amount_fen": "1,084.50",
        "document_number": "云财社 9",
    }
    for _twice in range(2):
        answer = web.post(reverse("funds:release"), given)
        assert answer.status_code == 302, answer.content.decode()
    account = Account.objects.get(kind="available", source="province")
    assert account.balance_fen == 108450
    outside = web.post(reverse("funds:release"), given | {"area": "533122", "document_number": "x"})
    assert outside.status_code == 422 and "不在您的职责范围内" in outside.content.decode()
    entry = Entry.objects.get(kind="release", note="云财社 9")
    assert web.post(reverse("funds:reverse", args=[entry.pk]), {"note": "文号有误"}).status_code == 302
    account.refresh_from_db()
    assert account.balance_fen == 0
