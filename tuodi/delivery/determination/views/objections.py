"""Objections to a notice: taken in, read, answered."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuodi.core.refusal import Refused
from tuodi.delivery.determination import forms as f
from tuodi.delivery.determination import services
from tuodi.delivery.determination.models import Objection, Review
from tuodi.delivery.determination.views.acts import ActPage, act_page, leads
from tuodi.delivery.determination.views.common import crumbs, found_review, get_or_post
from tuodi.records.journal.services import reveal
from tuodi.records.org import clock
from tuodi.records.org.rights import get_visible, page


@get_or_post
@page("determination.object")
def objection(request: HttpRequest, pk: int) -> HttpResponse:
    """Take in an objection to the notice now up."""
    row = found_review(request, pk)
    notice = row.notices.filter(ended_on=None).first()

    def take(*, review: Review, by: Any, on: Any, version: int, objector: str, text: str) -> Objection:
        if notice is None:
            raise Refused(_("这件申请现在没有公示，不能登记对公示的异议"))
        return services.object_to(notice=notice, objector=objector, text=text, by=by, on=on, version=version)

    return act_page(
        request,
        pk,
        ActPage(
            "object",
            gettext_lazy("登记异议"),
            leads("object", gettext_lazy("公示随即撤下，重新调查后再公示，公示期重新计算。")),
            take,
            form=f.ObjectionForm,
            done=gettext_lazy("异议已登记，公示已撤下"),
        ),
    )


@get_or_post
@page("determination.review")
def conclude(request: HttpRequest, pk: int) -> HttpResponse:
    """Read an objection (journalled) and write down what was found."""
    row = get_visible(
        Objection.objects.select_related("notice__review__application", "notice__area"),
        request.user,
        pk=pk,
        field="notice__area_id",
    )
    back = reverse("determination:review", args=[row.notice.review_id])
    on = clock.today()
    form = f.ConclusionForm(request.POST or None)
    code = 200
    if request.method == "POST":
        code = 422
        if form.is_valid():
            try:
                services.conclude_objection(objection=row, by=request.user, on=on, **form.cleaned_data)
            except Refused as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, _("调查结果已登记"))
                return redirect(back)
    try:
        text = reveal(row, "text", by=request.user, on=on, purpose=_("办理异议"))
    except Refused as refused:
        text = str(refused)
    return render(
        request,
        "determination/conclude.html",
        {
            "objection": row,
            "text": text,
            "form": form,
            "back": back,
            "crumbs": crumbs(row.notice.review, _("答复异议")),
        },
        status=code,
    )
