"""A bank reply of 500,000 lines (performance.md G7) beside bare COPY, UPDATE and INSERT of the same lines."""

from __future__ import annotations

from typing import Any

from benchmarks import payroll
from benchmarks.run import Figure, Run, benchmark, pairs


def answer(hand: Any, batch: Any) -> bytes:
    """The bank's answer to a batch: one line in a hundred failed."""
    from tuodi.gateways.bank import reply_text

    rows = hand.execute(
        "SELECT reference, amount_fen FROM payment_payment WHERE batch_id = %s ORDER BY reference", [batch.pk]
    ).fetchall()
    lines = (
        (r, fen, "04" if n % 100 == 7 else "00", "账户已销户" if n % 100 == 7 else "成功")
        for n, (r, fen) in enumerate(rows)
    )
    return reply_text(batch.number, batch.file_digest, "20261028", lines)


BARE = (
    "CREATE TEMPORARY TABLE bare_line (reference text, amount bigint, code text, message text) ON COMMIT DROP",
    "UPDATE bare_payment p SET state = CASE WHEN l.code = '00' THEN 'paid' ELSE 'failed' END, state_since = '2026-10-28', "
    "failure = CASE WHEN l.code = '00' THEN '' ELSE l.code || ' ' || l.message END FROM bare_line l "
    "WHERE p.reference = l.reference AND p.amount_fen = l.amount AND p.state = 'issued'",
    "INSERT INTO bare_posting (entry_id, debit_id, credit_id, amount_fen, payment_reference) "
    "SELECT 2, 3, 2, amount, reference FROM bare_line WHERE code <> '00'",
)


@benchmark("bankreply.500k", "lines/s", anchor="bare COPY + UPDATE + INSERT", goal=0.8, better="higher")
def bankreply(run: Run) -> Figure:
    """Goal: at most 1.25 times the bare statements' time, that is 0.8 of their rate. Both read the same bytes."""
    with payroll.own_database(run) as hand:
        from datetime import timedelta
        from io import BytesIO

        from tuodi.delivery.payment import services
        from tuodi.delivery.payment.models import PaymentBatch

        staff = payroll.month(hand)
        state: dict[str, Any] = {}

        def before() -> None:
            """A batch at the bank (its file left unwritten: that is not what is measured), and its bare twin."""
            payroll.empty(hand, staff)
            batch = services.approve(batch=payroll.product_run(staff), by=staff.payer, on=payroll.ON)
            from tuodi.delivery.payment.services import sending

            whole, sending.stage = (
                sending.stage,
                lambda b, on, tell=None: sending.Written(
                    sending.staging() / "x", "0" * 64, b.count, b.total_fen
                ),
            )
            publish, sending.publish = sending.publish, lambda b: None
            try:
                batch = services.send(batch=batch, by=staff.finance, on=payroll.ON)
            finally:
                sending.stage, sending.publish = whole, publish
            state["batch"] = PaymentBatch.objects.get(pk=batch.pk)
            state["data"] = answer(hand, state["batch"])
            payroll.bare_tables(hand)
            hand.execute(
                f"INSERT INTO bare_payment ({payroll.PAYMENT_COLUMNS}) SELECT {payroll.PAYMENT_COLUMNS} FROM payment_payment ORDER BY id"
            )
            hand.execute(
                f"INSERT INTO bare_posting ({payroll.POSTING_COLUMNS}) SELECT {payroll.POSTING_COLUMNS} FROM funds_posting ORDER BY id"
            )
            hand.execute("ANALYZE payment_payment, funds_posting, bare_payment, bare_posting")
            hand.execute("CHECKPOINT")

        def product() -> None:
            reply = services.take_reply(
                file=BytesIO(state["data"]),
                file_name="reply.txt",
                by=staff.civil_affairs,
                on=payroll.ON + timedelta(days=1),
            )
            assert reply.accepted and reply.failed == payroll.COUNT // 100, reply.faults[:3]

        def bare() -> None:
            data = state["data"]
            body = data[data.index(b"\n") + 1 : data.rstrip(b"\n").rindex(b"\n") + 1]
            with hand.transaction():
                hand.execute(BARE[0])
                with hand.cursor().copy(
                    "COPY bare_line FROM STDIN WITH (FORMAT csv, DELIMITER '|', ENCODING 'GB18030')"
                ) as into:
                    for start in range(0, len(body), 1 << 20):
                        into.write(body[start : start + (1 << 20)])
                for statement in BARE[1:]:
                    hand.execute(statement)

        return pairs(product, bare, before=before, rate_of=payroll.COUNT)
