"""`tuodi payment run --month 2026-11`: a month from the roll to the bank file, county by county.

May be stopped at any point and started again: what is done is found done, what is not is done once.
"""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from tuodi.core.refusal import Refused
from tuodi.delivery.entitlement.models import Enrolment
from tuodi.delivery.entitlement.months import parse_month
from tuodi.delivery.entitlement.services import run_month
from tuodi.delivery.payment import services
from tuodi.delivery.payment.models import PaymentBatch
from tuodi.delivery.payment.services.sending import file_name, outbox
from tuodi.funds.services import yuan
from tuodi.records.org import clock
from tuodi.records.org.models import Assignment, Officer
from tuodi.records.org.rights import holds


class Command(BaseCommand):
    help = "生成一个月的待遇和发放清册，复核后写出银行文件"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--month", required=True, help="月份，如 2026-11")
        parser.add_argument(
            "--county", action="append", default=[], help="县（市）区划代码，可多次；不写即全部有在保户的县"
        )
        parser.add_argument("--programme", default="minimum_living")
        parser.add_argument("--by", default="", help="民政业务经办人（用户名）；演示环境可不写")
        parser.add_argument("--approve-by", default="", help="发放复核人（用户名）")
        parser.add_argument("--send-by", default="", help="财政送银行的人（用户名）")
        parser.add_argument(
            "--until", choices=("reserved", "approved", "sent"), default="sent", help="做到哪一步为止"
        )

    def handle(self, **options: Any) -> None:
        try:
            month = parse_month(options["month"])
        except ValueError:
            raise CommandError("月份写成 2026-11 的样子") from None
        on = clock.today()
        programme = options["programme"]
        counties = options["county"] or sorted(
            {
                code[:6]
                for code in Enrolment.objects.filter(programme=programme)
                .values_list("area_id", flat=True)
                .distinct()
            }
        )
        if not counties:
            raise CommandError("名册上还没有在保户")
        failed = 0
        for county in counties:
            try:
                self.one(programme, county, month, on, options)
            except Refused as refused:
                failed += 1
                self.stderr.write(f"{county}：{refused}")
        services.publish_pending()
        if failed:
            raise CommandError(f"{failed} 个县没有完成，原因见上；改正后重新运行即可，已完成的不会重做")

    def one(self, programme: str, county: str, month: date, on: date, options: dict[str, Any]) -> None:
        """One county's month, from wherever it stands."""
        clerk = self.officer(options["by"], "civil_affairs", county, on)
        run = run_month(programme=programme, county=county, month=month, by=clerk, on=on)
        self.stdout.write(f"{county} {month:%Y-%m} 待遇 {run.households} 笔 {yuan(run.total_fen)}")
        open_batches = PaymentBatch.objects.filter(
            area_id=county, programme=programme, month=month, kind="regular"
        ).exclude(state="voided")
        try:
            services.prepare_batch(programme=programme, county=county, month=month, by=clerk, on=on)
        except Refused:
            if not open_batches.exists():
                raise
        for batch in open_batches.order_by("pk"):
            if batch.state == "reserved" and options["until"] != "reserved":
                batch = services.approve(
                    batch=batch, by=self.officer(options["approve_by"], "payer", county, on), on=on
                )
            if batch.state == "approved" and options["until"] == "sent":
                batch = services.send(
                    batch=batch,
                    by=self.officer(options["send_by"], "finance", county, on),
                    on=on,
                    tell=self.tell(batch),
                )
            where = outbox() / file_name(batch) if batch.file_digest else ""
            self.stdout.write(
                f"{county} {batch.number} {batch.count} 笔 {yuan(batch.total_fen)} {batch.state} {where}".rstrip()
            )

    def tell(self, batch: PaymentBatch) -> Any:
        """Progress on a terminal, for large batches."""

        def told(done: int) -> None:
            if batch.count >= 10_000 and done % 10_000 == 0:
                self.stdout.write(f"  {batch.number} 已写 {done}/{batch.count}")

        return told

    def officer(self, name: str, role: str, county: str, on: date) -> Officer:
        """Who does it: named, or in a demo whoever holds the post."""
        if name:
            found = Officer.objects.filter(username=name, is_active=True).first()
            if found is None:
                raise CommandError(f"没有 {name} 这个账号")
            return found
        if not settings.DEMO:
            raise CommandError("正式环境须写明经办、复核和送银行的人：--by --approve-by --send-by")
        for held in Assignment.objects.filter(role=role).select_related("officer").order_by("-area_id", "pk"):
            if holds(held.officer, role, county, on):
                return held.officer
        raise Refused(f"没有人在 {county} 担任这一岗位：{role}")
