from django.apps import AppConfig


class GatewaysConfig(AppConfig):
    name = "tuodi.gateways"
    label = "gateways"
    verbose_name = "外部接口"
