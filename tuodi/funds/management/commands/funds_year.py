"""`tuodi funds year --year 2025`: a year's money pot by pot; with --carry-over or --take-back, what is left of each."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from tuodi.core.refusal import Refused
from tuodi.funds import selectors, year
from tuodi.funds.services import Pot, yuan
from tuodi.records.org import clock
from tuodi.records.org.models import Officer


class Command(BaseCommand):
    help = "列出一年的预算、下达、支出和结余；加 --carry-over 结转、--take-back 收回（一份文件，全部或全不）"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--year", type=int, required=True, help="年度，如 2025")
        parser.add_argument("--area", default="", help="地区代码；不写即全州")
        acts = parser.add_mutually_exclusive_group()
        acts.add_argument("--carry-over", action="store_true", help="把未结转的全部结转")
        acts.add_argument("--take-back", action="store_true", help="把未用完的全部收回")
        parser.add_argument("--document", default="", help="文号")
        parser.add_argument("--note", default="", help="原因（结转超过比例的必填）")
        parser.add_argument("--by", default="", help="办理人（用户名）")

    def handle(self, **options: Any) -> None:
        on, wanted = clock.today(), options["year"]
        act = year.carry_over if options["carry_over"] else year.take_back if options["take_back"] else None
        by = Officer.objects.filter(username=options["by"], is_active=True).first()
        if act is not None and by is None:
            raise CommandError("请写明办理人：--by 用户名")
        rows = [
            row
            for row in selectors.year_rows(None, wanted, on)
            if not options["area"] or row.balance.area_code == options["area"]
        ]
        try:
            with transaction.atomic():
                for row in rows:
                    b = row.balance
                    left = b.available_fen if options["carry_over"] else row.unspent_fen
                    if act is not None and left:
                        act(
                            pot=Pot(b.area_code, b.programme, b.source, b.year), amount_fen=left, document_number=options["document"],
                            note=options["note"], by=by, on=on,
                        )  # fmt: skip
        except Refused as refused:
            raise CommandError(str(refused)) from None
        for row in selectors.year_rows(None, wanted, on) if act else rows:
            b = row.balance
            if options["area"] and b.area_code != options["area"]:
                continue
            budget = "—" if row.budget_fen is None else yuan(row.budget_fen)
            self.stdout.write(
                f"{b.area_code} {b.programme} {b.source_label} 预算 {budget} 下达 {yuan(b.released_fen)} 发放 {yuan(b.paid_fen)} "
                f"未结转 {yuan(b.available_fen)} 结转 {yuan(b.carried_fen)} 收回 {yuan(b.taken_back_fen)}"
                f"{'（应收回）' if row.must_go_back else ''}"
            )
