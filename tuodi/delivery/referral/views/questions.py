"""Between bodies: a question put, the list of those put to mine, its answer; and the wish for a visit."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tuodi.core.refusal import Refused
from tuodi.delivery.referral import forms as f
from tuodi.delivery.referral import selectors, services
from tuodi.delivery.referral.models import Question
from tuodi.delivery.referral.views.acts import act_page, others
from tuodi.delivery.referral.views.common import PER_PAGE, crumbs, found_referral
from tuodi.records.org import clock
from tuodi.records.org.models import Department
from tuodi.records.org.rights import get_visible, page


@require_http_methods(["GET", "POST"])
@page("referral.question")
def ask(request: HttpRequest, number: str) -> HttpResponse:
    """Ask another body."""
    row = found_referral(request, number)
    on = clock.today()
    form = f.QuestionForm(request.POST or None, bodies=others(row, on))
    return act_page(
        request,
        row,
        form,
        lambda data: services.ask_body(
            referral=row,
            department=Department.objects.get(pk=data["department"]),
            text=data["text"],
            due=data["due"],
            by=request.user,
            on=on,
        ),
        title=_("征求其他部门意见"),
        submit=_("发出"),
        done=_("已发出"),
        hint=_("对方只看到问题、为谁和项目名称，看不到这件转办的其他内容。"),
    )


@require_http_methods(["GET", "POST"])
@page("referral.question")
def visit(request: HttpRequest, number: str) -> HttpResponse:
    """Wish that the family be visited."""
    row = found_referral(request, number)
    form = f.ReasonForm(request.POST or None)
    return act_page(
        request,
        row,
        form,
        lambda data: services.request_visit(
            referral=row, reason=data["reason"], by=request.user, on=clock.today()
        ),
        title=_("请求入户"),
        submit=_("记下"),
        done=_("已记下，乡镇入户时一并查看"),
    )


@require_GET
@page("referral.question")
def question_list(request: HttpRequest) -> HttpResponse:
    """Questions put to the officer's own body and not answered yet."""
    rows = selectors.questions_for(request.user).select_related(
        "referral__person", "referral__application__applicant", "referral__area"
    )
    on = clock.today()
    names = selectors.body_names(on)
    of = Paginator(rows.order_by("due", "pk"), PER_PAGE).get_page(request.GET.get("page"))
    for row in of.object_list:
        row.asker_name = names.get(row.asker_id, row.asker_id)
    return render(
        request, "referral/questions.html", {"of": of, "on": on, "crumbs": crumbs(here=_("征求意见"))}
    )


@require_http_methods(["GET", "POST"])
@page("referral.question")
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    """One question put to the officer's body: the question alone, whom it is about, and the form of its one answer."""
    rows = Question.objects.select_related(
        "referral__person", "referral__application__applicant", "referral__area", "answer"
    )
    row = get_visible(rows, request.user, field="referral__area_id", pk=pk)
    if row.department_id != request.user.department_id:
        raise Http404
    on = clock.today()
    form = f.ReplyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.answer_body(
                question=row,
                yes=form.cleaned_data["yes"] == "1",
                text=form.cleaned_data["text"],
                by=request.user,
                on=on,
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("已答复"))
            return redirect("referral:questions")
    names = selectors.body_names(on)
    answer = getattr(row, "answer", None)
    return render(
        request,
        "referral/reply.html",
        {
            "row": row,
            "asker": names.get(row.asker_id, row.asker_id),
            "text": row.text.open(),
            "answer": answer,
            "said": answer.text.open() if answer and answer.text else "",
            "form": form,
            "on": on,
            "crumbs": crumbs(here=_("征求意见")),
        },
        status=422 if form.errors else 200,
    )
