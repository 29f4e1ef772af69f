"""Who is at the other end: the address the reverse proxy saw, in production; never a header a client may write."""

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The address for lock-out and log. Behind nginx, which sets X-Real-IP itself (deploy/nginx-proxy.conf)."""
    if settings.PRODUCTION:
        return request.META.get("HTTP_X_REAL_IP") or request.META.get("REMOTE_ADDR") or "unknown"
    return request.META.get("REMOTE_ADDR") or "unknown"
