from django.apps import AppConfig


class VerificationConfig(AppConfig):
    name = "tuodi.delivery.verification"
    label = "verification"
    verbose_name = "核对"

    def ready(self) -> None:
        """An accepted application opens a check; a withdrawn one stops it."""
        from tuodi.delivery.intake import signals
        from tuodi.delivery.verification.services import opening

        signals.accepted.connect(opening.when_accepted, dispatch_uid="verification.accepted")
        signals.withdrawn.connect(opening.when_withdrawn, dispatch_uid="verification.withdrawn")
