"""Pages of intake: the counter form with its drafts, acts on an application, lists, and the workbook out and in."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tuodi.core import facts as dictionary
from tuodi.core.money import yuan_text
from tuodi.core.refusal import Refused
from tuodi.delivery.intake import form, forms, imports, selectors, services, workbook
from tuodi.delivery.intake.models import Application, Draft, ImportRun
from tuodi.delivery.intake.process import RECEIVE
from tuodi.kit import jobs, sheets
from tuodi.kit.letters import render_letter
from tuodi.kit.sheets import Unreadable
from tuodi.kit.versions import Conflict
from tuodi.records.documents.letters import issuer_name
from tuodi.records.journal import services as journal
from tuodi.records.org import clock, rights
from tuodi.records.org.exports import taken_out
from tuodi.records.org.models import Area
from tuodi.records.org.rights import get_visible, page
from tuodi.records.people.models import Person

_KEY = re.compile(r"[0-9a-z][0-9a-z-]{7,79}")
DIRECT_MAX = 60  # families imported while the page waits; more become a job


def _application(request: HttpRequest, number: str) -> Application:
    source = Application.objects.select_related("applicant", "area__parent", "household", "received_by")
    return get_visible(source, request.user, number=number)


def _case_url(application: Application) -> str:
    return reverse("portal:case", args=[application.number])


# --- lists ---------------------------------------------------------------------------------------------


@page("intake.see")
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Applications in the officer's reach, with filters that carry no names or numbers of people."""
    asked = forms.Filter(
        request.GET or None, areas=selectors.area_choices(request.user, clock.today(), "intake.see")
    )
    rows = _filtered(request, asked)
    shown = Paginator(rows, 50).get_page(request.GET.get("page"))
    return render(
        request,
        "intake/list.html",
        {
            "form": asked,
            "page_obj": shown,
            "process": RECEIVE,
            "on": clock.today(),
            "may_new": rights.may(request.user, "intake.submit"),
            "may_import": rights.may(request.user, "intake.import"),
            "may_export": rights.may(request.user, "export"),
            "query": request.GET.urlencode(),
        },
    )


def _filtered(request: HttpRequest, asked: forms.Filter) -> Any:
    chosen = asked.cleaned_data if asked.is_bound and asked.is_valid() else {}
    return selectors.listed(
        request.user,
        state=chosen.get("state") or "",
        late_on=clock.today() if chosen.get("late") else None,
        area=chosen.get("area") or "",
        since=chosen.get("since"),
        until=chosen.get("until"),
    )


@page("intake.see")
@require_POST
def find(request: HttpRequest) -> HttpResponse:
    """Find by number, resident number or name. By POST, so that none of them is in an address or a log."""
    asked = request.POST.get("q", "").strip()[:60]
    found = selectors.find(request.user, asked) if len(asked) >= 2 else []
    if len(found) == 1:
        return redirect(_case_url(found[0]))
    return render(request, "intake/found.html", {"found": found, "asked": asked, "process": RECEIVE})


EXPORT = (
    sheets.Column("申请编号", lambda a: a.number, width=24),
    sheets.Column("申请人", lambda a: a.applicant.name, width=12),
    sheets.Column(
        "乡镇（街道）", lambda a: a.area.parent.name if a.area.level == "village" else a.area.name, width=16
    ),
    sheets.Column("村（社区）", lambda a: a.area.name if a.area.level == "village" else "", width=20),
    sheets.Column("渠道", lambda a: a.get_channel_display(), width=12),
    sheets.Column("提交日", lambda a: a.submitted_on, "day", 12),
    sheets.Column("受理日", lambda a: a.accepted_on, "day", 12),
    sheets.Column("环节", lambda a: RECEIVE.states[a.state], width=12),
    sheets.Column("时限", lambda a: a.due, "day", 12),
    sheets.Column("经办人", lambda a: a.received_by.name, width=12),
)


