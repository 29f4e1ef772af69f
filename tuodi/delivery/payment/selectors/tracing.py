"""From a yuan to its clause, and what a case shows of its payments."""

from __future__ import annotations

from typing import Any

from django.db.models import (
    Model,
    Q,
    QuerySet,
)
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from tuodi.delivery.entitlement.selectors import amount_behind, cause_label
from tuodi.delivery.payment.models import (
    Payment,
)
from tuodi.delivery.payment.process import BATCH
from tuodi.funds.models import Entry, Posting
from tuodi.funds.services import yuan as _yuan
from tuodi.kit.together import Parts, gathered, together
from tuodi.policy.procedures import PROCEDURES
from tuodi.records.org.rights import may
from tuodi.records.org.templatetags.org import officer_name


def _url(name: str, *args: Any) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def traceable() -> QuerySet[Payment]:
    """Payments with all that `trace` walks through, read in one query."""
    return Payment.objects.select_related(
        "batch__area",
        "entitlement__area",
        "entitlement__enrolment__decision__review__application",
        "entitlement__enrolment__decision__assessment__snapshot",
        "entitlement__enrolment__decision__assessment__report",
        "entitlement__enrolment__decision__assessment__survey__first_surveyor",
        "entitlement__enrolment__decision__decided_by",
    )


def trace(payment: Payment) -> list[dict[str, Any]]:
    """The chain behind one payment, each link with what it copied and where it can be opened; nothing is recomputed.

    payment → entitlement → enrolment amount → decision → assessment → snapshot, report, survey → parameters → articles.
    """
    due, batch = payment.entitlement, payment.batch
    enrolment = due.enrolment
    decision = enrolment.decision
    assessment = decision.assessment
    application = decision.review.application
    notices = decision.review.notices.order_by("round", "sequence")
    case = _url("portal:case", application.number)
    entries = Entry.objects.filter(
        Q(pk__in=Posting.objects.filter(payment_reference=payment.reference).values("entry"))
        | Q(record_kind="payment.paymentbatch", record_id=str(batch.pk), kind__in=("send", "void"))
    ).order_by("pk")
    together(notices, entries)
    links: list[dict[str, Any]] = [
        {
            "title": _("款项"),
            "facts": [
                (_("参考号"), payment.reference),
                (_("金额"), _yuan(payment.amount_fen)),
                (_("第几次发放"), payment.attempt),
                (_("结果"), f"{payment.get_state_display()} {payment.state_since} {payment.failure}".strip()),
                (_("批次"), f"{batch.number}（{BATCH.states[batch.state]}）"),
                (
                    _("生成、复核、送银行"),
                    "、".join(
                        officer_name(who)
                        for who in (batch.prepared_by, batch.approved_by, batch.sent_by)
                        if who
                    ),
                ),
                (_("银行文件摘要"), batch.file_digest[:16]),
            ],
            "articles": [_("确认次月起按月发放，10 日前到账")],
            "url": _url("payment:batch", batch.pk),
        },
        {
            "title": _("总账凭证"),
            "facts": [
                (entry.kind_label, f"{entry.entered_on} {officer_name(entry.by)} {_('凭证')} {entry.pk}")
                for entry in entries
            ],
            "articles": [_("专账核算，按月对账")],
            "url": _url("funds:entry", entries[0].pk) if entries else "",
        },
        {
            "title": _("当月待遇"),
            "facts": [
                (_("待遇月份"), f"{due.month:%Y-%m}"),
                (_("类别"), due.get_kind_display()),
                (_("应发"), _yuan(due.amount_fen)),
                (_("只发一次的凭据"), due.obligation.removeprefix(f"{due.programme}:")),
            ],
            "articles": [],
            "url": _url("entitlement:enrolment", enrolment.pk),
        },
    ]
    amount = amount_behind(due)
    if amount is not None:
        links.append(
            {
                "title": _("保障金额"),
                "facts": [
                    (_("自何月起"), f"{amount.from_month:%Y-%m}"),
                    (_("每月"), _yuan(amount.monthly_fen)),
                    (
                        _("原因"),
                        f"{cause_label(amount.cause)} {amount.note.open() if amount.note else ''}".strip(),
                    ),
                    (_("经办"), f"{officer_name(amount.set_by)} {amount.set_on}"),
                ],
                "articles": [],
                "url": _url("entitlement:enrolment", enrolment.pk),
            }
        )
        links += _priced(amount)
    links.append(
        {
            "title": _("审核确认决定"),
            "facts": [
                (_("申请编号"), application.number),
                (_("受理日"), str(application.accepted_on or "")),
                (_("乡镇审核"), officer_name(decision.review.proposed_by)),
                (_("公示"), "；".join(f"{n.number} {n.posted_on} — {n.notice_until}" for n in notices)),
                (_("文号"), decision.number),
                (_("决定日"), str(decision.decided_on)),
                (_("决定人"), str(decision.decided_by)),
                (_("每月"), _yuan(decision.monthly_fen)),
                (_("起发月"), f"{decision.from_month:%Y-%m}" if decision.from_month else ""),
            ],
            "articles": [],
            "url": case,
        }
    )
    links.append(
        {
            "title": _("资格评估"),
            "facts": [
                (_("程序"), _procedure(decision.review.procedure)),
                (_("评估日"), str(assessment.assessed_on)),
                (_("摘要"), assessment.digest[:16]),
                (_("金额"), _yuan(assessment.monthly_fen)),
            ],
            "articles": _articles(assessment),
            "assessment": assessment.pk,
            "url": case,
        }
    )
    relied = [
        (
            _("家庭快照"),
            f"{assessment.snapshot.as_of}（{assessment.snapshot.get_cause_display()}）{assessment.snapshot.digest[:16]}",
        )
    ]
    if assessment.report_id:
        report = assessment.report
        relied.append(
            (
                _("核对报告"),
                _("第 {n} 次，{day}，{result}").format(
                    n=report.sequence, day=report.reported_on, result=report.get_result_display()
                ),
            )
        )
    if assessment.survey_id:
        survey = assessment.survey
        relied.append(
            (_("入户调查"), f"{survey.surveyed_on} {survey.first_surveyor.name}、{survey.second_surveyor}")
        )
    links.append({"title": _("所依据的事实"), "facts": relied, "articles": [], "url": case})
    links.append(
        {
            "title": _("参数与文件"),
            "facts": [(row["key"], f"{row['value']}（{row['basis']}）") for row in _parameters(assessment)],
            "parameters": assessment.parameters if isinstance(assessment.parameters, list) else [],
            "articles": [],
            "url": _url("standards:parameters"),
        }
    )
    return links


