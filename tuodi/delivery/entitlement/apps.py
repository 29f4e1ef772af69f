from django.apps import AppConfig


class EntitlementConfig(AppConfig):
    name = "tuodi.delivery.entitlement"
    label = "entitlement"
    verbose_name = "待遇"

    def ready(self) -> None:
        from tuodi.delivery.entitlement import receivers  # noqa: F401 - connects to determination's signal
