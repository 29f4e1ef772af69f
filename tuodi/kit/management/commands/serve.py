"""`tuodi serve`: the web server, in the foreground."""

import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection, connections


class Command(BaseCommand):
    help = "启动网页服务（gunicorn），直至停止"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        port = os.environ.get("TUODI_PORT", "8000")
        parser.add_argument(
            "--bind",
            default=f"127.0.0.1:{port}",
            metavar="ADDRESS",
            help="监听地址，如 127.0.0.1:8000 或 unix:/run/tuodi/web.sock",
        )
        parser.add_argument(
            "--workers", type=int, default=0, metavar="N", help="进程数（默认按数据库与处理器数）"
        )
        parser.add_argument("--threads", type=int, default=8, metavar="N", help="每个进程的线程数")

    def handle(self, **options: Any) -> None:
        # SQLite has one writer at a time: more processes only queue longer (performance.md 11).
        one = connection.vendor == "sqlite"
        workers = options["workers"] or (1 if one else min(2 * (os.cpu_count() or 1), 8))
        arguments = [
            sys.executable,
            "-m",
            "gunicorn",
            "tuodi.config.wsgi:application",
            "--bind",
            options["bind"],
            "--worker-class",
            "gthread",
            "--workers",
            str(workers),
            "--threads",
            str(options["threads"]),
            "--no-control-socket",
            "--timeout",
            "60",
            "--graceful-timeout",
            "15",
            "--keep-alive",
            "5",
            "--log-level",
            "warning",
            "--error-logfile",
            "-",
            "--name",
            "tuodi",
        ]
        if Path("/dev/shm").is_dir():  # noqa: S108 - gunicorn's heartbeat files belong in memory
            arguments += ["--worker-tmp-dir", "/dev/shm"]  # noqa: S108
        if workers > 1:
            arguments.append("--preload")
        connections.close_all()
        sys.stdout.flush()
        os.execv(sys.executable, arguments)  # noqa: S606 - this process becomes the server
