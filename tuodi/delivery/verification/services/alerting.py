"""Alerts (预警): a death registered, a severe disability without its subsidy. A person looks; nothing else happens."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tuodi.core.refusal import Refused
from tuodi.delivery.verification.matching import Reply
from tuodi.delivery.verification.models import Alert, Check
from tuodi.delivery.verification.process import ALERT
from tuodi.gateways.sources import SOURCES
from tuodi.kit.versions import save_versioned
from tuodi.kit.wording import in_chinese
from tuodi.records.journal import services as journal
from tuodi.records.journal.ports import ports
from tuodi.records.org import rights
from tuodi.records.org.models import Officer


@in_chinese()
def raise_alerts(
    *, check: Check, facts: Mapping[str, Any], replies: Mapping[str, Reply | None], on: date
) -> None:
    """An alert for every death the sources hold and every severe certificate without subsidy; each once a person."""
    for member in facts["members"]:
        person = member.get("person")
        for kind, source, sentence in _found(member, str(person), replies):
            key = f"{check.application_id}:{person}:{kind}"
            row, made = Alert.objects.get_or_create(
                key=key,
                defaults={
                    "application_id": check.application_id,
                    "area_id": check.area_id,
                    "person_id": person,
                    "kind": kind,
                    "source": source,
                    "detail": sentence,
                    "raised_on": on,
                    "due": ALERT.due(on, ports.calendar()),
                },
            )
            if made:
                journal.record("check.alert", by=journal.SYSTEM, on=on, record=row, note=f"{kind} ({source})")


def _found(
    member: Mapping[str, Any], ref: str, replies: Mapping[str, Reply | None]
) -> list[tuple[str, str, str]]:
    def records(source: str) -> list[Mapping[str, Any]]:
        reply = replies.get(source)
        return list(reply.persons.get(ref, {}).get("records", ())) if reply else []

    found = []
    for source, day in (("death", "death_on"), ("funeral", "cremated_on")):
        for record in records(source):
            found.append(
                (
                    "deceased",
                    source,
                    _("{who}：{source} {day}，请立即核实本人是否健在").format(
                        who=member.get("name", ""), source=SOURCES[source].label, day=record[day]
                    ),
                )
            )
    for record in records("disability"):
        if record["grade"] <= 2 and not record["receives_subsidy"]:
            found.append(
                (
                    "unserved",
                    "disability",
                    _("{who}：重度残疾 {grade} 级，未见领取残疾人两项补贴，请告知并推送残联、民政").format(
                        who=member.get("name", ""), grade=record["grade"]
                    ),
                )
            )
    return found


@transaction.atomic
def handle_alert(*, alert: Alert, version: int, finding: str, by: Officer, on: date) -> Alert:
    """Write down what was found on looking. Raises Conflict when somebody else has written meanwhile."""
    if not rights.may(by, "verification.explain", alert.area_id, on) and not rights.may(
        by, "verification.resolve", alert.area_id, on
    ):
        raise Refused(_("您没有在本辖区处理预警的权限"))
    if len(finding.strip()) < 2:
        raise Refused(_("请写明核实的情况"))
    row = save_versioned(alert, version, handled_on=on, handled_by=by, finding=finding.strip())
    journal.record("check.alert_handled", by=by, on=on, record=row, note=alert.kind)
    return row
