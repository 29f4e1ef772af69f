"""The bank's reply: taken whole or refused whole (D2), returns repaired, the unknown never sent again."""

import io
import random

import pytest
from django.db import transaction

from tests.delivery.payment.conftest import prepared
from tests.funds.world import COUNTY, MONTH, ON, PROGRAMME, account_number, budget, families
from tuodi.core.refusal import Refused
from tuodi.delivery.entitlement.services import run_month
from tuodi.delivery.payment import selectors, services
from tuodi.delivery.payment.models import BankReply, Payment, PaymentBatch
from tuodi.delivery.payment.services.replies import examine
from tuodi.funds.models import Entry
from tuodi.funds.selectors import balance_of
from tuodi.gateways.bank import ENCODING, RETURN, reply_text
from tuodi.kit.sealed import lookup_hash
from tuodi.records.people.models import PayeeAccount


def held(kind):
    return balance_of(kind, area=COUNTY, programme=PROGRAMME)


def answers(sent, codes=None):
    """(reference, amount, code, message) of every payment; codes by position, the rest paid."""
    codes = codes or {}
    rows = (
        Payment.objects.filter(batch=sent.batch).order_by("reference").values_list("reference", "amount_fen")
    )
    return [(r, fen, codes.get(n, "00"), "退" if n in codes else "成功") for n, (r, fen) in enumerate(rows)]


def text(sent, rows, **more):
    return reply_text(
        sent.batch.number,
        more.get("digest", sent.batch.file_digest),
        "20261028",
        rows,
        kind=more.get("kind", "TUODI-R1"),
    )


def test_a_good_reply_pays_fails_and_books_every_fen(sent):
    reply = sent.reply(text(sent, answers(sent, {0: "04", 5: "02"})))
    assert reply.accepted and (reply.paid, reply.failed) == (10, 2)
    batch = PaymentBatch.objects.get()
    assert batch.state == "replied"
    assert held("in_transit") == 0 and held("paid") == reply.paid_fen and held("returned") == reply.failed_fen
    assert held("paid") + held("returned") == batch.total_fen
    assert Payment.objects.filter(state="failed").values_list("failure", flat=True)[0].startswith("0")
    done = services.reconcile(batch=batch, by=sent.staff.finance, on=ON)
    assert done.state == "reconciled"
    assert all(i.holds for i in selectors.identities(MONTH)), [
        i for i in selectors.identities(MONTH) if not i.holds
    ]


def test_the_figures_on_a_batch_are_the_sums_of_its_payments_at_every_step(sent):
    def agree():
        batch = PaymentBatch.objects.get()
        assert selectors.figures_of(batch) == selectors.figures(batch)
        return batch.paid_count, batch.failed_count, batch.unanswered_count

    rows = answers(sent, {0: "04", 5: "02"})
    assert agree() == (0, 0, 12)
    sent.reply(text(sent, rows[:4]))
    assert agree() == (3, 1, 8)
    assert not sent.reply(text(sent, rows[:4], digest="f" * 64)).accepted
    sent.reply(text(sent, rows[4:]))
    assert agree() == (10, 2, 0)
    sent.reply(text(sent, [(*rows[1][:2], "04", "销户")], kind=RETURN))
    assert agree() == (9, 3, 0)


def test_a_reply_that_forgets_the_figures_on_the_batch_is_found_out(sent, monkeypatch):
    """The broken twin: outcomes written, the batch's own figures left as they were."""
    from tuodi.delivery.payment.services import replies
    from tuodi.funds.selectors import faults

    class Taken(Exception):
        pass

    monkeypatch.setattr(replies, "_count", lambda *_a: None)
    with pytest.raises(Taken), transaction.atomic():
        assert sent.reply(text(sent, answers(sent))).accepted
        assert {f.what for f in faults()} >= {"batch unlike its payments", "payments and ledger"}
        raise Taken


