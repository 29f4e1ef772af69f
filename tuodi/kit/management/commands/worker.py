"""`tuodi worker`: does background work until stopped."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from tuodi.kit.jobs import Loop


class Command(BaseCommand):
    help = "后台办理进程：执行排队的任务与定时任务，直至停止"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--until-idle", action="store_true", help="没有可办的任务时即结束")
        parser.add_argument(
            "--only", action="append", default=[], metavar="KIND", help="只办理这一种任务，可多次给出"
        )
        parser.add_argument(
            "--poll", type=float, default=1.0, metavar="SECONDS", help="空闲时的查询间隔（秒）"
        )
        parser.add_argument("--heartbeat", type=float, default=5.0, metavar="SECONDS", help="心跳间隔（秒）")

    def handle(self, **options: Any) -> None:
        loop = Loop(
            poll=options["poll"],
            heartbeat=options["heartbeat"],
            only=tuple(options["only"]),
            until_idle=options["until_idle"],
        )
        count = loop.forever()
        if options["verbosity"]:
            self.stdout.write(f"办理 {count} 项任务后结束")
