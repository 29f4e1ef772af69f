"""`tuodi payment reply FILE`: take the bank's reply in, whole or not at all; every fault is printed."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from tuodi.core.refusal import Refused
from tuodi.delivery.payment.services import take_reply
from tuodi.delivery.payment.services.replies import examine
from tuodi.funds.services import yuan
from tuodi.records.org import clock
from tuodi.records.org.models import Assignment, Officer
from tuodi.records.org.rights import may


class Command(BaseCommand):
    help = "读入银行回盘：整个文件无误才入账"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--by", default="", help="办理人（用户名）；演示环境可不写")
        parser.add_argument("--dry-run", action="store_true", help="只核对，不入账")

    def handle(self, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"找不到文件 {path}")
        with path.open("rb") as file:
            looked = examine(file)
            if not looked.good or options["dry_run"]:
                self.told([(f.line, f.what, f.mend) for f in looked.faults], looked.fault_count)
            if options["dry_run"]:
                self.stdout.write("核对无误" if looked.good else "有误，不能入账")
                return
            area = looked.batch.area_id if looked.batch else None
            by = self.officer(options["by"], area)
            if not may(by, "payment.reply", area):
                raise CommandError("您没有在本辖区办理回盘的权限")
            try:
                reply = take_reply(file=file, file_name=path.name, by=by, on=clock.today())
            except Refused as refused:
                raise CommandError(str(refused)) from None
        if not reply.accepted:
            raise CommandError("文件有误，没有入账")
        self.stdout.write(
            f"到账 {reply.paid} 笔 {yuan(reply.paid_fen)}，退回 {reply.failed} 笔 {yuan(reply.failed_fen)}"
        )

    def told(self, faults: list[tuple[int, str, str]], count: int) -> None:
        """The faults, line by line."""
        for line, what, mend in faults:
            self.stderr.write(f"{f'第 {line} 行' if line else '整个文件'}：{what}；{mend}")
        if count > len(faults):
            self.stderr.write(f"另有 {count - len(faults)} 处未列")

    def officer(self, name: str, area: str | None) -> Officer:
        """Who does it."""
        if name:
            found = Officer.objects.filter(username=name, is_active=True).first()
            if found is None:
                raise CommandError(f"没有 {name} 这个账号")
            return found
        if not settings.DEMO:
            raise CommandError("正式环境须写明办理人：--by")
        for held in (
            Assignment.objects.filter(role__in=("civil_affairs", "finance"))
            .select_related("officer")
            .order_by("-area_id", "pk")
        ):
            if may(held.officer, "payment.reply", area):
                return held.officer
        raise CommandError("没有人担任可办回盘的岗位")
