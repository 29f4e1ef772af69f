"""`tuodi demo accounts`: who can sign in to the demo and what for."""

from typing import Any

from django.core.management.base import BaseCommand

from tuodi.demo.accounts import ACCOUNTS, PASSWORD


class Command(BaseCommand):
    help = "列出演示账号和用途"

    def handle(self, **options: Any) -> None:
        width = max(len(a.username) for a in ACCOUNTS)
        for account in ACCOUNTS:
            self.stdout.write(f"  {account.username:<{width}}  {account.purpose}")
        self.stdout.write(f"  密码都是 {PASSWORD}")
