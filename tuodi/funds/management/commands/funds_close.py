"""`tuodi funds close --month 2026-10`: what of a month is still open; with --ask or --close, the act itself."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tuodi.core.months import parse_month
from tuodi.core.refusal import Refused
from tuodi.funds import selectors, services
from tuodi.records.org import clock
from tuodi.records.org.models import Officer


class Command(BaseCommand):
    help = "列出一个月的结账清单；加 --ask 提请结账，加 --close 由另一人结账"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--month", required=True, help="月份，如 2026-10")
        acts = parser.add_mutually_exclusive_group()
        acts.add_argument("--ask", action="store_true", help="提请结账")
        acts.add_argument("--close", action="store_true", help="结账（与提请的不是同一人）")
        parser.add_argument("--by", default="", help="办理人（用户名）")

    def handle(self, **options: Any) -> None:
        try:
            month = parse_month(options["month"])
        except ValueError:
            raise CommandError("月份写成 2026-10 的样子") from None
        row, closed = selectors.closing_of(month)
        if closed:
            self.stdout.write(f"{month:%Y-%m} 已结账")
        else:
            for check in selectors.checks(month):
                state = "完成" if check.holds else f"还有 {check.open} 项 {check.told_as}".rstrip()
                self.stdout.write(f"{check.label}：{state}")
        if not (options["ask"] or options["close"]):
            return
        by = Officer.objects.filter(username=options["by"], is_active=True).first()
        if by is None:
            raise CommandError("请写明办理人：--by 用户名")
        try:
            if options["ask"]:
                services.ask_closing(month=month, by=by, on=clock.today())
            elif row is None:
                raise CommandError("这个月还没有人提请结账")
            else:
                services.close_month(closing=row, by=by, on=clock.today())
        except Refused as refused:
            raise CommandError(str(refused)) from None
        self.stdout.write(f"{month:%Y-%m} {'已提请结账' if options['ask'] else '已结账'}")
