from django.apps import AppConfig


class PaymentConfig(AppConfig):
    name = "tuodi.delivery.payment"
    label = "payment"
    verbose_name = "发放"

    def ready(self) -> None:
        from tuodi.delivery.payment.selectors import closing_checks, payment_faults
        from tuodi.funds.selectors import CHECKS, CLOSING_CHECKS

        if payment_faults not in CHECKS:
            CHECKS.append(payment_faults)
            CLOSING_CHECKS.append(closing_checks)
