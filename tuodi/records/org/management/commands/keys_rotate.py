"""`keys_rotate`: a new field key, every sealed value moved to it, the old keys refused. May be stopped and run again."""

from __future__ import annotations

import json
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from tuodi.kit import keys as key_file
from tuodi.kit.rotation import count_under_other_keys, rotate_column, sealed_columns
from tuodi.kit.sealed import LOOK_EVERY, look_now
from tuodi.records.journal import services as journal
from tuodi.records.org import clock


class Command(BaseCommand):
    help = "更换字段密钥：生成新密钥，把全部密文换到新密钥下，然后停用旧密钥。可中断后重新运行，接着做完"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--resume", action="store_true", help="不生成新密钥，只把剩下的密文换到当前密钥下"
        )
        parser.add_argument("--keep-old", action="store_true", help="换完后不停用旧密钥")
        parser.add_argument(
            "--rescue", action="store_true", help="先恢复已停用的密钥再换（从旧备份恢复之后用）"
        )
        parser.add_argument("--wait", type=float, default=3 * LOOK_EVERY, help="等各进程换用新密钥的秒数")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path | None = settings.KEYS.path
        if path is None:
            raise CommandError("没有密钥文件")
        if options["rescue"]:
            self.say("恢复已停用的密钥", key_file.readmit_field_keys(path))
        unfinished = len(json.loads(path.read_text())["field_keys"]) > 1
        if not options["resume"] and not options["rescue"] and not unfinished:
            number = key_file.add_field_key(path)
            self.say("新密钥", number)
        elif unfinished and not options["resume"]:
            self.say("上次没有做完，接着做")
        # Every process looks at the file each second; until then it may still seal under the old key.
        time.sleep(options["wait"])
        current = look_now()
        assert current == json.loads(path.read_text())["current"], "another rotation is running"
        total = 0
        for column in sealed_columns():
            total += rotate_column(column, current, progress=lambda n, c=column: self.say(f"{c}：已换 {n}"))
        # A transaction begun before the switch may have committed behind us: once more, until nothing is left.
        left = self._left(current)
        for _again in range(5):
            if not left:
                break
            time.sleep(options["wait"])
            total += sum(rotate_column(column, current) for column in sealed_columns())
            left = self._left(current)
        if left:
            raise CommandError(f"仍有 {left} 个值在旧密钥下，旧密钥没有停用；请稍后用 --resume 再运行")
        retired = [] if options["keep_old"] else key_file.retire_field_keys(path)
        journal.record(
            "keys.rotate",
            by=journal.SYSTEM,
            on=clock.today(),
            record=("keys", str(current)),
            note=f"moved {total}; retired {retired}",
        )
        self.say(f"完成：换了 {total} 个值，当前密钥 {current}，停用 {retired or '无'}。请另存一份密钥文件")

    def _left(self, current: int) -> int:
        return sum(count_under_other_keys(column, current) for column in sealed_columns())

    def say(self, text: str, value: Any = "") -> None:
        self.stdout.write(f"{text} {value}".strip())
