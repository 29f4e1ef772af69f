from django.apps import AppConfig


class PaymentConfig(AppConfig):
    name = "tuodi.delivery.payment"
    label = "payment"
    verbose_name = "发放"