@page("export")
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The list as it is filtered, as a workbook. Numbers of people are not in it."""
    asked = forms.Filter(
        request.GET or None, areas=selectors.area_choices(request.user, clock.today(), "intake.see")
    )
    rows = taken_out(_filtered(request, asked), request, "intake.list")
    return sheets.as_download(_("申请名册"), EXPORT, rows.iterator(chunk_size=2000))


# --- the counter form ----------------------------------------------------------------------------------


@page("intake.draft")
@require_GET
def new(request: HttpRequest) -> HttpResponse:
    """An empty form; it becomes a draft with its first field. Unfinished forms are offered first."""
    return _show(request, uuid.uuid4().hex, _start(request), 0, fresh=True)


def _start(request: HttpRequest) -> dict[str, str]:
    areas = selectors.area_choices(request.user, clock.today())
    villages = [code for _town, listed in areas for code, _name in listed]
    return form.start(villages[0] if len(villages) == 1 else "")


@page("intake.draft")
@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest, key: str) -> HttpResponse:
    """A form begun: go on with it, add or take away a member, hand it in. Works without script too."""
    row = _draft(request, key)
    if row is not None and row.application_id:
        return redirect("intake:receipt", number=row.application.number)
    application = _of_amendment(request, key)
    if request.method == "GET":
        if row is None:
            if application is None:
                return _show(request, key, _start(request), 0)
            try:
                # The form stands open with numbers and accounts: to put them right is a purpose, and is journalled as one.
                facts = journal.reveal(
                    selectors.newest_declaration(application), "facts", by=request.user, on=clock.today(), purpose=_("更正申报内容")
                )  # fmt: skip
            except Refused as why:
                messages.error(request, str(why))
                return redirect(_case_url(application))
            return _show(request, key, form.values_from(facts), 0, application=application)
        return _show(
            request,
            key,
            row.payload.open()["values"],
            row.version,
            saved_at=row.saved_at,
            application=application,
        )
    values = form.values_of(request.POST.dict())
    act = request.POST.get("act", "save")
    if act.startswith("keep:"):
        name = act[5:]
        values = form.values_of({**values, name: request.POST.get(f"mine-{name}", "")})
    elif act == "add":
        values = form.add_member(values)
    elif act.startswith("remove-") and act[7:].isdigit():
        values = form.remove_member(values, int(act[7:]))
    if act == "discard":
        if row is not None:
            services.discard_draft(draft=row, by=request.user, on=clock.today())
        messages.info(request, _("草稿已丢弃"))
        return redirect("intake:list")
    try:
        row, clashes = _save(request, key, row, values, whole=act == "add" or act.startswith("remove-"))
    except Refused as why:
        return _show(
            request,
            key,
            values,
            row.version if row else 0,
            application=application,
            trouble=str(why),
            status=409,
        )
    if act != "submit" or clashes:
        if not clashes:
            at = f"#member-{form.numbers_in(values)[-1]}" if act == "add" else ""
            return redirect(reverse("intake:draft", args=[key]) + at)
        return _show(
            request,
            key,
            row.payload.open()["values"],
            row.version,
            saved_at=row.saved_at,
            clashes=clashes,
            application=application,
            status=409,
        )
    return _hand_in(request, row, values, application)


def _draft(request: HttpRequest, key: str) -> Draft | None:
    if not _KEY.fullmatch(key):
        raise Http404
    row = Draft.objects.select_related("application").filter(key=key).first()
    if row is not None and row.officer_id != request.user.pk:
        raise Http404
    return row


def _of_amendment(request: HttpRequest, key: str) -> Application | None:
    """The application a draft puts right, where its key says so; only what the officer may correct."""
    found = re.fullmatch(r"amend-(\d{9}-\d{4}-\d{5})-\d+", key)
    if found is None:
        return None
    return get_visible(
        Application.objects.select_related("area", "applicant"),
        request.user,
        act="intake.correct",
        number=found[1],
    )


def _save(
    request: HttpRequest, key: str, row: Draft | None, values: Mapping[str, str], *, whole: bool = False
) -> tuple[Draft, list[services.Clash]]:
    version = request.POST.get("version", "")
    if row is None:
        area = Area.objects.filter(code=values.get("h-area_code", "")).first() or _own_area(request)
        return services.open_draft(by=request.user, area=area, key=key, values=values), []
    seen = int(version) if version.isdigit() else 0
    keep = list(values) + list(row.payload.open()["values"]) if whole and seen == row.version else []
    keep += [a[5:] for a in request.POST.getlist("act") if a.startswith("keep:")]
    return services.save_draft(draft=row, version=seen, values=values, by=request.user, keep=keep)


def _own_area(request: HttpRequest) -> Area:
    areas = selectors.area_choices(request.user, clock.today())
    if not areas:
        raise Refused(_("您没有可受理申请的辖区"))
    return Area.objects.get(code=areas[0][1][0][0])


@page("intake.draft")
@require_http_methods(["GET", "POST"])
def save(request: HttpRequest, key: str) -> HttpResponse:
    """A field left (htmx): the whole form is kept, the field's fault answered, the side brought up to date."""
    if request.method == "GET":  # back from a log-in that interrupted the typing
        return redirect("intake:draft", key=key)
    row = _draft(request, key)
    application = _of_amendment(request, key)
    values = form.values_of(request.POST.dict())
    try:
        row, clashes = _save(request, key, row, values)
    except Refused as why:
        return render(request, "intake/_saved.html", {"trouble": str(why), "key": key})
    stored = row.payload.open()["values"]
    built = _build(request, stored, application, show_required=False)
    name = request.headers.get("HX-Trigger-Name") or ""
    derived = []
    if re.fullmatch(r"m-\d+-(number|document)", name):
        prefix = name.rsplit("-", 1)[0]
        derived = [
            i
            for m in built.members
            for g in m.groups[:1]
            for i in g.inputs
            if i.name in (f"{prefix}-birth", f"{prefix}-sex") and stored.get(i.name, "") in ("", "9")
        ]
    clashing = {c.field for c in clashes}
    derived += [i for i in _inputs(built) if i.name in clashing]
    answer = render(
        request,
        "intake/_saved.html",
        {
            "key": key,
            "built": built,
            "fault": built.faults.get(name, ""),
            "note": built.notes.get(name, ""),
            "name": name,
            "version": row.version,
            "saved_at": row.saved_at,
            "clashes": [(c, form.label_of(c.field)) for c in clashes],
            "derived": derived,
            "save_url": reverse("intake:save", args=[key]),
        },
    )
    # The address becomes the draft's own, so that a reload or a return finds it again.
    answer["HX-Replace-Url"] = reverse("intake:draft", args=[key])
    return answer


