"""`tuodi api token NAME`: a machine client and its token, shown this once."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from tuodi.exchange import services
from tuodi.records.journal.services import SYSTEM
from tuodi.records.org import clock


class Command(BaseCommand):
    help = "为一个机器客户端发放接口令牌；令牌只显示这一次"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", metavar="NAME", help="客户端名称，不超过 40 个字")

    def handle(self, *args: Any, **options: Any) -> None:
        client, token = services.give_token(name=options["name"], by=SYSTEM, on=clock.today())
        self.stderr.write(f"客户端 {client.name} 的令牌，只显示这一次，请交给对方保管：")
        self.stdout.write(token)
