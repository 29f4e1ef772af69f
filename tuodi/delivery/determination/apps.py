from django.apps import AppConfig


class DeterminationConfig(AppConfig):
    name = "tuodi.delivery.determination"
    label = "determination"
    verbose_name = "认定"

    def ready(self) -> None:
        from tuodi.delivery.determination import receivers  # noqa: F401 - connects to intake's signals
