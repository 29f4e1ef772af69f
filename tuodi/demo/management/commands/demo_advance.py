"""`tuodi demo advance --to DATE`: move the demo's business day forward and do the day's own work."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tuodi.core.refusal import Refused
from tuodi.demo import services
from tuodi.records.journal.services import SYSTEM


class Command(BaseCommand):
    help = "把演示环境的业务日期移到某一天，到期的公示随之撤下"

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--to", required=True, type=date.fromisoformat, help="日期，如 2026-12-01")

    def handle(self, **options: Any) -> None:
        try:
            done = services.advance(to=options["to"], by=SYSTEM)
        except Refused as refused:
            raise CommandError(str(refused)) from None
        self.stdout.write(f"业务日期已移到 {options['to']}")
        for line in done:
            self.stdout.write(f"  {line}")
