"""Pages of the archive: a household's file, and a letter as PDF."""

from __future__ import annotations

from urllib.parse import quote

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tuodi.records.documents import selectors, services
from tuodi.records.documents.forms import LetterQuery
from tuodi.records.documents.models import Document
from tuodi.records.org import clock
from tuodi.records.org.rights import get_visible, page, visible
from tuodi.records.people.models import Household


@require_GET
@page("documents.see")
def letter_list(request: HttpRequest) -> HttpResponse:
    """The letters an officer reaches, newest first, narrowed by kind, number and day; never by a person's name."""
    form = LetterQuery(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    rows = selectors.narrowed(visible(Document.objects.all(), request.user), wanted)
    return render(
        request,
        "documents/list.html",
        {"form": form, "of": Paginator(rows, 50).get_page(request.GET.get("page"))},
    )


@require_GET
@page("documents.see")
def household_file(request: HttpRequest, pk: int) -> HttpResponse:
    """一户一档: every letter and paper of a household in order."""
    household = get_visible(Household.objects.select_related("head", "area"), request.user, pk=pk)
    of = Paginator(selectors.file_of(household, request.user), 50).get_page(request.GET.get("page"))
    return render(
        request,
        "documents/household_file.html",
        {
            "household": household,
            "members": selectors.members_of(household),
            "of": of,
            "crumbs": [{"label": _("文书"), "url": reverse("documents:list")}, {"label": _("一户一档")}],
        },
    )


@require_GET
@page("documents.see")
def letter_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """A letter as PDF; who took it is journalled."""
    document = get_visible(Document, request.user, pk=pk)
    answer = HttpResponse(
        services.download(document, by=request.user, on=clock.today()), content_type="application/pdf"
    )
    answer["Content-Disposition"] = (
        f"attachment; filename*=UTF-8''{quote(f'{document.title}-{document.pk}.pdf')}"
    )
    answer["Cache-Control"] = "private, no-store"
    return answer
