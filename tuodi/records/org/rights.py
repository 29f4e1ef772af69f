"""Who may do what, where: roles × acts in one table, reach by area, used by every page, list, count, search and export.

An officer's rights come from dated assignments alone: a role in an area. An act is allowed where one of the roles the
table names is held in an area that contains the record. See README.md beside this file for what each act means.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.conf import settings
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuodi.core.refusal import Refused
from tuodi.records.journal import services as journal
from tuodi.records.org import clock
from tuodi.records.org.models import Assignment, Officer

Model = TypeVar("Model", bound=models.Model)

ROLES = {
    "counter": gettext_lazy("经办人"),
    "reviewer": gettext_lazy("乡镇审核"),
    "confirmer": gettext_lazy("县级审核确认"),
    "civil_affairs": gettext_lazy("民政业务"),
    "finance": gettext_lazy("财政"),
    "payer": gettext_lazy("发放复核"),
    "bureau": gettext_lazy("部门经办"),
    "cashier": gettext_lazy("医院收费"),
    "office": gettext_lazy("领导小组办公室"),
    "leader": gettext_lazy("领导"),
    "auditor": gettext_lazy("审计"),
    "admin": gettext_lazy("系统管理"),
}
# Deciders and payers sign in with a second factor (reliability.md E6).
SECOND_FACTOR_ROLES = frozenset({"confirmer", "payer", "finance", "admin"})
# These see only what has been handed to their own department (policy.md 17.10).
DEPARTMENT_BOUND = frozenset({"bureau", "cashier"})
# No one person may hold both sides of a decision or a payment in one place at one time.
INCOMPATIBLE = (
    frozenset({"counter", "reviewer"}),
    frozenset({"counter", "confirmer"}),
    frozenset({"reviewer", "confirmer"}),
    frozenset(
        {"civil_affairs", "confirmer"}
    ),  # the one imports applications and makes the roster, the other decides
    frozenset({"civil_affairs", "payer"}),
    frozenset({"finance", "payer"}),
    frozenset({"confirmer", "payer"}),
    frozenset({"auditor", "admin"}),
)
SIGNED_IN = frozenset({"*"})  # whoever has an account, even without a role

_TOWN = frozenset({"counter", "reviewer"})
_COUNTY = frozenset({"confirmer", "civil_affairs"})
_CASE_WORK = _TOWN | _COUNTY
_SEE_CASE = _CASE_WORK | {"auditor"}
_MONEY = frozenset({"civil_affairs", "payer", "finance"})
_SEE_MONEY = _MONEY | {"auditor", "office", "leader"}

# act -> roles that may do it. One row per act; the rooms add theirs here and nowhere else.
RIGHTS: dict[str, frozenset[str]] = {
    # the first page, one's own account
    "portal.worklist": SIGNED_IN,
    "account.own": SIGNED_IN,
    "portal.fields": SIGNED_IN,
    "portal.case": _SEE_CASE | {"payer"},
    "portal.trace": _SEE_CASE | _MONEY,
    "portal.search": _SEE_CASE | {"payer"},
    "portal.overview": frozenset({"civil_affairs", "finance", "office", "leader", "auditor", "admin"}),
    # people and papers
    "people.see": _SEE_CASE | {"payer"},
    "people.edit": _CASE_WORK,
    "people.account": _CASE_WORK,
    "reveal": _CASE_WORK | {"payer", "auditor"},
    "export": frozenset({"reviewer", "confirmer", "civil_affairs", "finance", "payer", "office", "auditor"}),
    "documents.see": _SEE_CASE | {"payer"},
    "documents.issue": _CASE_WORK,
    "documents.pack": frozenset({"reviewer", "confirmer", "civil_affairs", "auditor"}),
    # intake
    "intake.see": _SEE_CASE,
    "intake.draft": frozenset({"counter"}),
    "intake.submit": frozenset({"counter"}),
    "intake.accept": frozenset({"counter"}),
    "intake.decline": frozenset({"counter"}),
    "intake.correct": frozenset({"counter"}),
    "intake.withdraw": frozenset({"counter"}),
    "intake.import": frozenset({"counter", "reviewer", "civil_affairs"}),
    "intake.template": _CASE_WORK,
    # referral: a bureau's officers see what its body has in hand, and no other
    "referral.see": _SEE_CASE | {"bureau", "office"},
    "referral.family": _SEE_CASE,
    "referral.send": frozenset({"counter", "civil_affairs"}),
    "referral.act": frozenset({"bureau", "civil_affairs"}),
    "referral.step": _CASE_WORK | {"bureau"},
    "referral.question": frozenset({"bureau", "civil_affairs"}),
    "referral.answer": frozenset({"counter"}),
    "referral.rule": frozenset({"office"}),
    # verification
    "verification.see": _SEE_CASE,
    "verification.consent": frozenset({"counter"}),
    "verification.query": frozenset({"counter", "reviewer", "civil_affairs"}),
    "verification.explain": _TOWN,
    "verification.resolve": frozenset({"reviewer", "confirmer", "civil_affairs"}),
    "verification.survey": _TOWN,
    "verification.appraisal": _TOWN,
    "verification.relative": _CASE_WORK,
    "verification.report": _TOWN,
    # determination
    "determination.see": _SEE_CASE,
    "determination.assess": _CASE_WORK,
    "determination.review": frozenset({"reviewer"}),
    "determination.notice": frozenset({"reviewer"}),
    "determination.object": frozenset({"counter"}),
    "determination.investigate": _TOWN,
    "determination.confirm": frozenset({"confirmer"}),
    "determination.refuse": frozenset({"confirmer"}),
    "determination.return": frozenset({"confirmer"}),
    "determination.terminate": frozenset({"reviewer", "confirmer"}),
    "determination.spot_check": frozenset({"confirmer", "civil_affairs"}),
    "determination.visit": frozenset({"confirmer", "civil_affairs"}),
    # entitlement
    "entitlement.see": _SEE_CASE | _MONEY,
    "entitlement.enrol": frozenset({"confirmer", "civil_affairs"}),
    "entitlement.month": frozenset({"civil_affairs"}),
    "entitlement.adjust": frozenset({"confirmer"}),
    "entitlement.suspend": frozenset({"confirmer"}),
    "entitlement.resume": frozenset({"confirmer"}),
    "entitlement.exit": frozenset({"confirmer"}),
    "entitlement.review": _SEE_CASE,
    "entitlement.recertify": frozenset({"reviewer"}),
    "entitlement.settle": frozenset({"confirmer"}),
    # payment
    "payment.see": _SEE_MONEY,
    "payment.prepare": frozenset({"civil_affairs"}),
    "payment.approve": frozenset({"payer"}),
    "payment.return": frozenset({"payer"}),
    "payment.send": frozenset({"finance"}),
    "payment.reply": frozenset({"civil_affairs", "finance"}),
    "payment.repair": frozenset({"civil_affairs"}),
    "payment.resend": frozenset({"civil_affairs"}),
    "payment.cancel": frozenset({"civil_affairs", "payer"}),
    "payment.publish": frozenset({"civil_affairs"}),
    # recovery of what was paid without ground: proposed by one, decided by another, received and written off by finance
    "recovery.see": _SEE_MONEY | {"confirmer"},
    "recovery.propose": frozenset({"civil_affairs"}),
    "recovery.handle": frozenset({"civil_affairs"}),
    "recovery.decide": frozenset({"confirmer"}),
    "recovery.receive": frozenset({"finance"}),
    "recovery.write_off": frozenset({"finance"}),
    # funds
    "funds.see": _SEE_MONEY,
    "funds.release": frozenset({"finance"}),
    "funds.allocate": frozenset({"finance"}),
    "funds.reverse": frozenset({"finance"}),
    "funds.reconcile": frozenset({"finance", "payer", "auditor"}),
    "funds.budget": frozenset({"finance"}),
    "funds.year_end": frozenset({"finance"}),
    "funds.close_ask": frozenset({"civil_affairs", "finance"}),
    "funds.close_month": frozenset({"finance"}),
    # the rehearsal of a change: one drafts and proposes, another signs
    "rehearsal.see": frozenset(
        {"civil_affairs", "confirmer", "finance", "office", "leader", "auditor", "admin"}
    ),
    "rehearsal.draft": frozenset({"civil_affairs"}),
    "rehearsal.run": frozenset({"civil_affairs", "office"}),
    "rehearsal.freeze": frozenset({"civil_affairs"}),
    "rehearsal.sign": frozenset({"leader"}),
    # what is late, the orders and their answers; each role sees what its own rooms show it (tuodi/coordination/reach.py)
    "supervision.see": _CASE_WORK | _MONEY | {"bureau", "office", "leader", "auditor"},
    "supervision.compare": _COUNTY | {"reviewer", "finance", "bureau", "office", "leader", "auditor"},
    "supervision.answer": _CASE_WORK | _MONEY | {"bureau", "leader"},
    # journal, standards, people of the house
    "journal.read": frozenset({"auditor", "admin"}),
    "standards.see": frozenset(ROLES) - {"cashier"},
    "standards.set": frozenset({"civil_affairs"}),
    "standards.calendar": frozenset({"admin", "office"}),
    # what the rule book says of one family, asked by a machine on somebody's behalf (tuodi/exchange); nothing is kept
    "rules.answer": _SEE_CASE,
    "org.see": frozenset({"admin", "auditor", "office"}),
    "org.officers": frozenset({"admin"}),
    "jobs.see": _CASE_WORK | _MONEY | {"admin", "auditor"},
    "jobs.oversee": frozenset(
        {"admin", "auditor"}
    ),  # other people's jobs, where their posts lie within reach
    "jobs.cancel": _MONEY | {"admin", "counter", "reviewer"},
    # demo settings only
    "demo.guide": SIGNED_IN,
    "demo.advance": SIGNED_IN,
}


@dataclass(frozen=True, slots=True)
class Held:
    """One role an officer holds: where, and over which days (`until` exclusive)."""

    role: str
    area_code: str
    since: date
    until: date | None
    area_name: str = ""

    def runs_on(self, on: date) -> bool:
        return self.since <= on and (self.until is None or on < self.until)


def reach(area_code: str) -> str:
    """The prefix of every code inside an area: 533100 (prefecture) reaches 5331, 533103 itself and what is below."""
    if len(area_code) == 6:
        for zeros in ("0000", "00"):
            if area_code.endswith(zeros):
                return area_code.removesuffix(zeros)
    return area_code


def held(officer: Any) -> tuple[Held, ...]:
    """Every assignment of an officer, past and future; read once per officer object, that is once per request."""
    cached = getattr(officer, "_held", None)
    if cached is None:
        rows = Assignment.objects.filter(officer_id=officer.pk).values_list(
            "role", "area_id", "since", "until", "area__name"
        )
        cached = officer._held = tuple(Held(*row) for row in rows)
    return cached


def roles_on(officer: Any, on: date | None = None) -> frozenset[str]:
    """The roles held on a day, wherever."""
    on = on or clock.today()
    return frozenset(h.role for h in held(officer) if h.runs_on(on))


def _active(officer: Any) -> bool:
    return officer is not None and getattr(officer, "is_authenticated", False) and officer.is_active


def holds(officer: Any, role: str, area_code: str, on: date | None = None) -> bool:
    """Whether the officer holds `role` on a day over the place `area_code`."""
    if not _active(officer):
        return False
    on = on or clock.today()
    return any(
        h.role == role and h.runs_on(on) and area_code.startswith(reach(h.area_code)) for h in held(officer)
    )


def may(officer: Any, act: str, area_code: str | None = None, on: date | None = None) -> bool:
    """Whether the officer may do `act`: in `area_code`, or anywhere at all when it is None."""
    roles = RIGHTS[act]
    if not _active(officer):
        return False
    if roles is SIGNED_IN:
        return True
    on = on or clock.today()
    return any(
        h.role in roles and h.runs_on(on) and (area_code is None or area_code.startswith(reach(h.area_code)))
        for h in held(officer)
    )


def everywhere(officer: Any, act: str, on: date | None = None) -> bool:
    """Whether the officer may do `act` in the whole prefecture: also where a row names no place."""
    on = on or clock.today()
    return _active(officer) and any(
        h.role in RIGHTS[act] and h.runs_on(on) and len(reach(h.area_code)) <= 4 for h in held(officer)
    )


# The right of the page being served: lists on it reach as far as the roles that open it, no further.
_page_right: ContextVar[str | None] = ContextVar("page_right", default=None)


def visible(
    queryset: models.QuerySet[Model],
    officer: Any,
    field: str = "area_id",
    *,
    act: str | None = None,
    on: date | None = None,
) -> models.QuerySet[Model]:
    """`queryset` limited to what the officer reaches: areas of the roles that allow `act` (the page's own by default).

    A role bound to a department reaches only rows of that department, where rows name one (`department`).
    """
    act = act or _page_right.get()
    roles = RIGHTS[act] if act else None
    if not _active(officer):
        return queryset.none()
    on = on or clock.today()
    names_department = any(f.name == "department" for f in queryset.model._meta.get_fields())
    wanted = models.Q(pk__in=())
    whole: set[tuple[str, bool]] = set()
    for one in held(officer):
        if not one.runs_on(on) or (roles is not None and roles is not SIGNED_IN and one.role not in roles):
            continue
        whole.add((reach(one.area_code), names_department and one.role in DEPARTMENT_BOUND))
    for prefix, bound in whole:
        inside = area_condition(prefix, field)
        wanted |= inside & models.Q(department=officer.department_id) if bound else inside
    return queryset.filter(wanted) if whole else queryset.none()


def area_condition(prefix: str, field: str = "area_id") -> models.Q:
    """Codes beginning with `prefix` as a range, which the plain index serves on both databases (LIKE does not)."""
    inside = models.Q(**{f"{field}__gte": prefix})
    after = str(int(prefix) + 1).zfill(len(prefix))
    # What is typed into a filter may be any digits: behind the last code there is none to stop at.
    return inside & models.Q(**{f"{field}__lt": after}) if len(after) == len(prefix) else inside


def get_visible(
    source: type[Model] | models.QuerySet[Model],
    officer: Any,
    *,
    act: str | None = None,
    field: str = "area_id",
    **lookup: Any,
) -> Model:
    """The one row the officer reaches, or Http404: a stranger's row and a row that is not there look the same."""
    queryset = source._default_manager.all() if isinstance(source, type) else source
    row = visible(queryset, officer, field, act=act).filter(**lookup).first()
    if row is None:
        raise Http404
    return row


def refuse_same_person(by: Any, others: Iterable[str | None], what: str) -> None:
    """The two-person rule: Refused when `by` is one of `others` (user names of those who did the earlier part)."""
    if journal.actor_name(by) in {name for name in others if name}:
        raise Refused(_("{what}须由另一人办理：前一环节是您本人经办的").format(what=what))


def refuse_without(by: Any, act: str, area_code: str | None, on: date) -> None:
    """Refused where `by` may not do `act` in that place: a service asks for itself, whoever calls it. The system may."""
    if by != journal.SYSTEM and not may(by, act, area_code, on):
        raise Refused(_("您没有在本辖区办理这一事项的权限"))


def note_refused(officer: Any, act: str, method: str) -> None:
    """The journal's line for a door that stayed shut."""
    journal.record("refused", by=officer, on=clock.today(), record=("page", act), note=method)


def page(act: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """A view only those may open whom the table names for `act`. A refusal is answered 403 and journalled."""
    assert act in RIGHTS, f"{act} is not in the RIGHTS table (tuodi/records/org/rights.py)"

    def wrap(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            officer = request.user
            if not officer.is_authenticated:
                return _to_login(request)
            if not may(officer, act):
                note_refused(officer, act, request.method or "")
                return render(request, "403.html", {"exception": ""}, status=403)
            token = _page_right.set(act)
            try:
                return view(request, *args, **kwargs)
            finally:
                _page_right.reset(token)

        guarded.right = act  # type: ignore[attr-defined]
        return guarded

    return wrap


def public_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view anybody may open, said aloud."""

    @functools.wraps(view)
    def open_to_all(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, *args, **kwargs)

    open_to_all.right = "public"  # type: ignore[attr-defined]
    return open_to_all


def _to_login(request: HttpRequest) -> HttpResponse:
    target = f"{settings.LOGIN_URL}?{urlencode({'next': request.path}, safe='/')}"
    if request.headers.get("HX-Request"):
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = target
        return answer
    return HttpResponseRedirect(target)


__all__ = [
    "INCOMPATIBLE",
    "RIGHTS",
    "ROLES",
    "SECOND_FACTOR_ROLES",
    "Officer",
    "everywhere",
    "get_visible",
    "held",
    "holds",
    "may",
    "note_refused",
    "page",
    "public_page",
    "reach",
    "refuse_same_person",
    "refuse_without",
    "roles_on",
    "visible",
]