def _inputs(built: form.Form) -> list[form.Input]:
    groups = [*built.household, *(g for m in built.members for g in m.groups)]
    return [i for g in groups for i in g.inputs]


def _build(
    request: HttpRequest, values: Mapping[str, str], application: Application | None, *, show_required: bool
) -> form.Form:
    return form.build(
        values,
        on=clock.today(),
        areas=selectors.area_choices(request.user, clock.today()),
        show_required=show_required,
        application=application,
    )


def _show(
    request: HttpRequest,
    key: str,
    values: Mapping[str, str],
    version: int,
    *,
    saved_at: Any = None,
    clashes: Any = (),
    application: Application | None = None,
    trouble: str = "",
    status: int = 200,
    fresh: bool = False,
    check: bool = False,
) -> HttpResponse:
    built = _build(request, values, application, show_required=check)
    return render(
        request,
        "intake/entry.html",
        {
            "built": built,
            "key": key,
            "version": version,
            "saved_at": saved_at,
            "clashes": [(c, form.label_of(c.field)) for c in clashes],
            "application": application,
            "trouble": trouble,
            "check": check,
            "drafts": selectors.drafts_of(request.user) if fresh else [],
            "save_url": reverse("intake:save", args=[key]),
            "action": reverse("intake:draft", args=[key]),
            "relative_rows": [
                {
                    "n": r,
                    "member": values.get(f"r-{r}-member", ""),
                    "official": values.get(f"r-{r}-official", ""),
                    "relation": values.get(f"r-{r}-relation", ""),
                    "post": values.get(f"r-{r}-post", ""),
                    "fault": built.faults.get(f"r-{r}-member") or built.faults.get(f"r-{r}-official") or "",
                }
                for r in range(1, form.RELATIVES_MAX + 1)
            ],
            "members_max": form.MEMBERS_MAX,
            "on": clock.today(),
        },
        status=status,
    )


