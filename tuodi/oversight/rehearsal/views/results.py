"""Running a draft, and what it showed: tables and charts, side by side with others, as a sheet and as a paper."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tuodi.core.refusal import Refused
from tuodi.kit import jobs
from tuodi.kit.models import Job
from tuodi.kit.papers import DOCX
from tuodi.kit.sheets import Column, as_download
from tuodi.kit.wording import said
from tuodi.oversight.rehearsal import selectors, services, words
from tuodi.oversight.rehearsal.briefing import briefing as paper_of
from tuodi.oversight.rehearsal.drafted import digest_of_values
from tuodi.oversight.rehearsal.models import Draft, Rehearsal
from tuodi.oversight.rehearsal.views.common import crumbs, draft_of, today
from tuodi.records.journal import services as journal
from tuodi.records.org import rights
from tuodi.records.org.rights import page

AT_ONCE = 200_000  # families up to which the answer comes with the click; more is a job with progress


@page("rehearsal.run")
@require_POST
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """Run one draft over the newest frozen month."""
    return _run(request, [draft_of(request, pk)])


def _run(request: HttpRequest, drafts: list[Draft]) -> HttpResponse:
    frozen = selectors.newest_frozen()
    username = request.user.get_username()
    try:
        rights.refuse_without(request.user, "rehearsal.run", drafts[0].area_id, today())
        if frozen is None:
            raise Refused(_("还没有冻结过一个月的家庭情况，请先冻结"))
        if frozen.households <= AT_ONCE:
            made = services.rehearse(drafts=drafts, by=request.user, on=today())
            if len(made) > 1:
                return redirect(f"{_compare_url()}?{'&'.join(f'd={r.draft_id}' for r in made)}")
            return redirect("rehearsal:result", pk=made[0].pk)
        with transaction.atomic():
            job = jobs.enqueue(
                "rehearsal.run", owner=username, drafts=[d.pk for d in drafts], officer=username
            )
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("rehearsal:draft", pk=drafts[0].pk)
    return redirect("rehearsal:job", pk=job.pk)


def _compare_url() -> str:
    from django.urls import reverse

    return reverse("rehearsal:compare")


@page("rehearsal.freeze")
@require_POST
def freeze(request: HttpRequest) -> HttpResponse:
    """Freeze this month's facts, as a job."""
    if not rights.everywhere(request.user, "rehearsal.freeze"):
        messages.error(request, _("冻结的是全州的家庭情况，由州级办理"))
        return redirect("rehearsal:list")
    with transaction.atomic():
        job = jobs.enqueue(
            "rehearsal.freeze", owner=request.user.get_username(), officer=request.user.get_username()
        )
    return redirect("rehearsal:job", pk=job.pk)


def _job_of(request: HttpRequest, pk: int) -> Job:
    row = Job.objects.filter(pk=pk, kind__startswith="rehearsal.", owner=request.user.get_username()).first()
    if row is None:
        raise Http404
    return row


@page("rehearsal.see")
@require_GET
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a run is; done, it leads to what it showed."""
    row = _job_of(request, pk)
    made = (row.result or {}).get("rehearsals", []) if row.state == Job.DONE else []
    rows = list(Rehearsal.objects.filter(pk__in=made).select_related("draft"))
    context = {"job": row, "rehearsals": rows, "crumbs": crumbs(None, str(said(row.title)))}
    return render(request, "rehearsal/job.html", context)


@page("rehearsal.see")
@never_cache
@require_GET
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The moving part alone."""
    row = _job_of(request, pk)
    answer = render(request, "rehearsal/_progress.html", {"job": row})
    if row.finished:
        answer["HX-Refresh"] = "true"
    return answer


def rehearsal_of(request: HttpRequest, pk: int) -> Rehearsal:
    """A rehearsal of a draft within reach, or 404."""
    rows = Rehearsal.objects.select_related("draft__area", "frozen")
    return rights.get_visible(rows, request.user, field="draft__area_id", pk=pk)


@page("rehearsal.see")
@require_GET
def result(request: HttpRequest, pk: int) -> HttpResponse:
    """What a run showed; ?xlsx=1 as a sheet."""
    row = rehearsal_of(request, pk)
    if request.GET.get("xlsx") and rights.may(request.user, "export", row.draft.area_id):
        journal.record("export", by=request.user, on=today(), record=row.draft, note="rehearsal xlsx")
        return as_download(f"{row.draft.title[:60]} {row.result['month']}", columns(), lines(row))
    told = [
        {
            "p": p,
            "period": words.period_of(p),
            "breakdowns": words.breakdowns(p),
            "charts": words.drawn(p),
            "delta_fen": p["total"]["after_fen"] - p["total"]["before_fen"],
            "funds": funds(p["funds"]),
            "roll": roll(p["roll"]) if p["roll"] else None,
        }
        for p in row.result["programmes"]
    ]
    others = Draft.objects.filter(area=row.draft.area).exclude(pk=row.draft_id).exclude(state="withdrawn")
    return render(
        request,
        "rehearsal/result.html",
        {
            "rehearsal": row,
            "draft": row.draft,
            "told": told,
            "classes": words.CLASSES,
            "stale": row.draft.state == "drafting" and row.values_digest != digest_of_values(row.draft),
            "others": others.order_by("-pk")[:12],
            "may_export": rights.may(request.user, "export", row.draft.area_id),
            "crumbs": crumbs(row.draft, _("预演结果")),
        },
    )


