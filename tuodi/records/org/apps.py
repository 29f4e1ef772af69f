from django.apps import AppConfig


class OrgConfig(AppConfig):
    name = "tuodi.records.org"
    label = "org"
    verbose_name = "机构与人员"

    def ready(self) -> None:
        from tuodi.records.journal import services
        from tuodi.records.journal.ports import ports
        from tuodi.records.org import rights

        ports.holds = rights.holds
        ports.may = rights.may
        services.role_labels.update(rights.ROLES)
