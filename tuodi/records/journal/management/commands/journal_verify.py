"""`journal_verify`: read the whole journal back against its hashes and anchors. Exit 1 names the first wrong line."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from tuodi.records.journal.models import JournalLine
from tuodi.records.journal.services import last_anchor, verify


class Command(BaseCommand):
    help = "核验操作日志：逐行校验哈希链和库外锚定，有误时指出第一处错行并以 1 退出"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="列出全部错行（最多 1000 处），不止前 20 处")

    def handle(self, *args: Any, **options: Any) -> None:
        start = time.perf_counter()
        faults = verify(max_faults=1000 if options["all"] else 20)
        seconds = time.perf_counter() - start
        if faults:
            for fault in faults:
                self.stderr.write(f"错误：{fault}")
            raise SystemExit(1)
        count = JournalLine.objects.count()
        anchor = last_anchor()
        anchored = f"，锚定至第 {anchor.sequence} 行（{anchor.moment}）" if anchor else "，尚无锚定"
        self.stdout.write(f"日志完好：共 {count} 行{anchored}，用时 {seconds:.1f} 秒")
