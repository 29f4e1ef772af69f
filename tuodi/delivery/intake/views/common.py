"""What every page of intake shares: the application in reach and the address of its case."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse

from tuodi.delivery.intake.models import Application
from tuodi.records.org.rights import get_visible


def found_application(request: HttpRequest, number: str) -> Application:
    source = Application.objects.select_related("applicant", "area__parent", "household", "received_by")
    return get_visible(source, request.user, number=number)


def case_url(application: Application) -> str:
    return reverse("portal:case", args=[application.number])
