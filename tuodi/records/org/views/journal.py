"""The journal on a page: read only, numbers already starred where it was written."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import cached_property

from tuodi.records.journal import services as journal
from tuodi.records.journal.models import JournalHead, JournalLine
from tuodi.records.org import rights
from tuodi.records.org.forms import JournalFilter
from tuodi.records.org.rights import page


class Lines(Paginator):
    """Pages of the whole journal take their total from the head, not from counting millions of rows."""

    whole = False

    @cached_property
    def count(self) -> int:
        if self.whole:
            return JournalHead.objects.filter(pk=1).values_list("sequence", flat=True).first() or 0
        return super().count


@page("journal.read")
def lines(request: HttpRequest) -> HttpResponse:
    """Lines, newest first, by record, officer, act or day; an auditor of one county sees that county's."""
    form = JournalFilter(request.GET or None)
    found = JournalLine.objects.select_related("remark").order_by("-sequence")
    everywhere = rights.everywhere(request.user, "journal.read")
    if not everywhere:
        found = rights.visible(found, request.user, "area_code")
    wanted = {}
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        wanted = {name: given[name] for name in ("record_kind", "record_id", "actor", "act") if given[name]}
        if given["day"]:
            wanted["business_day"] = given["day"]
    pages = Lines(found.filter(**wanted), 50)
    pages.whole = everywhere and not wanted
    context = {
        "form": form,
        "lines": pages.get_page(request.GET.get("page")),
        "anchor": journal.last_anchor(),
        "anchor_age": journal.anchor_age(),
        "stopped": journal.anchoring_stopped(),
    }
    return render(request, "org/journal.html", context)
