from django.apps import AppConfig


class KitConfig(AppConfig):
    name = "tuodi.kit"
    label = "kit"
    verbose_name = "基础"
