"""Pages of the archive: the list of letters, and a letter as PDF or as the paper an office edits."""

from __future__ import annotations

from urllib.parse import quote

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tuodi.kit.papers import DOCX
from tuodi.records.documents import selectors, services
from tuodi.records.documents.forms import LetterQuery
from tuodi.records.documents.models import Document
from tuodi.records.org import clock
from tuodi.records.org.rights import get_visible, page, visible


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
def letter_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """A letter as PDF; who took it is journalled."""
    return _taken(request, pk, "pdf", "application/pdf")


@require_GET
@page("documents.see")
def letter_docx(request: HttpRequest, pk: int) -> HttpResponse:
    """The same letter as the .docx an office edits; who took it is journalled."""
    return _taken(request, pk, "docx", DOCX)


def _taken(request: HttpRequest, pk: int, form: str, content_type: str) -> HttpResponse:
    document = get_visible(Document, request.user, pk=pk)
    content = services.download(document, by=request.user, on=clock.today(), form=form)
    answer = HttpResponse(content, content_type=content_type)
    name = quote(f"{document.title}-{document.pk}.{form}")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    answer["Cache-Control"] = "private, no-store"
    return answer
