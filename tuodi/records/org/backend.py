"""Reading the signed-in officer: with the department in the same query, since every page's head shows it."""

from __future__ import annotations

from django.contrib.auth.backends import ModelBackend

from tuodi.records.org.models import Officer


class OfficerBackend(ModelBackend):
    """Django's password check; an unknown name costs as much time as a wrong password."""

    def get_user(self, user_id: int) -> Officer | None:
        officer = Officer.objects.working().filter(pk=user_id).first()
        return officer if officer is not None and officer.is_active else None
