"""Who is at the other end: the address the reverse proxy saw, in production; never a header a client may write."""

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """The address for lock-out and log. Behind nginx, which sets X-Real-IP itself (deploy/nginx-proxy.conf).

    None where there is none (a socket without proxy): a word in its place is refused by PostgreSQL's address type.
    """
    behind_proxy = request.META.get("HTTP_X_REAL_IP") if settings.PRODUCTION else None
    return behind_proxy or request.META.get("REMOTE_ADDR") or None
