"""`tuodi health`: is everything well, in words; exit code 1 where something is not."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tuodi.kit.health import answers, report


class Command(BaseCommand):
    help = "逐项检查：数据库、磁盘、后台进程、日志锚点、时钟"
    requires_system_checks: list[str] = []

    def handle(self, **options: Any) -> None:
        found = answers()
        self.stdout.write(report(found), ending="")
        if not all(a.well for a in found):
            raise CommandError("有异常项，处理办法见上")
