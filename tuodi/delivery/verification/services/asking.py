"""Asking the sources: under a mandate of every adult, once per key however often retried, many households in one message.

The wire is never waited for inside a transaction. A question is written down before it is sent, its reply when it comes;
killed in between, the next run asks again under the same key and only for what has not answered.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from time import monotonic
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tuodi.core.identity import age_on
from tuodi.core.refusal import Refused
from tuodi.delivery.intake import selectors as intake
from tuodi.delivery.intake.models import Consent, Snapshot
from tuodi.delivery.verification.models import Check, SourceQuery, SourceReply
from tuodi.delivery.verification.services.reporting import report
from tuodi.gateways.peers import all_local, client_for
from tuodi.gateways.sources import SOURCES, Answer, Mandate, Question, SourceClient, Unavailable
from tuodi.kit.digest import digest_of
from tuodi.records.journal import services as journal
from tuodi.records.org import rights

IN_ONE_MESSAGE = 100  # households
KEPT_TOGETHER = 100  # replies
KEPT_AFTER = 2.0  # seconds
ASKED_ALWAYS = tuple(code for code, source in SOURCES.items() if source.household)
ASKABLE = frozenset({"requested", "partial", "flagged"})


@dataclass
class Asked:
    """What a run over some checks did: how many were asked and reported, which were refused and why, what was down."""

    checks: int = 0
    reports: Counter[str] = field(default_factory=Counter)
    refused: list[tuple[Check, str]] = field(default_factory=list)
    troubles: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def sentence(self) -> str:
        """The run in one line, for a job page or a terminal."""
        text = _("核对 {n} 户：一致 {clear}，存在疑点 {flagged}，部分未反馈 {pending}").format(
            n=self.checks,
            clear=self.reports["clear"],
            flagged=self.reports["inconsistent"],
            pending=self.reports["pending"],
        )
        if self.refused:
            text += _("；缺授权等原因未核对 {n} 户").format(n=len(self.refused))
        down = sorted({source for source, _trouble in self.troubles})
        if down:
            text += _("；未反馈的数据源：{sources}").format(
                sources="、".join(str(SOURCES[s].label) for s in down)
            )
        return text


@dataclass(frozen=True)
class Prepared:
    """A check ready to be asked: its questions, the consents they rest on, and the sources still without a reply."""

    check: Check
    questions: tuple[Question, ...]
    consents: tuple[str, ...]
    sources: tuple[str, ...]


def ask(*, check: Check, by: Any, on: date, client: Callable[[str], SourceClient] = client_for) -> Asked:
    """Ask every source that has not answered about one household and report. Refused without right or mandate."""
    made = ask_many(checks=[check], by=by, on=on, client=client)
    if made.refused:
        raise Refused(made.refused[0][1])
    check.refresh_from_db()
    return made


def refuse_if_not_askable(check: Check, *, by: Any, on: date) -> None:
    """Refused where `ask` would be: said on the page before any job is made."""
    facts = Snapshot.objects.filter(application_id=check.application_id).latest("pk").facts.open()
    valid = Consent.objects.filter(
        application_id=check.application_id, signed_on__lte=on, valid_until__gt=on, withdrawn_on=None
    )
    if trouble := why_not(check, facts, {c.person_id: c for c in valid}, by, on):
        raise Refused(trouble)


def answered_here() -> bool:
    """Whether all sources sit in this process (the demo departments), so that nobody has to wait for a line."""
    return all_local(ASKED_ALWAYS)


def ask_area(
    *,
    area_code: str,
    by: Any,
    on: date,
    client: Callable[[str], SourceClient] = client_for,
    tell: Callable[[int, int], None] | None = None,
) -> Asked:
    """Ask for all open checks of an area. Resumable: what has answered is not asked again."""
    if not rights.may(by, "verification.query", area_code, on):
        raise Refused(_("您没有在本辖区发起核对的权限"))
    return ask_many(checks=open_checks(area_code), by=by, on=on, client=client, tell=tell)


def open_checks(area_code: str) -> models.QuerySet[Check]:
    """The checks of an area that wait for sources, the earliest due first."""
    waiting = Check.objects.filter(
        rights.area_condition(rights.reach(area_code)), state__in=("requested", "partial")
    )
    return waiting.order_by("due", "pk")


def ask_many(
    *,
    checks: Iterable[Check],
    by: Any,
    on: date,
    client: Callable[[str], SourceClient] = client_for,
    tell: Callable[[int, int], None] | None = None,
) -> Asked:
    """Ask for many households, a message per source and hundred households; each check is then reported by itself."""
    made = Asked()
    keys = [c.pk for c in checks]
    for start in range(0, len(keys), IN_ONE_MESSAGE):
        part = keys[start : start + IN_ONE_MESSAGE]
        prepared = _prepare(part, by, on, made)
        _ask_sources(prepared, by, client, made)
        for one in prepared:
            one.check.refresh_from_db()
            try:
                row = report(check=one.check, by=by, on=on)
            except Refused as refused:
                made.refused.append((one.check, str(refused)))
                continue
            made.checks += 1
            made.reports[row.result] += 1
        if tell:
            tell(min(start + IN_ONE_MESSAGE, len(keys)), len(keys))
    return made


@transaction.atomic
def _prepare(keys: Sequence[int], by: Any, on: date, made: Asked) -> list[Prepared]:
    """Write down what will be asked, for each check that may be asked; the others are told why."""
    checks = list(Check.objects.filter(pk__in=keys).select_related("application").order_by("due", "pk"))
    applications = [c.application_id for c in checks]
    newest: dict[int, Snapshot] = {}
    for snapshot in Snapshot.objects.filter(application_id__in=applications).order_by("pk"):
        newest[snapshot.application_id] = snapshot
    consents: dict[int, dict[int, Consent]] = {}
    valid = Consent.objects.filter(
        application_id__in=applications, signed_on__lte=on, valid_until__gt=on, withdrawn_on=None
    )
    for consent in valid:
        consents.setdefault(consent.application_id, {})[consent.person_id] = consent
    answered: dict[int, set[str]] = {}
    for check_pk, source, round_ in SourceQuery.objects.filter(
        check_asked__in=checks, reply__isnull=False
    ).values_list("check_asked_id", "source", "round"):
        answered.setdefault(check_pk, set()).add(f"{round_}:{source}")
    prepared, lines, rows = [], [], []
    for check in checks:
        facts = newest[check.application_id].facts.open()
        signed = consents.get(check.application_id, {})
        if trouble := why_not(check, facts, signed, by, on):
            made.refused.append((check, trouble))
            continue
        have = answered.get(check.pk, set())
        sources = tuple(s for s in ASKED_ALWAYS if f"{check.round}:{s}" not in have)
        questions = tuple(
            Question(str(m["person"]), m["name"], m["number"])
            for m in facts["members"]
            if m.get("number") and m.get("person")
        )
        one = Prepared(check, questions, tuple(f"授权书 {c.pk}" for c in signed.values()), sources)
        prepared.append(one)
        if sources:
            rows += _queries(one, by)
            lines.append(
                {
                    "act": "check.ask",
                    "actor": journal.actor_name(by),
                    "business_day": on,
                    "record_kind": "verification.check",
                    "record_id": str(check.pk),
                    "area_code": check.area_id,
                    "purpose": check.purpose,
                    "note": f"round {check.round}: {', '.join(sources)}",
                }
            )
    SourceQuery.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=["asked_at", "asked_by", "state", "consents", "trouble"],
    )
    journal.append_many(lines)
    return prepared


def why_not(check: Check, facts: Any, signed: dict[int, Consent], by: Any, on: date) -> str:
    """Why this check may not be asked now, in a sentence; "" when it may."""
    if check.state not in ASKABLE:
        return _("核对已是“{state}”，需要再问请先发起复查").format(state=_state_label(check.state))
    if not rights.may(by, "verification.query", check.area_id, on):
        return _("您没有在本辖区发起核对的权限")
    unsigned = [m["name"] for m in facts["members"] if must_sign(m, on) and m.get("person") not in signed]
    if unsigned:
        return _("缺有效的核对授权书，不能查询：{names}须本人（或监护人）签署").format(
            names="、".join(unsigned)
        )
    if not signed:
        return _("没有任何有效的核对授权书，不能查询")
    return ""


def _state_label(state: str) -> str:
    from tuodi.delivery.verification.process import CHECK

    return CHECK.states[state]


def must_sign(member: Any, on: date) -> bool:
    """Whether a member must sign for himself: of age and living with the family (HD-02)."""
    birth = member.get("birth")
    return (
        bool(birth)
        and age_on(date.fromisoformat(birth), on) >= intake.ADULT
        and member.get("lives_together", True) is not False
        and member.get("presence", "present") not in intake.AWAY
    )


def query_key(check: Check, source: str) -> str:
    """The one key of a question to a source in a round of a check."""
    return f"check:{check.pk}:{check.round}:{source}"


def _queries(one: Prepared, by: Any) -> list[SourceQuery]:
    now = timezone.now()
    return [
        SourceQuery(
            check_asked=one.check,
            source=source,
            key=query_key(one.check, source),
            round=one.check.round,
            persons=len(one.questions),
            purpose=one.check.purpose,
            consents=list(one.consents),
            asked_at=now,
            asked_by=journal.actor_name(by),
            state="asked",
            trouble="",
        )
        for source in one.sources
    ]


def _ask_sources(
    prepared: Sequence[Prepared], by: Any, client: Callable[[str], SourceClient], made: Asked
) -> None:
    """Ask source after source. Replies are kept in portions: one household's twenty come in one transaction, and a
    worker killed in between asks again for no more than KEPT_TOGETHER replies or KEPT_AFTER seconds."""
    held: list[Answer] = []
    since = monotonic()
    try:
        for source in ASKED_ALWAYS:
            held += _ask_source(source, [p for p in prepared if source in p.sources], by, client, made)
            if len(held) >= KEPT_TOGETHER or monotonic() - since > KEPT_AFTER:
                receive(held)
                held, since = [], monotonic()
    finally:
        if held:
            receive(held)


def _ask_source(
    source: str, prepared: Sequence[Prepared], by: Any, client: Callable[[str], SourceClient], made: Asked
) -> list[Answer]:
    """One message to one source for all of them; whatever goes wrong there is the source's, not the families'."""
    askable = [p for p in prepared if p.questions]
    if not askable:
        return []
    try:
        return client(source).ask_many(
            [
                (
                    p.questions,
                    Mandate(query_key(p.check, source), p.check.purpose, journal.actor_name(by), p.consents),
                )
                for p in askable
            ]
        )
    except Unavailable as trouble:
        made.troubles[source, trouble.trouble] += len(askable)
        keys = [query_key(p.check, source) for p in askable]
        SourceQuery.objects.filter(key__in=keys).filter(reply=None).update(
            state="unavailable", trouble=trouble.trouble
        )
        return []


@transaction.atomic
def receive(answers: Sequence[Answer]) -> None:
    """Keep what sources answered, sealed and with its digest; an answer that is already there stays as it is."""
    queries = {q.key: q for q in SourceQuery.objects.filter(key__in=[a.key for a in answers])}
    replies = []
    for answer in answers:
        document = answer.document()
        replies.append(
            SourceReply(
                query=queries[answer.key],
                answered_at=answer.answered_at,
                as_of=answer.as_of,
                payload=document,
                digest=digest_of(document),
            )
        )
    SourceReply.objects.bulk_create(replies, ignore_conflicts=True)
    SourceQuery.objects.filter(key__in=list(queries)).update(state="answered", trouble="")
