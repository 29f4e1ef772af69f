from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "tuodi.portal"
    label = "portal"
    verbose_name = "工作台"
