from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "tuodi.portal"
    label = "portal"
    verbose_name = "工作台"

    def ready(self) -> None:
        """The journal page, on a lower floor, says acts in the words of the case page."""
        from tuodi.portal.words import act_in_words
        from tuodi.records.org import hints

        hints.say_acts(act_in_words)
