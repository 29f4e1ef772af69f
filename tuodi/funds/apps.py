from django.apps import AppConfig


class FundsConfig(AppConfig):
    name = "tuodi.funds"
    label = "funds"
    verbose_name = "资金"
