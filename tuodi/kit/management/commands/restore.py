"""`tuodi restore FROM`: a backup in place of what is here, verified afterwards."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from tuodi.kit.backup import restore


class Command(BaseCommand):
    help = "用备份恢复数据库与文件，并逐表核对、核验日志链"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", type=Path, metavar="FROM", help="tuodi backup 写出的目录")
        parser.add_argument("--replace", action="store_true", help="替换当前已有的数据")

    def handle(self, **options: Any) -> None:
        manifest = restore(options["source"], replace=options["replace"])
        self.stdout.write(
            f"已恢复 {manifest['made_at']} 的备份：{sum(manifest['rows'].values())} 行，核对一致。"
        )
