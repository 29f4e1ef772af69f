"""The workbook out and in: template, dry run with every fault, all families or none."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tuodi.core.refusal import Refused
from tuodi.delivery.intake import forms, imports, selectors, workbook
from tuodi.delivery.intake.models import ImportRun
from tuodi.delivery.intake.process import RECEIVE
from tuodi.kit import jobs, sheets
from tuodi.kit.sheets import Unreadable
from tuodi.records.org import clock, rights
from tuodi.records.org.rights import page

DIRECT_MAX = 60  # families imported while the page waits; more become a job


def _xlsx(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=sheets.XLSX)
    answer["Content-Disposition"] = content_disposition_header(True, name)
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@page("intake.template")
@require_GET
def template(request: HttpRequest) -> HttpResponse:
    """The empty 申请登记表.xlsx."""
    return _xlsx(workbook.template(), "申请登记表.xlsx")


@page("intake.import")
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Hand in a filled workbook for a dry run; nothing is written but the sealed file itself."""
    bound = forms.UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and bound.is_valid():
        file = bound.cleaned_data["file"]
        if file.size > sheets.FORM.packed:
            bound.add_error(
                "file",
                _("文件超过 {limit} MB，请拆成几个文件").format(limit=sheets.FORM.packed // 1024 // 1024),
            )
        else:
            content = file.read()
            known = imports.already(content)
            if known is not None:
                messages.info(request, _("这个文件已经导入过，没有重复导入"))
                return redirect("intake:imported", pk=known.pk)
            kept = imports.keep(content=content, name=file.name or "", by=request.user)
            return redirect("intake:dry_run", digest=kept.digest)
    runs = ImportRun.objects.filter(by=request.user.username).order_by("-pk")[:10]
    return render(
        request, "intake/upload.html", {"form": bound, "runs": runs}, status=422 if bound.errors else 200
    )


@page("intake.import")
@require_http_methods(["GET", "POST"])
def dry_run(request: HttpRequest, digest: str) -> HttpResponse:
    """What the workbook holds and every fault in it; by POST, all families are taken in."""
    on = clock.today()
    try:
        content, name = imports.kept(request.user, digest)
    except Refused as why:
        messages.warning(request, str(why))
        return redirect("intake:workbook")
    known = imports.already(content)
    if known is not None:
        return redirect("intake:imported", pk=known.pk)
    try:
        reading = workbook.read(content, name, on=on, by=request.user)
    except Unreadable as why:
        return render(
            request,
            "intake/dry_run.html",
            {"unreadable": str(why), "name": name, "digest": digest},
            status=422,
        )
    if request.method == "POST" and not reading.faults:
        accept = bool(request.POST.get("accept"))
        if len(reading.families) > DIRECT_MAX:
            job = jobs.enqueue(
                "intake.import",
                owner=request.user.username,
                key=f"intake.import:{digest}:{request.user.pk}",
                title=f"导入申请登记表（{len(reading.families)} 户）",
                digest=digest,
                officer=request.user.pk,
                on=on.isoformat(),
                accept=accept,
            )
            return redirect("portal:job", pk=job.pk)
        try:
            run = imports.import_workbook(content=content, name=name, by=request.user, on=on, accept=accept)
        except Refused as why:
            messages.error(request, str(why))
            return redirect("intake:dry_run", digest=digest)
        imports.drop(request.user, digest)
        messages.success(request, _("已导入 {n} 户").format(n=run.families))
        return redirect("intake:imported", pk=run.pk)
    by_sheet: dict[str, int] = {}
    for fault in reading.faults:
        by_sheet[fault.sheet] = by_sheet.get(fault.sheet, 0) + 1
    incomplete = (
        [(f.key, selectors.missing_in(f.facts, on)) for f in reading.families] if not reading.faults else []
    )
    return render(
        request,
        "intake/dry_run.html",
        {
            "reading": reading,
            "faults": reading.faults[:500],
            "by_sheet": by_sheet,
            "notes": reading.notes[:100],
            "incomplete": [(k, m) for k, m in incomplete if m][:50],
            "families": [
                {
                    "key": f.key,
                    "head": next(
                        (m.get("name", "") for m in f.facts["members"] if m.get("relation") == "head"), ""
                    ),
                    "size": len(f.facts["members"]),
                    "totals": selectors.declared_totals(f.facts),
                }
                for f in reading.families[:200]
            ],
            "name": name,
            "digest": digest,
            "may_accept": rights.may(request.user, "intake.accept"),
        },
        status=422 if request.method == "POST" else 200,
    )


@page("intake.import")
@require_GET
def marked(request: HttpRequest, digest: str) -> HttpResponse:
    """The workbook with its faults written into it."""
    try:
        content, name = imports.kept(request.user, digest)
        reading = workbook.read(content, name, on=clock.today(), by=request.user)
    except (Refused, Unreadable) as why:
        messages.warning(request, str(why))
        return redirect("intake:workbook")
    stem = name.rsplit(".", 1)[0][:60] or "申请登记表"
    return _xlsx(workbook.with_faults(reading, name), f"{stem}-问题.xlsx")


@page("intake.import")
@require_GET
def imported(request: HttpRequest, pk: int) -> HttpResponse:
    """What an import made: its applications, as far as the officer sees them."""
    run = ImportRun.objects.filter(pk=pk).first()
    if run is None:
        raise Http404
    rows = selectors.listed(request.user).filter(number__in=run.numbers).order_by("number")
    if run.by != request.user.username and not rows.exists():
        raise Http404
    shown = Paginator(rows, 50).get_page(request.GET.get("page"))
    return render(request, "intake/imported.html", {"run": run, "page_obj": shown, "process": RECEIVE})