def broken(sent):
    """Wrong replies by name: what the bank, or someone on the way, might get wrong."""
    rows = answers(sent)
    good = text(sent, rows).decode(ENCODING)
    lines = good.splitlines()
    first = lines[1].split("|")
    return {
        "total line wrong": good.replace(lines[-1], "T|12|1|12|1|0|0"),
        "count wrong": good.replace("T|12|", "T|13|").replace("|12|", "|13|", 1),
        "a line missing": "\n".join(lines[:3] + lines[4:]) + "\n",
        "cut off": "\n".join(lines[:-1]) + "\n",
        "cut in a line": good[: len(good) // 2],
        "no head": "\n".join(lines[1:]) + "\n",
        "an unknown reference": text(sent, [*rows[:-1], ("T999999999901", rows[-1][1], "00", "")]).decode(
            ENCODING
        ),
        "a line twice": text(sent, [*rows, rows[0]]).decode(ENCODING),
        "one line for another": text(sent, [*rows[:-1], rows[0]]).decode(ENCODING),
        "an amount changed": text(sent, [(rows[0][0], rows[0][1] + 1, "00", ""), *rows[1:]]).decode(ENCODING),
        "two amounts swapped": text(
            sent, [(rows[0][0], rows[1][1], "00", ""), (rows[1][0], rows[0][1], "00", ""), *rows[2:]]
        ).decode(ENCODING),
        "a code nobody agreed": text(sent, [(*rows[0][:2], "77", ""), *rows[1:]]).decode(ENCODING),
        "another batch's number": good.replace(sent.batch.number, "FF-533103-202611-09"),
        "another file's digest": text(sent, rows, digest="f" * 64).decode(ENCODING),
        "a field too many": good.replace(lines[1], lines[1] + "|x"),
        "a field too few": good.replace(lines[1], "|".join(first[:3])),
        "an amount with decimals": good.replace(lines[1], "|".join([first[0], first[1] + ".00", *first[2:]])),
        "an amount below nothing": good.replace(lines[1], "|".join([first[0], "-" + first[1], *first[2:]])),
        "an empty line inside": good.replace(lines[2], ""),
        "only head and total": f"{lines[0]}\nT|0|0|0|0|0|0\n",
        "a return that says paid": text(sent, rows, kind=RETURN).decode(ENCODING),
        "nothing at all": "",
        "something else": "PK\x03\x04 not a reply",
    }


NAMES = [
    "total line wrong", "count wrong", "a line missing", "cut off", "cut in a line", "no head", "an unknown reference", "a line twice",
    "one line for another", "an amount changed", "two amounts swapped", "a code nobody agreed", "another batch's number",
    "another file's digest", "a field too many", "a field too few", "an amount with decimals", "an amount below nothing",
    "an empty line inside", "only head and total", "a return that says paid", "nothing at all", "something else",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_wrong_reply_is_refused_whole_and_says_why(sent, name):
    data = broken(sent)[name].encode(ENCODING)
    looked = examine(io.BytesIO(data))
    reply = sent.reply(data)
    assert not reply.accepted and reply.faults == [
        {"line": f.line, "what": f.what, "mend": f.mend} for f in looked.faults
    ]
    assert all(f["what"] and f["mend"] for f in reply.faults)
    assert set(Payment.objects.values_list("state", flat=True)) == {"issued"}
    assert held("in_transit") == sent.batch.total_fen and not Entry.objects.filter(kind="reply").exists()


def test_every_name_is_tried(sent):
    assert set(broken(sent)) == set(NAMES)


def test_bytes_that_are_no_text_are_refused(sent):
    data = text(sent, answers(sent)).replace("成功".encode(ENCODING), b"\xff\xff", 1)
    assert not sent.reply(data).accepted


def test_the_same_file_again_or_renamed_moves_nothing(sent):
    data = text(sent, answers(sent, {1: "01"}))
    assert sent.reply(data).accepted
    for name in ("reply.txt", "renamed.txt"):
        again = sent.reply(data, name)
        assert not again.accepted and "已经入账" in again.faults[0]["what"]
    assert (
        BankReply.objects.filter(accepted=True).count() == 1
        and held("paid") + held("returned") == sent.batch.total_fen
    )


def test_the_same_answers_in_other_bytes_move_nothing(sent):
    rows = answers(sent)
    half = rows[:6]
    assert sent.reply(text(sent, half)).accepted
    again = sent.reply(text(sent, list(reversed(half))))
    assert not again.accepted and "已经是" in again.faults[0]["what"]


def test_reordered_lines_are_a_good_reply(sent):
    rows = answers(sent, {2: "03"})
    random.Random(7).shuffle(rows)
    assert sent.reply(text(sent, rows)).accepted


def test_windows_line_ends_are_a_good_reply(sent):
    assert sent.reply(text(sent, answers(sent)).replace(b"\n", b"\r\n")).accepted


def test_a_partial_reply_leaves_the_rest_unknown_and_unknown_is_never_sent_again(sent):
    rows = answers(sent)
    assert sent.reply(text(sent, rows[:5])).accepted
    batch = PaymentBatch.objects.get()
    assert batch.state == "sent" and selectors.figures(batch).unanswered == 7
    with pytest.raises(Refused, match="没有待发"):
        services.prepare_batch(
            programme=PROGRAMME, county=COUNTY, month=MONTH, by=sent.staff.civil_affairs, on=ON
        )
    with pytest.raises(Refused, match="不在退回待处理"):
        services.prepare_reissue(
            programme=PROGRAMME,
            county=COUNTY,
            references=[rows[9][0]],
            confirmed=[rows[9][0]],
            by=sent.staff.civil_affairs,
            on=ON,
        )
    with pytest.raises(Refused):
        services.reconcile(batch=batch, by=sent.staff.finance, on=ON)
    assert sent.reply(text(sent, rows[5:])).accepted
    assert PaymentBatch.objects.get().state == "replied"


def test_a_line_that_failed_cannot_be_paid_by_a_later_file(sent):
    rows = answers(sent, {0: "04"})
    assert sent.reply(text(sent, rows[:3])).accepted
    late = sent.reply(text(sent, [(rows[0][0], rows[0][1], "00", ""), *rows[3:]]))
    assert not late.accepted and held("in_transit") == sum(r[1] for r in rows[3:])


def mend(reference):
    old = Payment.objects.select_related("entitlement").get(reference=reference)
    prior = PayeeAccount.objects.get(household=old.entitlement.household, until=None)
    PayeeAccount.objects.filter(pk=prior.pk).update(until=ON)
    return PayeeAccount.objects.create(
        household=prior.household, holder=prior.holder, holder_name=prior.holder_name, bank=prior.bank, account=account_number(9_000_000 + prior.pk),
        account_index=lookup_hash(account_number(9_000_000 + prior.pk)), since=ON,
    )  # fmt: skip


def test_a_failed_payment_is_paid_again_once_its_account_is_mended(sent, send):
    rows = answers(sent, {3: "04"})
    sent.reply(text(sent, rows))
    failed = rows[3][0]
    ask = {
        "programme": PROGRAMME,
        "county": COUNTY,
        "references": [failed],
        "by": sent.staff.civil_affairs,
        "on": ON,
    }
    with pytest.raises(Refused, match="还没有更正"):
        services.prepare_reissue(**ask)
    mend(failed)
    batch = services.prepare_reissue(**ask)
    with pytest.raises(Refused, match="不在退回待处理"):
        services.prepare_reissue(**ask)
    assert (batch.kind, batch.count, batch.total_fen, held("returned")) == ("reissue", 1, rows[3][1], 0)
    again = batch.payments.get()
    assert again.attempt == 2 and again.reference == failed[:-2] + "02"
    batch = send(services.approve(batch=batch, by=sent.staff.payer, on=ON), sent.staff.finance)
    paid = reply_text(
        batch.number, batch.file_digest, "20261028", [(again.reference, again.amount_fen, "00", "")]
    )
    assert sent.reply(paid).accepted
    assert held("paid") == sent.batch.total_fen


def test_a_reissue_that_is_voided_goes_back_among_the_returned(sent):
    rows = answers(sent, {3: "04"})
    sent.reply(text(sent, rows))
    mend(rows[3][0])
    ask = {
        "programme": PROGRAMME,
        "county": COUNTY,
        "references": [rows[3][0]],
        "by": sent.staff.civil_affairs,
        "on": ON,
    }
    services.void(batch=services.prepare_reissue(**ask), by=sent.staff.civil_affairs, on=ON, note="再核")
    assert held("returned") == rows[3][1]
    assert services.prepare_reissue(**ask).payments.get().attempt == 3


def test_money_of_a_death_goes_back_to_the_budget(sent):
    rows = answers(sent, {3: "06"})
    sent.reply(text(sent, rows))
    before = held("available")
    row = Payment.objects.get(reference=rows[3][0])
    services.restore(payment=row, by=sent.staff.civil_affairs, on=ON, note="9 月已死亡")
    assert held("available") == before + rows[3][1] and held("returned") == 0
    with pytest.raises(Refused):
        services.restore(payment=row, by=sent.staff.civil_affairs, on=ON, note="再来")


def test_what_the_bank_pays_back_later_becomes_a_return(sent):
    rows = answers(sent)
    sent.reply(text(sent, rows))
    back = [(rows[0][0], rows[0][1], "04", "销户退票")]
    assert sent.reply(text(sent, back, kind=RETURN)).accepted
    assert held("returned") == rows[0][1] and held("paid") == sent.batch.total_fen - rows[0][1]
    assert not sent.reply(text(sent, [*back, (rows[1][0], rows[1][1], "04", "")], kind=RETURN)).accepted
    assert (
        services.reconcile(batch=PaymentBatch.objects.get(), by=sent.staff.finance, on=ON).state
        == "reconciled"
    )
    assert all(i.holds for i in selectors.identities(MONTH)), [
        i for i in selectors.identities(MONTH) if not i.holds
    ]


def test_a_batch_from_two_sources_is_answered_pot_by_pot(county, send):
    families(40, county.staff, first=500, monthly_fen=900_000_00)
    budget(40_000_000_00, county.staff, source="county", number="县配套")
    run_month(programme=PROGRAMME, county=COUNTY, month=MONTH, by=county.staff.civil_affairs, on=ON)
    batch = send(services.approve(batch=prepared(county), by=county.staff.payer, on=ON), county.staff.finance)
    rows = list(Payment.objects.order_by("reference").values_list("reference", "amount_fen"))
    data = reply_text(
        batch.number,
        batch.file_digest,
        "20261028",
        [(r, fen, "04" if n % 7 == 0 else "00", "") for n, (r, fen) in enumerate(rows)],
    )
    assert services.take_reply(
        file=io.BytesIO(data), file_name="r", by=county.staff.civil_affairs, on=ON
    ).accepted
    assert held("in_transit") == 0 and held("paid") + held("returned") == batch.total_fen


def test_a_dry_run_changes_nothing(sent):
    before = BankReply.objects.count()
    assert examine(io.BytesIO(text(sent, answers(sent)))).good
    assert BankReply.objects.count() == before and held("in_transit") == sent.batch.total_fen


def test_a_match_that_forgets_the_amount_lets_a_wrong_file_pass(sent, monkeypatch):
    """The broken twin: what the one UPDATE compares is what stops a wrong file."""
    from tuodi.delivery.payment.services import replies

    rows = answers(sent)
    monkeypatch.setattr(replies, "MATCH", replies.MATCH.replace("AND p.amount_fen = s.amount", ""))
    twin = text(
        sent, [(rows[0][0], rows[0][1] + 1, "00", ""), (rows[1][0], rows[1][1] - 1, "00", ""), *rows[2:]]
    )
    assert sent.reply(twin).accepted, "the twin lets changed amounts through, so the real test above bites"


def test_the_trace_leads_from_the_yuan_to_the_article(sent):
    links = selectors.trace(Payment.objects.first())
    titles = [link["title"] for link in links]
    assert titles == [
        "款项",
        "总账凭证",
        "当月待遇",
        "保障金额",
        "审核确认决定",
        "资格评估",
        "所依据的事实",
        "参数与文件",
    ]
    assert "DB-2021 Art 4" in links[5]["articles"]
    assert ("dibao.std.rural_year", "6720（云民发〔2025〕40号）") in links[7]["facts"]
