from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "tuodi.exchange"
    label = "exchange"
    verbose_name = "机器接口"
