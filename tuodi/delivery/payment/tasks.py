"""Background work of payments: sending a large batch, putting out files a crash left behind."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from tuodi.delivery.payment.models import PaymentBatch
from tuodi.delivery.payment.services import publish_pending, send
from tuodi.kit.jobs import Progress, job
from tuodi.records.org import clock
from tuodi.records.org.models import Officer


@job("payment.send", title=_("送银行"), resumable=True, attempts=3)
def send_batch(progress: Progress, *, batch_id: int, officer: str) -> str:
    """Write the bank file and send. Taken up again after a crash it finds the batch sent, or not, and never both."""
    batch = PaymentBatch.objects.get(pk=batch_id)
    progress.tell(0, batch.count)
    by = Officer.objects.get(username=officer)
    send(batch=batch, by=by, on=clock.today(), tell=progress.tell)
    return f"{batch.number} {batch.count}"


@job("payment.publish", title=_("补放银行文件"), every=timedelta(minutes=5))
def publish_files(progress: Progress) -> str:
    """Put into the outbox what was sent and is not there."""
    return str(publish_pending())
