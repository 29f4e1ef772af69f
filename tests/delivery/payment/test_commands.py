"""The month from the command line: `tuodi payment run` and `tuodi payment reply`, started twice as once."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from tuodi.delivery.payment.models import Payment, PaymentBatch
from tuodi.delivery.payment.services.sending import outbox
from tuodi.gateways.bank import FakeBank


def test_a_month_is_run_paid_and_answered_from_the_command_line(
    county, tmp_path, django_capture_on_commit_callbacks, capsys
):
    for until in ("reserved", "approved", "sent", "sent"):
        with django_capture_on_commit_callbacks(execute=True):
            call_command("payment_run", month="2026-11", until=until)
    batch = PaymentBatch.objects.get()
    assert batch.state == "sent" and (outbox() / batch.file_name).exists()
    reply = tmp_path / "reply.txt"
    data = FakeBank(failure_rate=0.2).receive(outbox() / batch.file_name)
    reply.write_bytes(data[:-3] + b"9\n")
    with pytest.raises(CommandError, match="没有入账"):
        call_command("payment_reply", str(reply))
    assert "整个文件" in capsys.readouterr().err and Payment.objects.filter(state="issued").count() == 12
    reply.write_bytes(data)
    call_command("payment_reply", str(reply), dry_run=True)
    assert Payment.objects.filter(state="issued").count() == 12
    call_command("payment_reply", str(reply))
    assert PaymentBatch.objects.get().state == "replied"
    with pytest.raises(CommandError):
        call_command("payment_reply", str(reply))


def test_in_production_the_command_wants_names(county, settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="--approve-by"):
        call_command("payment_run", month="2026-11")
