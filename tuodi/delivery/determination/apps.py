from django.apps import AppConfig


class DeterminationConfig(AppConfig):
    name = "tuodi.delivery.determination"
    label = "determination"
    verbose_name = "认定"
