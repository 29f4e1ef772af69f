"""`tuodi rehearse 3 5 --docx FILE`: run drafts over the newest frozen month and print what they show."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tuodi.core.money import yuan_text
from tuodi.core.months import month_of, parse_month
from tuodi.delivery.entitlement.models import MonthRun
from tuodi.oversight.rehearsal import services
from tuodi.oversight.rehearsal.briefing import briefing
from tuodi.oversight.rehearsal.models import Draft, FrozenMonth
from tuodi.oversight.rehearsal.replay import replay
from tuodi.oversight.rehearsal.words import CLASSES
from tuodi.records.journal.services import SYSTEM
from tuodi.records.org import clock
from tuodi.records.org.models import Area


class Command(BaseCommand):
    help = "预演参数草案：谁多谁少、要多少钱（不影响任何家庭）"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("drafts", nargs="*", type=int, metavar="草案", help="草案编号，可写几个一起比较")
        parser.add_argument("--freeze", action="store_true", help="先冻结本月的家庭情况")
        parser.add_argument("--docx", type=Path, metavar="文件", help="把第一份草案的简报写到文件")

        parser.add_argument(
            "--replay", metavar="月份", help="按当时的规则和事实重算一个月（如 2026-11），逐户核对"
        )
        parser.add_argument("--county", default="", metavar="区划代码", help="只核对一个县（市）")

    def handle(self, *args: Any, **options: Any) -> None:
        on = clock.today()
        if options["replay"]:
            self._replay(parse_month(options["replay"]), options["county"])
            return
        if options["freeze"] or (options["drafts"] and not FrozenMonth.objects.exists()):
            row = services.freeze(month=month_of(on), by=SYSTEM, on=on)
            self.stdout.write(
                f"{row.month:%Y-%m} 冻结 {row.households:,} 户、{row.members:,} 人，在保 {row.on_roll:,} 户"
            )
        if not options["drafts"]:
            for d in Draft.objects.select_related("area").order_by("pk"):
                self.stdout.write(f"{d.pk:>5}  {d.area.name}  {d.title}")
            return
        drafts = list(Draft.objects.filter(pk__in=options["drafts"]).select_related("area").order_by("pk"))
        if len(drafts) != len(set(options["drafts"])):
            raise CommandError("没有这个编号的草案；不写编号可列出全部草案")
        made = services.rehearse(drafts=drafts, by=SYSTEM, on=on)
        for row in made:
            self.stdout.write(f"\n{row.draft.title}（{row.result['month']} 生效，{row.milliseconds:,} 毫秒）")
            for p in row.result["programmes"]:
                total = p["total"]
                counts = "，".join(f"{label} {total[c]:,}" for c, label in CLASSES.items())
                delta = total["after_fen"] - total["before_fen"]
                self.stdout.write(f"  {p['label']}：{counts}；金额增减 {yuan_text(delta)} 元")
                if p["roll"]:
                    of = p["roll"]["total"]
                    self.stdout.write(
                        f"    次月发放 {yuan_text(of['paid_fen'])} → {yuan_text(of['after_fen'])} 元"
                    )
            for text in row.result["not_set"].values():
                self.stdout.write(f"  {text}")
        if options["docx"]:
            options["docx"].write_bytes(briefing(made[0]))
            self.stdout.write(f"\n简报：{options['docx']}")

    def _replay(self, month: date, county: str) -> None:
        """A month worked out again; a difference is an error."""
        counties = Area.objects.filter(level="county", **({"pk": county} if county else {})).order_by("pk")
        if not counties:
            raise CommandError(f"没有 {county} 这个县（市）")
        wrong = 0
        paid = (
            MonthRun.objects.filter(month=month)
            .order_by("programme")
            .values_list("programme", flat=True)
            .distinct()
        )
        for area in counties:
            for code in paid:
                done = replay(code, area.pk, month)
                self.stdout.write(
                    f"{area.name} {month:%Y-%m}：相同 {done.same:,} 户，经办人定额 {done.by_hand:,} 户，不同 {len(done.unlike):,} 户"
                )
                for one in done.unlike[:20]:
                    self.stdout.write(
                        f"  待遇 {one.entitlement_id}：当时 {one.stored_fen} 分，重算 {one.replayed_fen} 分"
                    )
                wrong += len(done.unlike)
        if wrong:
            raise CommandError(f"{wrong:,} 户与当时不同")
