from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "tuodi.delivery.intake"
    label = "intake"
    verbose_name = "受理"
