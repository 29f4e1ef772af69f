"""`tuodi demo bank NUMBER`: play the paying bank for a batch that was sent, and write its reply to be uploaded."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from tuodi.delivery.payment.models import PaymentBatch
from tuodi.delivery.payment.services.sending import file_name, outbox
from tuodi.gateways.bank import FakeBank


class Command(BaseCommand):
    help = "演示：扮演代发银行，对已送银行的批次写出回盘文件"

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("number", metavar="批次号", help="如 FF-533103-202701-01")
        parser.add_argument("--to", type=Path, help="写到哪个文件，默认 当前目录/批次号-回盘.txt")
        parser.add_argument("--failures", type=float, default=0.01, help="退回的比例，默认 0.01")

    def handle(self, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("正式环境由真正的银行回盘")
        batch = PaymentBatch.objects.filter(number=options["number"]).first()
        if batch is None or not batch.file_digest:
            raise CommandError(f"没有已送银行的批次 {options['number']}：先由财政点“送银行代发”")
        bank = FakeBank(settings.VAR / "demo" / "bank-book.json", failure_rate=options["failures"])
        target = options["to"] or Path(f"{batch.number}-回盘.txt")
        target.write_bytes(bank.receive(outbox() / file_name(batch)))
        self.stdout.write(f"回盘已写入 {target}，在批次页面“上传回盘”")
