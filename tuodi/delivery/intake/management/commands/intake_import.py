"""tuodi intake import FILE: a 申请登记表 workbook, checked whole, then all families or none."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tuodi.core.refusal import Refused
from tuodi.delivery.intake import imports, workbook
from tuodi.kit.sheets import Unreadable
from tuodi.records.org import clock
from tuodi.records.org.models import Officer


class Command(BaseCommand):
    help = "导入申请登记表（.xlsx 或 .csv）：先全部检查，再全部导入，有一处问题就一户也不导入"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help="填好的申请登记表")
        parser.add_argument(
            "--by", metavar="USER", default="jingban", help="以谁的名义办理（默认 jingban，演示经办人）"
        )
        parser.add_argument("--dry-run", action="store_true", help="只检查，不导入")
        parser.add_argument("--accept", action="store_true", help="材料齐全的随即受理")
        parser.add_argument(
            "--faults-to", metavar="FILE", type=Path, help="有问题时，把标注了问题的工作簿写到这里"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            content = path.read_bytes()
        except OSError as error:
            raise CommandError(f"读不到文件 {path}：{error.strerror}") from error
        officer = Officer.objects.filter(username=options["by"], is_active=True).first()
        if officer is None:
            raise CommandError(f"没有用户 {options['by']}，请用 --by 指明办理人")
        on = clock.today()
        known = imports.already(content)
        if known is not None:
            self.stdout.write(
                f"这个文件 {known.imported_on} 已由 {known.by} 导入过：{known.families} 户，未重复导入"
            )
            return
        try:
            if options["dry_run"]:
                self.dry_run(workbook.read(content, path.name, on=on, by=officer), path, options)
                return
            run = imports.import_workbook(
                content=content, name=path.name, by=officer, on=on, accept=options["accept"]
            )
        except imports.Faulty as faulty:
            self.tell(faulty.reading, path, options)
            raise CommandError(f"共 {len(faulty.reading.faults)} 处问题，一户也没有导入") from None
        except (Unreadable, Refused) as why:
            raise CommandError(str(why)) from why
        accepted = sum(1 for a in imports.applications_of(run) if a.state == "accepted")
        self.stdout.write(
            f"已导入 {run.families} 户 {run.members} 人，其中受理 {accepted} 户；申请编号 {run.numbers[0]} 起"
        )

    def dry_run(self, reading: workbook.Reading, path: Path, options: dict[str, Any]) -> None:
        self.tell(reading, path, options)
        if reading.faults:
            raise CommandError(
                f"试导入：{len(reading.families)} 户 {reading.members} 人，{len(reading.faults)} 处问题"
            )
        self.stdout.write(f"试导入：{len(reading.families)} 户 {reading.members} 人，没有问题，可以导入")

    def tell(self, reading: workbook.Reading, path: Path, options: dict[str, Any]) -> None:
        for line in reading.remarks:
            self.stdout.write(f"提示：{line}")
        for fault in reading.notes:
            self.stdout.write(f"提示：{fault}")
        for fault in reading.faults:
            self.stderr.write(str(fault))
        if reading.faults and options["faults_to"]:
            options["faults_to"].write_bytes(workbook.with_faults(reading, path.name))
            self.stdout.write(f"标注了问题的工作簿：{options['faults_to']}")
