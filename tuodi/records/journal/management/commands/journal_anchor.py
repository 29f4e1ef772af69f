"""`journal_anchor`: sign the journal's head and write it outside the database now."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from tuodi.records.journal.services import write_anchor


class Command(BaseCommand):
    help = "立即把操作日志链头签名后写入库外锚定文件"

    def handle(self, *args: Any, **options: Any) -> None:
        anchor = write_anchor()
        if anchor is None:
            self.stdout.write("没有新的日志行需要锚定")
        else:
            self.stdout.write(f"已锚定至第 {anchor.sequence} 行：{settings.ANCHOR_FILE}")
