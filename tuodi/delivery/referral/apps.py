from django.apps import AppConfig


class ReferralConfig(AppConfig):
    name = "tuodi.delivery.referral"
    label = "referral"
    verbose_name = "转办"

    def ready(self) -> None:
        """An accepted application is sent on to every body it concerns; a withdrawn one is called back."""
        from tuodi.delivery.intake import ports, signals
        from tuodi.delivery.referral import selectors
        from tuodi.delivery.referral.services import sending

        signals.accepted.connect(sending.when_accepted, dispatch_uid="referral.accepted")
        signals.withdrawn.connect(sending.when_withdrawn, dispatch_uid="referral.withdrawn")
        ports.onward.append(selectors.onward)