def _priced(amount: Any) -> list[dict[str, Any]]:
    """Where an amount was worked out for its month (T18): what changed, from which facts, with which values."""
    pricing = getattr(amount, "pricing", None)
    if pricing is None:
        return []
    url = _url("entitlement:pricing", pricing.pk)
    changed = [
        (row["label"], f"{row.get('before') or '—'} → {row['text']}（{row['basis']}，{row['since']} 起）")
        for row in pricing.changed
    ]
    return [
        {
            "title": _("按待遇月核定"),
            "facts": [
                (_("待遇月份"), f"{pricing.month:%Y-%m}"),
                (_("年龄和证件算到"), str(pricing.as_of)),
                (
                    _("所依据的事实"),
                    f"{pricing.snapshot.as_of}（{pricing.snapshot.get_cause_display()}）{pricing.snapshot.digest[:16]}",
                ),
                *changed,
            ],
            "articles": [_("程序按受理日，金额按待遇月")],
            "url": url,
        },
        {
            "title": _("待遇月的参数与文件"),
            "facts": [],
            "parameters": pricing.basis.rows,
            "articles": [],
            "url": url,
        },
    ]


def _procedure(code: str) -> str:
    """The procedure a case went by, in words."""
    return next((str(_(p.label)) for p in PROCEDURES if p.code == code), code)


def _parameters(assessment: Any) -> list[dict[str, str]]:
    """The parameters an assessment kept: a list of rows, or a mapping by key."""
    kept = assessment.parameters
    rows = (
        kept
        if isinstance(kept, list)
        else [{"key": key, **(row if isinstance(row, dict) else {"value": row})} for key, row in kept.items()]
    )
    return [
        {"key": str(r.get("key", "")), "value": str(r.get("value", "")), "basis": str(r.get("basis", ""))}
        for r in rows
        if isinstance(r, dict)
    ]


def _articles(assessment: Any) -> list[str]:
    """The articles an assessment's findings name, each once, in their order. Figures of the family stay sealed."""
    kept = assessment.findings.open()
    rows = kept if isinstance(kept, list) else kept.get("findings", []) if isinstance(kept, dict) else []
    return list(dict.fromkeys(str(r["basis"]) for r in rows if isinstance(r, dict) and r.get("basis")))


def _case_parts(application: Any) -> Parts:
    return {
        "payments": Payment.objects.filter(entitlement__enrolment__decision__review__application=application)
        .select_related("batch", "entitlement")
        .order_by("-entitlement__pay_month", "-attempt")[:12]
    }


def case_parts(application: Any) -> list[tuple[Model, Parts]]:
    """What the case page may fetch for `case_panel` beforehand, with all the other rooms' parts."""
    return [(application, _case_parts(application))]


def case_panel(application: Any, officer: Any) -> dict[str, Any]:
    """What the case page shows of payments: each with its outcome and a way to its clause."""
    if not may(officer, "payment.see", application.area_id):
        return {}
    paid = gathered(application, _case_parts(application))["payments"]
    return (
        {
            "payments": [
                (p, "in_transit" if p.state == "issued" and p.batch.sent_on else p.state) for p in paid
            ]
        }
        if paid
        else {}
    )
