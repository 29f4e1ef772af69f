"""Pages of the kit: text size, and the style guide."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from tuodi.kit import styleguide as guide


@require_POST
def text_size(request: HttpRequest) -> HttpResponse:
    """Large text on or off (长者模式): kept in the session, and with the officer where one is signed in."""
    large = request.POST.get("large") == "1"
    request.session["large_text"] = large
    if request.user.is_authenticated:
        type(request.user)._default_manager.filter(pk=request.user.pk).update(large_text=large)
    back = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return redirect(back if safe else "/")


@require_GET
def styleguide(request: HttpRequest) -> HttpResponse:
    """One of every component, for developers; in demo settings only."""
    if not settings.DEMO:
        raise Http404
    return render(request, "kit/styleguide.html", guide.samples(timezone.localdate()))


# The kit lies below records.org and cannot use its decorators; the mark is the same that `public_page` sets.
text_size.right = styleguide.right = "public"  # type: ignore[attr-defined]
