"""The watch: each rung once, numbers without gaps, paused clocks left alone, what is done ended; answers by those it concerns."""

from __future__ import annotations

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from tests.coordination.conftest import ON
from tests.records import people
from tuodi.coordination import clocks, selectors, services
from tuodi.coordination.models import Supervision, SupervisionAnswer
from tuodi.coordination.words import names
from tuodi.core.refusal import Refused
from tuodi.delivery.payment.models import PaymentBatch
from tuodi.records.journal.models import JournalLine

ONE = timedelta(days=1)
BEGUN, DUE = date(2025, 5, 19), date(2025, 6, 3)  # ten working days: 端午 05-31 to 06-02


def batch(
    number: str = "P-1", area: str = people.COUNTY, due: date = DUE, state: str = "reserved"
) -> PaymentBatch:
    return PaymentBatch.objects.create(
        number=number, key=number, area_id=area, programme="minimum_living", month=date(2025, 5, 1), prepared_by="t",
        state=state, state_since=BEGUN, due=due,
        **({"approved_by": "u", "sent_by": "u", "sent_on": BEGUN, "file_digest": "0" * 64} if state == "sent" else {}),
    )  # fmt: skip


def levels(number: str = "P-1") -> list[tuple[str, date]]:
    return list(Supervision.objects.filter(number=number).order_by("pk").values_list("level", "made_on"))


def test_a_thing_is_reminded_of_ordered_and_told_to_the_leader_each_once(places):
    batch()
    for n in range(40):
        services.watch(on=BEGUN + ONE * n)
        services.watch(on=BEGUN + ONE * n)  # twice is once
    # 05-20 is the first day, 05-29 the eighth; the last day is 06-03; ten days later 06-13
    assert levels() == [
        ("remind", date(2025, 5, 29)),
        ("written", date(2025, 6, 4)),
        ("leader", date(2025, 6, 13)),
    ]
    written = Supervision.objects.get(level="written")
    assert written.document_number == "芒民督字〔2025〕1号" and written.answer_due == date(2025, 6, 9)
    assert (written.body, written.role) == ("civil_affairs", "payer")
    acts = JournalLine.objects.filter(record_kind="coordination.supervision").values_list("act", flat=True)
    assert sorted(acts) == ["supervision.leader", "supervision.remind", "supervision.written"]


def test_nights_missed_are_caught_up_without_inventing_reminders(places):
    batch()
    services.watch(on=date(2025, 6, 20))
    assert levels() == [("written", date(2025, 6, 20)), ("leader", date(2025, 6, 20))]


def test_what_is_done_ends_and_a_day_that_is_moved_begins_anew(places):
    row = batch()
    services.watch(on=date(2025, 6, 4))
    PaymentBatch.objects.filter(pk=row.pk).update(due=date(2025, 6, 12))
    services.watch(on=date(2025, 6, 5))
    first = Supervision.objects.get(level="written")
    assert (first.closed_on, first.closed_because) == (date(2025, 6, 5), "moved")
    services.watch(on=date(2025, 6, 13))
    second = Supervision.objects.get(level="written", closed_on=None)
    assert second.due == date(2025, 6, 12) and second.document_number == "芒民督字〔2025〕2号"
    PaymentBatch.objects.filter(pk=row.pk).update(state="voided", due=None)
    services.watch(on=date(2025, 6, 16))
    assert not Supervision.objects.filter(closed_on=None).exists()
    assert Supervision.objects.get(pk=second.pk).closed_because == "done"


def test_a_clock_that_stands_still_climbs_no_further(places, monkeypatch):
    from dataclasses import replace

    from django.db.models import CharField, Value

    batch()
    still = [
        replace(p, paused=Value("等家庭补正", CharField())) if p.kind == "batch" else p
        for p in clocks.parts()
    ]
    monkeypatch.setattr(services, "parts", lambda: tuple(still))
    monkeypatch.setattr(selectors, "parts", lambda: tuple(still))
    services.watch(on=date(2025, 6, 20))
    assert levels() == []
    office = people.officer("office", ("office", people.PREFECTURE))
    assert selectors.waiting(office, {"view": "late"}, date(2025, 6, 20)).count() == 0
    rows = selectors.waiting(office, {"view": "paused"}, date(2025, 6, 20))
    (line,) = selectors.lines(list(rows), names(date(2025, 6, 20)), office, date(2025, 6, 20))
    assert line.why == "暂停：等家庭补正"


