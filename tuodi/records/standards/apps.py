from django.apps import AppConfig


class StandardsConfig(AppConfig):
    name = "tuodi.records.standards"
    label = "standards"
    verbose_name = "标准与日历"
