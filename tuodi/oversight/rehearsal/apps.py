from django.apps import AppConfig


class RehearsalConfig(AppConfig):
    name = "tuodi.oversight.rehearsal"
    label = "rehearsal"
    verbose_name = "政策预演"
