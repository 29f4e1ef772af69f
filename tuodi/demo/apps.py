from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "tuodi.demo"
    label = "demo"
    verbose_name = "演示"
