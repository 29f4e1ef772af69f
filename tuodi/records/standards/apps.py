from django.apps import AppConfig


class StandardsConfig(AppConfig):
    name = "tuodi.records.standards"
    label = "standards"
    verbose_name = "标准与日历"

    def ready(self) -> None:
        from tuodi.records.journal.ports import ports
        from tuodi.records.standards import selectors

        ports.calendar = selectors.calendar