def test_the_database_keeps_one_escalation_a_level_and_lets_nobody_edit_it(places):
    batch()
    services.watch(on=date(2025, 6, 4))
    row = Supervision.objects.get(level="written")
    twice = Supervision.objects.get(pk=row.pk)
    twice.pk, twice.document_number, twice._state.adding = None, "芒民督字〔2025〕99号", True
    with pytest.raises(IntegrityError), transaction.atomic():
        twice.save(force_insert=True)
    with pytest.raises(DatabaseError), transaction.atomic():
        Supervision.objects.filter(pk=row.pk).update(due=date(2026, 1, 1))
    with pytest.raises(DatabaseError), transaction.atomic():
        row.delete()
    with pytest.raises(IntegrityError), transaction.atomic():  # an end has a cause
        Supervision.objects.filter(pk=row.pk).update(closed_on=ON)


def test_numbers_run_without_gaps_county_by_county(places):
    for n in range(3):
        batch(f"A-{n}")
    batch("B-1", people.OTHER_COUNTY)
    services.watch(on=date(2025, 6, 4))
    found = dict(Supervision.objects.filter(level="written").values_list("number", "document_number"))
    assert sorted(v for k, v in found.items() if k[0] == "A") == [f"芒民督字〔2025〕{n}号" for n in (1, 2, 3)]
    assert found["B-1"] == "瑞民督字〔2025〕1号"


def test_the_body_answers_the_leader_remarks_and_nobody_else_says_anything(places, office, county):
    payer = people.officer("payer", ("payer", people.COUNTY))
    other = people.officer("other", ("payer", people.OTHER_COUNTY))
    leader = people.officer("leader", ("leader", people.PREFECTURE))
    batch()
    services.watch(on=date(2025, 5, 29))
    services.watch(on=date(2025, 6, 16))
    remind, written, told = (
        Supervision.objects.get(level=level) for level in ("remind", "written", "leader")
    )
    assert remind.closed_on is None  # the limit still runs

    def says(by, row, **more):
        return services.answer(supervision=row, text="银行文件格式有误，正在更正", by=by, on=ON, **more)

    for stranger in (other, office):
        with pytest.raises(Refused, match="权限"):
            says(stranger, written)
    with pytest.raises(Refused, match="不用答复"):
        says(payer, remind)
    with pytest.raises(Refused, match="不能早于"):
        says(payer, written, promised_on=ON - ONE)
    with pytest.raises(Refused, match="原因"):
        services.answer(supervision=written, text=" 急 ", by=payer, on=ON)
    made = says(payer, written, promised_on=ON + ONE)
    kept = SupervisionAnswer.objects.get(pk=made.pk)
    assert kept.voice == "body" and kept.text.open() == "银行文件格式有误，正在更正"
    assert says(leader, told).voice == "leader"
    with pytest.raises(DatabaseError), transaction.atomic():
        SupervisionAnswer.objects.update(answered_on=ON)
    PaymentBatch.objects.update(state="voided", due=None)
    services.watch(on=ON + ONE)
    with pytest.raises(Refused, match="已办理"):
        says(payer, Supervision.objects.get(pk=written.pk))


def test_each_sees_what_its_rooms_show_it_in_its_place(places, office, county, reviewer):
    batch("A-1")
    batch("B-1", people.OTHER_COUNTY)
    bureau = people.officer("bureau", ("bureau", people.PREFECTURE), department="housing")
    services.watch(on=ON)

    def late(who):
        rows = selectors.waiting(who, {"view": "late"}, ON)
        return [] if rows is None else sorted(row[2] for row in rows)

    def told(who):
        return sorted(
            selectors.orders(who, {"view": "open", "level": "written"}, ON).values_list("number", flat=True)
        )

    for who, expected in ((office, ["A-1", "B-1"]), (county, ["A-1"]), (reviewer, []), (bureau, [])):
        assert late(who) == told(who) == expected, who.username
    assert [i.count for i in selectors.worklist(county, ON)] == [1] and selectors.worklist(reviewer, ON) == []
    rows = selectors.lines(
        list(selectors.waiting(office, {"area": people.COUNTY}, ON)), names(ON), office, ON
    )
    assert [(line.body, line.why) for line in rows] == [
        ("芒市民政局", "岗位空缺")
    ]  # nobody approves payments there


