"""The public notice, for anybody, while it is up."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tuodi.delivery.determination.models import PublicNotice
from tuodi.records.documents.letters import issuer_name
from tuodi.records.org import clock
from tuodi.records.org.rights import public_page


@require_GET
@never_cache
@public_page
def notice(request: HttpRequest, slug: str) -> HttpResponse:
    """A public notice, for anybody, while it is up; afterwards a sentence that it is over (410)."""
    row = PublicNotice.objects.select_related("area__parent").filter(slug=slug).first()
    if row is None:
        raise Http404
    today = clock.today()
    over = row.ended_on is not None or today > row.notice_until or today < row.posted_on
    if over:
        answer = render(request, "determination/notice_over.html", status=410)
    else:
        town = row.area if row.area.level != "village" else row.area.parent
        answer = render(
            request,
            "determination/notice.html",
            {
                "content": row.content,
                "number": row.number,
                "posted_on": row.posted_on,
                "until": row.notice_until,
                "issuer": issuer_name(town.pk, town.name) if town else "",
            },
        )
    answer["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return answer
