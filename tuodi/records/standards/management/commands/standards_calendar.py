"""`tuodi standards calendar import FILE --year 2027 --basis 文号 --by USER`: a year's notice, all or nothing; `check` only reads it."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tuodi.kit.sheets import decode
from tuodi.records.org import clock
from tuodi.records.org.models import Officer
from tuodi.records.standards import services


class Command(BaseCommand):
    help = "导入（import）或只检查（check）一年的放假调休通知，每行：日期,放假或上班,名称"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("act", choices=("import", "check"), metavar="import|check", help="导入，或只检查")
        parser.add_argument("file", type=Path, metavar="文件", help="CSV 文件（UTF-8 或 GBK）")
        parser.add_argument("--year", type=int, required=True, metavar="年份", help="如 2027")
        parser.add_argument("--basis", default="", metavar="文件名称、文号", help="国务院办公厅当年的通知")
        parser.add_argument("--by", default="", metavar="用户名", help="办理人，须有改动工作日历的权限")

    def handle(self, **options: Any) -> None:
        path, year = options["file"], options["year"]
        if not path.is_file():
            raise CommandError(f"找不到文件 {path}")
        text, _encoding = decode(path.read_bytes())
        days, faults = services.read_notice(text, year)
        if faults:
            raise CommandError("没有导入，请先改正：\n" + "\n".join(str(fault) for fault in faults))
        if options["act"] == "check":
            self.stdout.write(f"{year} 年 {len(days)} 天，没有发现问题；未导入")
            return
        by = Officer.objects.filter(username=options["by"], is_active=True).first()
        if by is None:
            raise CommandError("请写明办理人：--by 用户名")
        services.import_notice(
            year=year, days=days, basis=options["basis"], version=None, by=by, on=clock.today()
        )
        self.stdout.write(f"{year} 年日历已导入，共 {len(days)} 天")
