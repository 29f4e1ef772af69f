"""A process with Django warm that forks one payment run a line of its input; the test kills the runs it forks.

    python -m tests.faults.nursery FOLDER [twin]      (TUODI_DATABASE, TUODI_VAR, TUODI_KEYS from the environment)

Input lines:  `make N`       build the world: three counties with N households each
              `run K`        fork a run of month K; answers `began PID`, later `ended PID STATUS`
              `check K`      answers `faults [...]`: the books, the roster of month K, the files in the outbox
              `replies K`    have the fake bank answer month K's files into FOLDER/replies
A run writes each act it has been told is done, with fsync, to FOLDER/told: what stands there may never be lost.
"""

from __future__ import annotations

import json
import os
import sys
import time
from datetime import date
from pathlib import Path

FOLDER = Path(sys.argv[1])
TWIN = len(sys.argv) > 2 and sys.argv[2] == "twin"
COUNTIES = {"533103": "533103001", "533122": "533122100", "533123": "533123100"}
PROGRAMME = "minimum_living"


def month_number(k: int) -> date:
    number = 2026 * 12 + 10 + k
    return date(number // 12, number % 12 + 1, 1)


def day_before(month: date) -> date:
    number = month.year * 12 + month.month - 2
    return date(number // 12, number % 12 + 1, 28)


def tell(text: str) -> None:
    handle = os.open(FOLDER / "told", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(handle, (text + "\n").encode())
    os.fsync(handle)
    os.close(handle)


def make(count: int) -> None:
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    from tests.funds.world import budget, families, officers
    from tuodi.records.org.load import load_areas
    from tuodi.records.org.models import Area
    from tuodi.records.standards.load import load_calendar

    load_areas()
    load_calendar()
    for n, county in enumerate(COUNTIES):
        staff = officers(county)
        town = Area.objects.filter(pk__startswith=county, level="township").order_by("pk")[0].pk
        families(count, staff, town=town, first=10_000 * n)
        budget(10**12, staff, county=county, number=f"预算{county}")


def run(k: int) -> None:
    """The month as an office does it, from wherever the last try left it."""
    from tests.funds.world import officers
    from tuodi.delivery.entitlement.services import run_month
    from tuodi.delivery.payment import services
    from tuodi.delivery.payment.models import BankReply, PaymentBatch
    from tuodi.kit.digest import file_digest

    month = month_number(k)
    on = day_before(month)
    if TWIN:
        break_prepare()
    tell(f"begin {k}")
    for path in sorted((FOLDER / "replies").glob(f"{k - 1}-*.txt")):
        if not BankReply.objects.filter(file_digest=file_digest(path), accepted=True).exists():
            with path.open("rb") as file:
                county = path.stem.split("-")[1]
                taken = services.take_reply(
                    file=file, file_name=path.name, by=officers(county).civil_affairs, on=on
                )
            assert taken.accepted, taken.faults
        tell(f"reply {path.name}")
    for county in COUNTIES:
        staff = officers(county)
        run_month(programme=PROGRAMME, county=county, month=month, by=staff.civil_affairs, on=on)
        tell(f"month {k} {county}")
        batch = services.prepare_batch(
            programme=PROGRAMME,
            county=county,
            month=month,
            by=staff.civil_affairs,
            on=on,
            key=f"run:{k}:{county}",
        )
        tell(f"prepared {k} {county}")
        if batch.state == "reserved":
            batch = services.approve(batch=batch, by=staff.payer, on=on)
        tell(f"approved {k} {county}")
        if batch.state == "approved":
            batch = services.send(batch=batch, by=staff.finance, on=on)
        services.publish(PaymentBatch.objects.get(pk=batch.pk))
        tell(f"sent {k} {county}")
    tell(f"done {k}")


def break_prepare() -> None:
    """The broken twin: payments committed first, the reservation in a second transaction."""
    from django.db import connection

    from tuodi.funds import services as funds

    whole = funds.plan

    def plan(**asked):  # type: ignore[no-untyped-def]
        if connection.vendor == "postgresql":
            connection.connection.execute("COMMIT")
        else:
            connection.connection.execute("COMMIT")
        time.sleep(0.15)
        return whole(**asked)

    funds.plan = plan


def check(k: int) -> list[str]:
    from tuodi.delivery.entitlement.models import Enrolment, Entitlement
    from tuodi.delivery.payment.models import Payment, PaymentBatch
    from tuodi.delivery.payment.services.sending import file_name, outbox
    from tuodi.funds.selectors import faults
    from tuodi.gateways.bank import ENCODING
    from tuodi.kit.digest import file_digest
    from tuodi.records.journal.verify import verify

    month = month_number(k)
    wrong = [str(f) for f in faults()] + ([str(f) for f in verify()] if k % 5 == 0 else [])
    roll = Enrolment.objects.count()
    if (n := Entitlement.objects.filter(month=month).count()) != roll:
        wrong.append(f"{n} entitlements for {roll} households")
    paid = Payment.objects.filter(entitlement__month=month).exclude(state="voided")
    if (n := paid.count()) != roll or (n := paid.values("entitlement").distinct().count()) != roll:
        wrong.append(f"{n} payments for {roll} households")
    for county in COUNTIES:
        found = list(PaymentBatch.objects.filter(area_id=county, month=month))
        if len(found) != 1 or found[0].state not in ("sent", "replied"):
            wrong.append(f"{county}: batches {[b.state for b in found]}")
            continue
        path = outbox() / file_name(found[0])
        if not path.exists() or file_digest(path) != found[0].file_digest:
            wrong.append(f"{path.name}: not the file that was sent")
            continue
        lines = path.read_bytes().decode(ENCODING).splitlines()[1:-1]
        if sorted(x.split("|")[0] for x in lines) != sorted(
            found[0].payments.values_list("reference", flat=True)
        ):
            wrong.append(f"{path.name}: other payments than the batch")
    for path in outbox().glob("*.txt"):
        if not PaymentBatch.objects.filter(file_name=path.name, file_digest=file_digest(path)).exists():
            wrong.append(f"{path.name} stands in the outbox and was never sent")
    return wrong


def replies(k: int) -> list[str]:
    """The bank, a party of its own with its own book, pays the month's files and answers."""
    from tuodi.delivery.payment.models import PaymentBatch
    from tuodi.delivery.payment.services.sending import file_name, outbox
    from tuodi.gateways.bank import FakeBank

    bank = FakeBank(FOLDER / "book.json", seed="faults", failure_rate=0.1)
    (FOLDER / "replies").mkdir(exist_ok=True)
    for batch in PaymentBatch.objects.filter(month=month_number(k)):
        answer = bank.receive(outbox() / file_name(batch))
        (FOLDER / "replies" / f"{k}-{batch.area_id}.txt").write_bytes(answer)
    return bank.repeated


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tuodi.config.settings")
    import django

    django.setup()
    from django.db import connections

    import tuodi.delivery.payment.services
    from tuodi.kit import jobs

    assert tuodi.delivery.payment.services and jobs
    for line in sys.stdin:
        words = line.split()
        try:
            if words[0] == "make":
                make(int(words[1]))
                answer = "made"
            elif words[0] == "run":
                connections.close_all()
                pid = os.fork()
                if not pid:
                    status = 1
                    try:
                        run(int(words[1]))
                        status = 0
                    except BaseException as error:
                        (FOLDER / "error").write_text(f"{type(error).__name__}: {error}"[:2000])
                    finally:
                        os._exit(status)
                print(f"began {pid}", flush=True)
                _pid, status = os.waitpid(pid, 0)
                answer = f"ended {pid} {status}"
            elif words[0] == "check":
                answer = "faults " + json.dumps(check(int(words[1])), ensure_ascii=False)
            else:
                answer = "repeated " + json.dumps(replies(int(words[1])))
        except Exception as error:
            answer = "trouble " + json.dumps(f"{type(error).__name__}: {error}"[:2000], ensure_ascii=False)
        connections.close_all()
        print(answer, flush=True)


if __name__ == "__main__":
    main()