def _hand_in(
    request: HttpRequest, row: Draft, values: Mapping[str, str], application: Application | None
) -> HttpResponse:
    built = _build(request, values, application, show_required=True)
    if not built.sound:
        return _show(
            request,
            row.key,
            values,
            row.version,
            saved_at=row.saved_at,
            application=application,
            check=True,
            status=422,
        )
    on = clock.today()
    try:
        if application is None:
            made = services.submit(
                key=row.key,
                facts=built.facts,
                by=request.user,
                on=on,
                relatives=built.relatives,
                draft=row,
                channel="counter",
            )
            return redirect("intake:receipt", number=made.number)
        if application.state == "correcting":
            services.answer(application=application, facts=built.facts, by=request.user, on=on)
        else:
            version = int(row.key.rsplit("-", 1)[1])
            services.amend(
                application=application, version=version, facts=built.facts, by=request.user, on=on
            )
    except Conflict as conflict:
        return render(
            request, "kit/conflict.html", {"conflict": conflict, "back": _case_url(application)}, status=409
        )
    except Refused as why:
        return _show(
            request,
            row.key,
            values,
            row.version,
            saved_at=row.saved_at,
            application=application,
            trouble=str(why),
            check=True,
            status=409,
        )
    Draft.objects.filter(pk=row.pk).delete()
    messages.success(request, _("申报内容已更新，原申报保留在案"))
    return redirect(_case_url(application))


# --- acts on an application ----------------------------------------------------------------------------


@page("intake.see")
@require_GET
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """What the family takes home: what was handed in, what is missing, what happens next."""
    application = _application(request, number)
    panel = selectors.case_panel(application, request.user)
    return render(
        request,
        "intake/receipt.html",
        {
            "application": application,
            "panel": panel,
            "case_url": _case_url(application),
            "process": RECEIVE,
            "on": clock.today(),
        },
    )


