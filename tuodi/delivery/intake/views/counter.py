"""The counter form: a draft kept field by field, members added and taken away, handed in."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tuodi.core.refusal import Refused
from tuodi.delivery.intake import form, selectors, services
from tuodi.delivery.intake.models import Application, Draft, Mandate
from tuodi.delivery.intake.views.common import case_url
from tuodi.kit.versions import Conflict
from tuodi.records.journal import services as journal
from tuodi.records.org import clock
from tuodi.records.org.models import Area
from tuodi.records.org.rights import get_visible, page

_KEY = re.compile(r"[0-9a-z][0-9a-z-]{7,79}")


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
    row = draft_of(request, key)
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
                return redirect(case_url(application))
            values = form.values_from(facts, selectors.need_codes_of(application))
            return _show(request, key, values, 0, application=application)
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


def draft_of(request: HttpRequest, key: str) -> Draft | None:
    """The officer's own draft of that key, or None before its first field; another's is not found."""
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
    row = draft_of(request, key)
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
    shown = set(request.POST.get("asked", "").split())
    new = [
        (t, [i for i in t.inputs if i.name not in shown], not any(i.name in shown for i in t.inputs))
        for t in built.topics
        if any(i.name not in shown for i in t.inputs)
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
            "new_topics": new,
            "asked": " ".join(sorted(shown | set(built.asked.split()))),
            "needs_too": name == "h-need_note",
            "save_url": reverse("intake:save", args=[key]),
        },
    )
    # The address becomes the draft's own, so that a reload or a return finds it again.
    answer["HX-Replace-Url"] = reverse("intake:draft", args=[key])
    return answer


def _inputs(built: form.Form) -> list[form.Input]:
    groups = [*built.household, *(g for m in built.members for g in m.groups), *built.topics]
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
            "behalf": {part: values.get(f"b-{part}", "") for part in form.MANDATE_PARTS},
            "behalf_faults": {part: built.faults.get(f"b-{part}", "") for part in form.MANDATE_PARTS},
            "behalf_kinds": Mandate.KINDS,
            "behalf_relations": Mandate.RELATIONS,
            "kept": bool(version),
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
                channel=built.mandate.kind if built.mandate else "counter",
                needs=form.codes_in(values),
                wanted=services.Wanted.from_dict(row.payload.open().get("wanted")),
                mandate=built.mandate,
            )
            return redirect("intake:receipt", number=made.number)
        if application.state == "correcting":
            services.answer(
                application=application,
                facts=built.facts,
                by=request.user,
                on=on,
                needs=form.codes_in(values),
            )
        else:
            version = int(row.key.rsplit("-", 1)[1])
            services.amend(
                application=application,
                version=version,
                facts=built.facts,
                by=request.user,
                on=on,
                needs=form.codes_in(values),
            )
    except Conflict as conflict:
        return render(
            request, "kit/conflict.html", {"conflict": conflict, "back": case_url(application)}, status=409
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
    return redirect(case_url(application))
