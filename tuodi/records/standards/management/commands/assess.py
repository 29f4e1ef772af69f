"""tuodi assess FILE.json --on DATE: what every programme says about one family."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tuodi.core.money import yuan_text
from tuodi.policy.report import due_first
from tuodi.records.org import clock
from tuodi.records.standards import answering


class Command(BaseCommand):
    help = "一户家庭的情况（JSON 文件，- 为标准输入）：各项目能不能享受、多少、为什么、还缺什么、谁来办"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help='{"household": {…}, "members": [{…}]}，金额为分')
        parser.add_argument(
            "--on", metavar="DATE", type=date.fromisoformat, help="按哪一天的规定（默认今天）"
        )
        parser.add_argument("--json", action="store_true", help="输出完整的 JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        facts = self.read(options["file"])
        on, faults = answering.check(facts, on=options["on"], today=clock.today())
        if faults:
            raise CommandError("情况有误，请改正后再试：\n" + "\n".join(f"  {fault}" for fault in faults))
        made = answering.answer(facts, on=on)
        if options["json"]:
            self.stdout.write(json.dumps(made, ensure_ascii=False, indent=2))
        else:
            self.tell(made)

    def read(self, name: str) -> dict[str, Any]:
        try:
            return answering.read(sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes())
        except OSError as error:
            raise CommandError(f"读不到文件 {name}：{error.strerror}") from error
        except answering.Unreadable as unreadable:
            raise CommandError(f"{name}：{unreadable}") from None

    def tell(self, made: dict[str, Any]) -> None:
        for one in sorted(made["answers"], key=due_first):
            whose = f"（{one['whose']}）" if one["whose"] else ""
            self.stdout.write(f"{one['label']}{whose}：{one['result']}")
            if one["eligible"] is None:
                self.stdout.write(f"    还缺：{'、'.join(one['missing'])}")
            elif not one["eligible"]:
                for finding in one["findings"]:
                    if finding["required"] and finding["holds"] is False:
                        self.stdout.write(f"    {finding['sentence']}（{finding['basis']}）")
            for cut in one["reductions"]:
                payable = one["payable_fen"]
                left = "待查明" if payable is None else f"{yuan_text(payable)} 元"
                self.stdout.write(f"    {cut['sentence']}（{cut['basis']}）；实发 {left}")
            if one["due"] and one["eligible"]:
                self.stdout.write(
                    f"    今天受理，最迟 {one['due']} 办结；带：{'、'.join(one['papers']) or '不用带材料'}"
                )
            for sentence in one["changes"] if one["eligible"] is not None else ():
                self.stdout.write(f"    {sentence}")
        for one in made["not_set"]:
            self.stdout.write(f"{one['label']}：{one['why']}")
        for one in made["by_decision"]:
            self.stdout.write(f"{one['label']}：没有计算公式，由经办部门决定")
        if made["presumed"]:
            self.stdout.write(f"以上按先认定“{'、'.join(made['presumed'])}”推算")
        total = sum(
            a["payable_fen"] or 0 for a in made["answers"] if a["eligible"] and a["period"] == "month"
        )
        self.stdout.write(f"每月合计 {yuan_text(total)} 元（按月发放的项目）")
