"""`tuodi coordination watch --on 2026-11-24`: make the reminders, written orders and reports that are missing."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tuodi.coordination import services
from tuodi.records.org import clock


class Command(BaseCommand):
    help = "检查全部时限：到八成提醒，超期发督办单，再报领导；已办理的了结（重复执行不重复发）"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--on", default="", metavar="日期", help="按哪一天检查，默认业务日")

    def handle(self, **options: Any) -> None:
        today = clock.today()
        try:
            on = date.fromisoformat(options["on"]) if options["on"] else today
        except ValueError as error:
            raise CommandError(f"“{options['on']}”不是日期，请写成 2026-11-24") from error
        if on > today:
            raise CommandError("不能按以后的日子督办")
        self.stdout.write(services.watch(on=on).sentence)
