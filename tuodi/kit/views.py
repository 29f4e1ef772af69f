"""Pages of the kit: the style guide."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from tuodi.kit import styleguide as guide


@require_GET
def styleguide(request: HttpRequest) -> HttpResponse:
    """One of every component, for developers; in demo settings only."""
    if not settings.DEMO:
        raise Http404
    return render(request, "kit/styleguide.html", guide.samples(timezone.localdate()))


# The kit lies below records.org and cannot use its decorators; the mark is the same that `public_page` sets.
styleguide.right = "public"  # type: ignore[attr-defined]
