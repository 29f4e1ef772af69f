"""`tuodi prepare`: what must be there before the pages are served. Seconds when it already is."""

from __future__ import annotations

import hashlib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "准备运行：升级数据库结构、收集静态文件，演示模式下首次写入演示数据"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-seed", action="store_true", help="不写入演示数据")

    def handle(self, **options: Any) -> None:
        settings.VAR.mkdir(parents=True, exist_ok=True)
        self.say("数据库")
        call_command("migrate", interactive=False, verbosity=0)
        self.collect_static()
        if settings.DEMO and not options["no_seed"]:
            self.seed()

    def say(self, text: str) -> None:
        self.stdout.write(f"  准备：{text} …")
        self.stdout.flush()

    def collect_static(self) -> None:
        """Collect and compress the static files where any of them changed since last time."""
        seen = hashlib.sha256()
        for finder in get_finders():
            for path, storage in sorted(finder.list([]), key=lambda found: found[0]):
                stat = Path(storage.path(path)).stat()
                seen.update(f"{path} {stat.st_size} {stat.st_mtime_ns}\n".encode())
        stamp = Path(settings.STATIC_ROOT) / ".stamp"
        if stamp.exists() and stamp.read_text() == seen.hexdigest():
            return
        self.say("静态文件")
        call_command("collectstatic", interactive=False, verbosity=0, clear=True)
        stamp.write_text(seen.hexdigest())

    def seed(self) -> None:
        """The seeded prefecture, once. The mark is written after the seeding, so a broken-off one is noticed."""
        mark = settings.VAR / "seeded"
        if mark.exists() or "demo_seed" not in get_commands():
            return
        if get_user_model().objects.exists():
            self.stdout.write(
                "  演示数据上次没有写完，或数据来自别处：保留现有数据。要重新开始请执行 make clean-data"
            )
            return
        self.say("演示数据（约一分钟，只此一次）")
        call_command("demo_seed")
        mark.write_text("demo\n")
