from django.apps import AppConfig


class PaymentConfig(AppConfig):
    name = "tuodi.delivery.payment"
    label = "payment"
    verbose_name = "发放"

    def ready(self) -> None:
        from tuodi.delivery.payment.selectors import payment_faults
        from tuodi.funds.selectors import CHECKS

        if payment_faults not in CHECKS:
            CHECKS.append(payment_faults)
