from django.apps import AppConfig


class EntitlementConfig(AppConfig):
    name = "tuodi.delivery.entitlement"
    label = "entitlement"
    verbose_name = "待遇"

    def ready(self) -> None:
        from tuodi.delivery.entitlement import receivers  # connects to determination's signal
        from tuodi.delivery.intake import ports

        ports.obstacles.append(receivers.already_receiving)
