"""`tuodi api revoke NAME`: the client's token opens nothing any more."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from tuodi.exchange import services
from tuodi.records.journal.services import SYSTEM
from tuodi.records.org import clock


class Command(BaseCommand):
    help = "停用一个机器客户端的接口令牌，立即生效"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", metavar="NAME", help="客户端名称")

    def handle(self, *args: Any, **options: Any) -> None:
        client = services.revoke(name=options["name"], by=SYSTEM, on=clock.today())
        self.stdout.write(f"客户端 {client.name} 的令牌已停用")
