"""`tuodi backup TO`: database and files into a new folder, read back before it counts."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from tuodi.kit.backup import backup


class Command(BaseCommand):
    help = "备份数据库与文件到一个新目录（不含密钥），写完即核对"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("to", type=Path, metavar="TO", help="新目录，如 /backup/tuodi-2026-11-23")

    def handle(self, **options: Any) -> None:
        manifest = backup(options["to"])
        rows, files = sum(manifest["rows"].values()), len(manifest["files"]) - 1
        self.stdout.write(
            f"已备份到 {options['to']}：{rows} 行，{files} 个文件，已核对。密钥不在其中，请另行保管。"
        )
