from django.apps import AppConfig


class VerificationConfig(AppConfig):
    name = "tuodi.delivery.verification"
    label = "verification"
    verbose_name = "核对"