def funds(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The shares with the levels in words."""
    return [{**r, "label": words.LEVELS[r["level"]]} for r in rows]


def roll(found: dict[str, Any]) -> dict[str, Any]:
    """The month's run foretold, with differences."""
    total = found["total"]
    return {
        **found,
        "delta_fen": total["after_fen"] - total["paid_fen"],
        "year_fen": (total["after_fen"] - total["paid_fen"]) * 12,
        "funds": funds(found["funds"]),
        "county": [{**r, "delta_fen": r["after_fen"] - r["paid_fen"]} for r in found["county"]],
    }


def columns() -> list[Column]:
    """The columns of the sheet, in the reader's language."""
    counts = [
        Column(str(label), lambda r, c=c: r.get(c), "number", width=11)  # type: ignore[misc]
        for c, label in words.CLASSES.items()
    ]
    return [
        Column(_("项目"), lambda r: r["programme"], width=22),
        Column(_("分组"), lambda r: r["by"], width=12),
        Column(_("类别"), lambda r: r["label"], width=16),
        Column(_("计数单位"), lambda r: r["unit"], width=10),
        *counts,
        Column(_("现行金额（元）"), lambda r: r.get("before_fen"), "yuan", width=16),
        Column(_("草案金额（元）"), lambda r: r.get("after_fen"), "yuan", width=16),
        Column(_("增减（元）"), lambda r: r.get("delta_fen"), "yuan", width=16),
    ]


def lines(row: Rehearsal) -> Iterator[dict[str, Any]]:
    """A rehearsal as the rows of a sheet: every breakdown, then the money by level."""
    for p in row.result["programmes"]:
        of_whom = _("人") if p["persons"] else _("户")
        label = str(said(p["label"]))
        total = {**p["total"], "delta_fen": p["total"]["after_fen"] - p["total"]["before_fen"]}
        yield {"programme": label, "by": _("合计"), "label": "", "unit": of_whom, **total}
        for b in words.breakdowns(p):
            unit = _("人") if b.persons else _("户")
            for r in b.rows:
                money = {} if "after_fen" in r else {"delta_fen": None}
                yield {"programme": label, "by": b.label, "unit": unit, **r, **money}
        for f in p["funds"]:
            name = str(words.LEVELS[f["level"]])
            yield {
                "programme": label,
                "by": _("资金"),
                "label": name,
                "unit": words.period_of(p),
                "delta_fen": f["fen"],
            }
        if p["roll"]:
            for r in p["roll"]["county"]:
                yield {
                    "programme": label, "by": _("次月发放"), "label": str(said(r["name"])), "unit": _("户"), "more": r["more"], "less": r["less"],
                    "before_fen": r["paid_fen"], "after_fen": r["after_fen"], "delta_fen": r["after_fen"] - r["paid_fen"],
                }  # fmt: skip


@page("rehearsal.see")
@require_GET
def briefing(request: HttpRequest, pk: int) -> HttpResponse:
    """The briefing as .docx."""
    row = rehearsal_of(request, pk)
    journal.record("export", by=request.user, on=today(), record=row.draft, note="rehearsal docx")
    answer = HttpResponse(paper_of(row), content_type=DOCX)
    answer["Content-Disposition"] = f'attachment; filename="briefing-{row.pk}.docx"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _chosen(request: HttpRequest) -> list[Draft]:
    """The drafts named in the address, within reach, at most six."""
    wanted = [int(d) for d in request.GET.getlist("d") + request.POST.getlist("d") if d.isdigit()][:6]
    rows = rights.visible(Draft.objects.select_related("area").prefetch_related("values"), request.user)
    return list(rows.filter(pk__in=wanted).order_by("pk"))


@page("rehearsal.see")
@require_GET
def compare(request: HttpRequest) -> HttpResponse:
    """Drafts side by side: what each changes, whom it touches, what it costs."""
    chosen = _chosen(request)
    found = [selectors.newest_rehearsal(d) for d in chosen]
    rehearsals = [r for r in found if r is not None]
    alike = len({(r.on, r.frozen_digest) for r in rehearsals}) <= 1
    fresh = all(
        r is not None and (d.state != "drafting" or r.values_digest == digest_of_values(d))
        for d, r in zip(chosen, found, strict=True)
    )
    rows = rights.visible(Draft.objects.exclude(state="withdrawn"), request.user).order_by("-pk")[:30]
    return render(
        request,
        "rehearsal/compare.html",
        {
            "chosen": chosen,
            "wanted": {d.pk for d in chosen},
            "all": rows,
            "rehearsals": rehearsals,
            "programmes": words.compared(rehearsals) if len(rehearsals) > 1 else [],
            "ready": alike and fresh and len(rehearsals) == len(chosen),
            "may_run": rights.may(request.user, "rehearsal.run"),
            "crumbs": crumbs(None, _("比较")),
        },
    )


@page("rehearsal.run")
@require_POST
def run_together(request: HttpRequest) -> HttpResponse:
    """Run the chosen drafts at once, for the same month."""
    chosen = _chosen(request)
    if len(chosen) < 2:
        messages.error(request, _("请至少选两份草案"))
        return redirect("rehearsal:compare")
    return _run(request, chosen)