@page("intake.see")
@require_GET
def receipt_pdf(request: HttpRequest, number: str) -> HttpResponse:
    """The same on paper (回执), as PDF/A."""
    application = _application(request, number)
    facts = selectors.facts_of(application)
    totals = selectors.declared_totals(facts)
    data = {
        "number": application.number,
        "applicant": application.applicant.name,
        "programme": _("最低生活保障"),
        "applied_on": application.submitted_on,
        "members": [
            {
                "name": m["name"],
                "relation": dictionary.RELATIONS.get(m.get("relation", ""), ""),
                "sex": {"1": "男", "2": "女"}.get(m.get("sex", "9"), ""),
                "birth": "{}年{}月".format(*m["birth"].split("-")[:2]).replace("年0", "年")
                if m.get("birth")
                else "",
            }
            for m in facts["members"]
        ],
        "address": f"{application.area.parent.name if application.area.parent else ''}{application.area.name}",
        "needs": selectors.case_panel(application, request.user)["needs"],
        "officer": application.received_by.name,
        "declared": [
            {
                "label": _("家庭年收入（申报，未扣减）"),
                "value": f"{yuan_text(totals['income_year_fen'], cents=True)} 元",
            },
            {"label": _("金融资产（申报）"), "value": f"{yuan_text(totals['assets_fen'], cents=True)} 元"},
        ],
        "qr": application.number,
        "issuer": issuer_name(
            application.area_id[:9],
            application.area.parent.name if application.area.level == "village" else application.area.name,
        ),
        "issued_on": application.submitted_on,
    }
    answer = HttpResponse(render_letter("receipt", data), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="receipt-{application.number}.pdf"'
    return answer


def _do(request: HttpRequest, application: Application, act: Any, done: str) -> HttpResponse:
    try:
        act()
    except Refused as why:
        messages.error(request, str(why))
    else:
        messages.success(request, done)
    return redirect(_case_url(application))


@page("intake.accept")
@require_http_methods(["GET", "POST"])
def accept(request: HttpRequest, number: str) -> HttpResponse:
    """Accept complete papers; the page says what starts to run."""
    application = _application(request, number)
    if request.method == "POST":
        return _do(
            request,
            application,
            lambda: services.accept(application=application, by=request.user, on=clock.today()),
            _("已受理，核对和入户调查的时限从今天算起"),
        )
    lacking = selectors.missing(application, clock.today())
    if lacking and application.state == "submitted":
        messages.warning(request, _("材料不齐，先一次性告知补正"))
        return redirect("intake:notify", number=number)
    return render(
        request,
        "kit/confirm.html",
        {
            "heading": _("受理申请 {number}").format(number=number),
            "what": [
                _("申请人：{name}").format(name=application.applicant.name),
                _("受理后家庭情况冻结留存，随即发起信息核对；审核确认全程时限从今天算起"),
            ],
            "submit": _("受理"),
            "back": _case_url(application),
        },
    )


@page("intake.correct")
@require_http_methods(["GET", "POST"])
def notify(request: HttpRequest, number: str) -> HttpResponse:
    """Tell once everything that is missing; the officer may add what the list cannot know."""
    application = _application(request, number)
    bound = forms.Notice(request.POST or None)
    if request.method == "POST" and bound.is_valid():
        extra = bound.cleaned_data["extra"].splitlines()
        return _do(
            request,
            application,
            lambda: services.notify(application=application, by=request.user, on=clock.today(), extra=extra),
            _("已一次性告知，受理时限停止计算，补正后接着算"),
        )
    return render(
        request,
        "intake/notify.html",
        {
            "application": application,
            "form": bound,
            "missing": selectors.missing(application, clock.today()),
            "back": _case_url(application),
        },
    )


@page("intake.correct")
@require_GET
def answer(request: HttpRequest, number: str) -> HttpResponse:
    """Take what the family brought: opens the declaration in the form, to be handed in again."""
    return _amendment(request, number)


@page("intake.correct")
@require_GET
def amend(request: HttpRequest, number: str) -> HttpResponse:
    """Put a declaration right before acceptance."""
    return _amendment(request, number)


def _amendment(request: HttpRequest, number: str) -> HttpResponse:
    application = _application(request, number)
    return redirect("intake:draft", key=f"amend-{application.number}-{application.version}")


@page("intake.decline")
@require_http_methods(["GET", "POST"])
def decline(request: HttpRequest, number: str) -> HttpResponse:
    """Not accept, with every reason."""
    application = _application(request, number)
    bound = forms.Reasons(request.POST or None)
    if request.method == "POST" and bound.is_valid():
        reasons = bound.cleaned_data["reasons"].splitlines()
        return _do(
            request,
            application,
            lambda: services.decline(
                application=application, reasons=reasons, by=request.user, on=clock.today()
            ),
            _("已不予受理，理由已记录；申请人可以补齐后重新申请"),
        )
    return render(
        request,
        "intake/reasons.html",
        {
            "application": application,
            "form": bound,
            "heading": _("不予受理"),
            "submit": _("不予受理"),
            "tone": "bad",
            "back": _case_url(application),
        },
    )


@page("intake.withdraw")
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Take the application back at the family's wish."""
    application = _application(request, number)
    bound = forms.Reason(request.POST or None)
    if request.method == "POST" and bound.is_valid():
        reason = bound.cleaned_data["reason"]
        return _do(
            request,
            application,
            lambda: services.withdraw(
                application=application, by=request.user, on=clock.today(), reason=reason
            ),
            _("申请已撤回，家庭可以随时重新申请"),
        )
    return render(
        request,
        "intake/reasons.html",
        {
            "application": application,
            "form": bound,
            "heading": _("撤回申请"),
            "submit": _("撤回"),
            "tone": "bad",
            "back": _case_url(application),
        },
    )


@page("intake.correct")
@require_http_methods(["GET", "POST"])
def relative(request: HttpRequest, number: str) -> HttpResponse:
    """File a near relative of someone who handles the scheme."""
    application = _application(request, number)
    people = Person.objects.filter(applying__application=application, applying__until=None).order_by("pk")
    bound = forms.RelativeForm(request.POST or None, people=people)
    if request.method == "POST" and bound.is_valid():
        said = bound.cleaned_data
        return _do(
            request,
            application,
            lambda: services.file_relative(
                application=application, by=request.user, on=clock.today(), **said
            ),
            _("已登记备案，县级将入户核查"),
        )
    return render(
        request,
        "intake/reasons.html",
        {
            "application": application,
            "form": bound,
            "heading": _("近亲属备案"),
            "submit": _("登记备案"),
            "tone": "main",
            "back": _case_url(application),
        },
    )


# --- the workbook --------------------------------------------------------------------------------------


def _xlsx(content: bytes, name: str) -> HttpResponse:
    from django.utils.http import content_disposition_header

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
