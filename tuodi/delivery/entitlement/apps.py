from django.apps import AppConfig


class EntitlementConfig(AppConfig):
    name = "tuodi.delivery.entitlement"
    label = "entitlement"
    verbose_name = "待遇"
