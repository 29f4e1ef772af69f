"""A pay roll of 500,000 with its ledger on PostgreSQL (performance.md G6), beside the bare statements and beside COPY."""

from __future__ import annotations

import statistics
from typing import Any

from benchmarks import payroll
from benchmarks.run import Figure, Run, benchmark, pairs, timed


def beside(run: Run, bare: Any, count: int = payroll.COUNT) -> Figure:
    """Rates of the product and of `bare(hand)`, interleaved, each on emptied tables."""
    with payroll.own_database(run) as hand:
        staff = payroll.month(hand, count)

        def before() -> None:
            payroll.empty(hand, staff)
            payroll.bare_tables(hand)

        payroll.empty(hand, staff)
        batch = payroll.product_run(staff)
        assert batch.count == count and batch.state == "reserved"
        work = bare(hand, staff)
        return pairs(lambda: payroll.product_run(staff), work, before=before, rate_of=count)


@benchmark(
    "payroll.set_based", "payments/s", anchor="bare INSERT … SELECT, same indexes", goal=0.75, better="higher"
)
def set_based(run: Run) -> Figure:
    """Payments, reservation, totals, seal and journal in one transaction, against the two inserts alone."""
    return beside(run, lambda hand, staff: lambda: payroll.bare_run(hand))


@benchmark(
    "payroll.copy",
    "payments/s",
    anchor="bare COPY of the same rows, same indexes",
    goal=0.45,
    better="higher",
)
def copy(run: Run) -> Figure:
    """Against COPY of rows already made: what is lost by working them out and keeping books."""

    def prepared(hand: Any, staff: Any) -> Any:
        held = {}
        for table, columns in (
            ("payment_payment", payroll.PAYMENT_COLUMNS),
            ("funds_posting", payroll.POSTING_COLUMNS),
        ):
            with hand.cursor().copy(f"COPY (SELECT {columns} FROM {table} ORDER BY id) TO STDOUT") as out:
                held[table] = b"".join(bytes(piece) for piece in out)

        def work() -> None:
            with hand.transaction():
                for table, columns, name in (
                    ("bare_payment", payroll.PAYMENT_COLUMNS, "payment_payment"),
                    ("bare_posting", payroll.POSTING_COLUMNS, "funds_posting"),
                ):
                    with hand.cursor().copy(f"COPY {table} ({columns}) FROM STDIN") as into:
                        for start in range(0, len(held[name]), 1 << 20):
                            into.write(held[name][start : start + (1 << 20)])

        return work

    return beside(run, prepared)


@benchmark(
    "payroll.bulk_create",
    "payments/s",
    anchor="Django bulk_create of the same rows",
    goal=5.0,
    better="higher",
)
def bulk_create(run: Run) -> Figure:
    """Against Django's own bulk path, on a slice: payments and postings by bulk_create, nothing else."""
    count = 20_000
    with payroll.own_database(run) as hand:
        from django.db import transaction

        staff = payroll.month(hand, count)
        from tuodi.delivery.payment.models import Payment
        from tuodi.funds.models import Posting

        samples: dict[str, list[float]] = {"product": [], "bare": []}
        for turn in range(16):
            payroll.empty(hand, staff)
            samples["product"].append(timed(lambda: payroll.product_run(staff)))
            rows = list(Payment.objects.values())
            lines = list(Posting.objects.filter(payment_reference__isnull=False).values())
            payroll.empty(hand, staff)
            hand.execute("ALTER TABLE funds_posting DISABLE TRIGGER USER")

            def work(rows: list[dict[str, Any]] = rows, lines: list[dict[str, Any]] = lines) -> None:
                with transaction.atomic():
                    Payment.objects.bulk_create(
                        [Payment(**{k: v for k, v in r.items() if k != "id"}) for r in rows], batch_size=1000
                    )
                    Posting.objects.bulk_create(
                        [Posting(**{k: v for k, v in r.items() if k != "id"}) for r in lines], batch_size=1000
                    )

            samples["bare"].append(timed(work))
            hand.execute("ALTER TABLE funds_posting ENABLE TRIGGER USER")
            if not turn:
                samples = {"product": [], "bare": []}
        value, anchor = (count / statistics.median(samples[k]) for k in ("product", "bare"))
        return Figure(value, anchor, {"pairs": 15, "items": count})
