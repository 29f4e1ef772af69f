"""`tuodi demo seed --households N`: the seeded prefecture, at any size, deterministic from its seed."""

import sys
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from tuodi.demo.seed import SEED, seed
from tuodi.records.org import clock
from tuodi.records.people.models import Household


class Command(BaseCommand):
    help = "写入演示数据：区划、部门、人员、家庭、部门数据、各环节案卷、近三个月发放"

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--households", type=int, default=2000, help="户数，默认 2000")
        parser.add_argument("--seed", type=int, default=SEED, help="随机种子")

    def handle(self, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("正式环境不能写入演示数据")
        if Household.objects.exists():
            raise CommandError("库里已经有家庭，演示数据只写入空库；要重来请先 make clean-data")
        begin = time.monotonic()
        counts = seed(
            households=options["households"], number=options["seed"], on=clock.today(), tell=self.tell
        )
        self.stdout.write(
            f"  种子 {options['seed']}：{counts['households']:,} 户 {counts['persons']:,} 人，在保 {counts['granted']:,} 户，"
            f"不予确认 {counts['refused']:,} 户，在办 {counts['in_work']} 件，用时 {time.monotonic() - begin:.0f} 秒"
        )

    def tell(self, text: str) -> None:
        end = "\r" if sys.stdout.isatty() else "\n"
        self.stdout.write(f"  {text}", ending=end)
        self.stdout.flush()
