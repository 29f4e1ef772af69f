"""Addresses of machines: the one question, and how to ask it."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods

from tuodi.exchange.access import ACT
from tuodi.exchange.api import api
from tuodi.records.org.rights import public_page

PREFIX = "/api/v1/"

# django-ninja guards the operation itself (access.Caller); the mark tells the house which row of the table it asks.
_patterns, _app, _namespace = api.urls
(_ninja,) = [one.callback for one in _patterns if one.name == "answers"]
answers = require_http_methods(["POST"])(_ninja)
answers.right = ACT  # type: ignore[attr-defined]


@public_page
@require_GET
def openapi(request: HttpRequest) -> HttpResponse:
    """The interface described for machines (OpenAPI 3.1)."""
    return JsonResponse(
        api.get_openapi_schema(path_prefix=PREFIX), json_dumps_params={"ensure_ascii": False, "indent": 1}
    )


app_name = "exchange"
urlpatterns = [
    path("answers", answers, name="answers"),
    path("openapi.json", openapi, name="openapi"),
]
