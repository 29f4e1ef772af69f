from django.apps import AppConfig


class CoordinationConfig(AppConfig):
    name = "tuodi.coordination"
    label = "coordination"
    verbose_name = "督办"