def test_a_list_is_narrowed_by_body_kind_days_number_and_reason(places, office):
    batch("A-1")
    batch("A-2", due=date(2025, 6, 12))
    batch("C-1", state="sent")

    def found(**wanted):
        rows = selectors.waiting(office, {"view": "late", **wanted}, ON)
        return [] if rows is None else [row[2] for row in rows]

    assert found() == ["A-1", "C-1", "A-2"]
    assert found(days=5) == ["A-1", "C-1"] and found(number="A-") == ["A-1", "A-2"]
    assert (
        found(body="finance") == ["C-1"]
        and found(why="bank") == ["C-1"]
        and found(why="own") == ["A-1", "A-2"]
    )
    assert found(kind="check") == [] and found(area=people.OTHER_COUNTY) == []
    assert found(area="5331x3", number="") == ["A-1", "C-1", "A-2"]  # what is no place narrows nothing


def test_bodies_are_compared_by_the_steps_the_journal_has(places, office):
    from tuodi.records.journal.services import append_many

    def line(on, act, came, went, key="1"):
        return {"act": act, "actor": "system", "business_day": on, "record_kind": "payment.paymentbatch", "record_id": key,
                "area_code": people.COUNTY, "state_from": came, "state_to": went}  # fmt: skip

    with transaction.atomic():
        append_many(
            [
                line(date(2025, 6, 2), "payment.reserve", "drafted", "reserved"),
                line(
                    date(2025, 6, 4), "payment.approve", "reserved", "approved"
                ),  # in time: three working days
                line(date(2025, 6, 4), "documents.download", "", ""),
                line(date(2025, 6, 12), "payment.send", "approved", "sent"),  # late: two
                line(date(2025, 6, 2), "payment.reserve", "drafted", "reserved", "2"),
                line(date(2025, 6, 3), "payment.return", "reserved", "voided", "2"),
            ]
        )
    lines = selectors.compared(office, date(2025, 6, 1), ON, ON, names(ON))
    told = {x.name: (x.received, x.on_time, x.late, x.open, x.overdue, x.returned, x.median) for x in lines}
    assert told == {"芒市民政局": (2, 2, 0, 0, 0, 1, 2), "芒市财政局": (2, 0, 1, 1, 0, 0, 8)}
    assert "芒市财政局" in selectors.chart(lines).svg


def test_the_command_watches_on_a_day_and_says_what_it_made(places, _today):
    batch()
    out = StringIO()
    call_command("coordination_watch", "--on", "2025-06-04", stdout=out)
    assert "督办单 1" in out.getvalue()
    out = StringIO()
    call_command("coordination_watch", "--on", "2025-06-04", stdout=out)
    assert "没有新的督办" in out.getvalue()
    for wrong in ("昨天", "2025-06-17"):
        with pytest.raises(CommandError):
            call_command("coordination_watch", "--on", wrong)


def test_the_pages_show_what_is_late_print_the_order_and_take_the_answer(
    places, client, _today, county, office
):
    batch()
    services.watch(on=ON)
    row = Supervision.objects.get(level="written")
    client.force_login(county)
    page = client.get(reverse("coordination:late")).content.decode()
    assert "P-1" in page and "超期 13 天" in page and "督办单" in page and "芒市民政局" in page
    letter = client.get(reverse("coordination:letter", args=[row.pk]))
    assert letter["Content-Type"] == "application/pdf" and letter.content.startswith(b"%PDF")
    leader = Supervision.objects.get(level="leader")
    assert client.get(reverse("coordination:letter", args=[leader.pk])).status_code == 404
    url = reverse("coordination:answer", args=[row.pk])
    assert client.post(url, {"text": "急"}).status_code == 422
    assert client.post(url, {"text": "格式有误，正在更正", "promised_on": "2025-06-18"}).status_code == 302
    page = client.get(reverse("coordination:order", args=[row.pk])).content.decode()
    assert "格式有误，正在更正" in page and "承诺 2025年6月18日 办结" in page
    assert "已答复" in client.get(reverse("coordination:orders") + "?view=open").content.decode()
    client.force_login(office)
    assert client.get(reverse("coordination:bodies")).status_code == 200
    assert client.post(url, {"text": "格式有误，正在更正"}).status_code == 403


def test_every_procedure_with_limits_is_watched_or_says_why_not():
    """A room that gets a new procedure gives it a clock, or it is named here with its reason."""
    from tests.house.test_procedures import ALL

    watched = {state for part in clocks.parts() for state in part.states}
    aside = {
        "rehearsal": "a draft of values is nobody's right",
    }
    for where, process in ALL.items():
        if process.key in aside or where.startswith(
            "tuodi.policy."
        ):  # a policy's table runs where a room takes it up
            continue
        waiting = set(process.states) - process.ends - {"clear", "settled", "accepted", "active"}
        # clear, settled: valid, not waiting; accepted: the case's clock is the review's; active: the cycle's own part
        assert waiting & watched or not process.limits, f"{process.key} is on no clock"
