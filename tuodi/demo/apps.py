from django.apps import AppConfig
from django.conf import settings


class DemoConfig(AppConfig):
    name = "tuodi.demo"
    label = "demo"
    verbose_name = "演示"

    def ready(self) -> None:
        """In a demo the sign-in page shows who there is; in production it shows nobody."""
        if settings.DEMO:
            from tuodi.demo.accounts import ACCOUNTS, PASSWORD
            from tuodi.records.org import hints

            hints.offer(lambda: ([{"username": a.username, "what": a.purpose} for a in ACCOUNTS], PASSWORD))
