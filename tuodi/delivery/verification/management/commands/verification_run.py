"""Ask the sources for all open checks of an area: `tuodi verification run --area 533103105 --by shenhe`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tuodi.core.refusal import Refused
from tuodi.delivery.verification import services
from tuodi.records.org import clock
from tuodi.records.org.models import Officer


class Command(BaseCommand):
    """Ends with 1 when the run was refused; sources that were down are told and leave their checks pending."""

    help = "询问各数据源并出具核对报告（一个区划内全部待核对的申请）"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--area", required=True, help="区划代码：州、县（市）或乡镇")
        parser.add_argument("--by", required=True, help="经办人账号")

    def handle(self, *args: Any, area: str, by: str, **options: Any) -> None:
        officer = Officer.objects.filter(username=by).first()
        if officer is None:
            raise CommandError(f"没有账号 {by}")
        try:
            made = services.ask_area(
                area_code=area,
                by=officer,
                on=clock.today(),
                tell=lambda done, total: self.stderr.write(f"{done}/{total}", ending="\r"),
            )
        except Refused as refused:
            raise CommandError(str(refused)) from None
        self.stdout.write(made.sentence)
        for check, why in made.refused:
            self.stdout.write(f"  {check.application.number}: {why}")
