"""Acts of intake: what is taken in, what stops it, how the clock stands still, and that nothing is lost or doubled."""

from __future__ import annotations

import copy
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.dispatch import receiver

from tests.delivery.intake.conftest import DAY, family, member, number
from tuodi.core.refusal import Refused
from tuodi.delivery.intake import ports, selectors, services, signals
from tuodi.delivery.intake.models import Application, Applying, Consent, Declaration, Snapshot
from tuodi.kit.versions import Conflict
from tuodi.records.journal.models import JournalLine
from tuodi.records.people.models import Household, Membership, PayeeAccount, Person

CARD = "6217000000000000012"


def submit(by, facts=None, key="k1", **more):
    return services.submit(key=key, facts=facts or family(), by=by, on=DAY, **more)


def test_a_family_is_taken_in_with_its_people_household_consents_and_account(counter):
    application = submit(
        counter, family(payee_account=CARD, payee_name="岩温", payee_bank="云南农信", phone="13987650001")
    )
    assert application.number == "533103105-2026-00001"
    assert (application.state, application.submitted_on) == ("submitted", DAY)
    assert [a.person.name for a in application.applying.order_by("pk")] == ["岩温", "玉罕", "岩依"]
    head = application.household.head
    assert head.name == "岩温" and head.phone.open() == "13987650001"
    assert Membership.objects.filter(household=application.household, until=None).count() == 3
    assert Consent.objects.filter(application=application).count() == 2  # the daughter is eleven
    assert PayeeAccount.objects.get(household=application.household).account.open() == CARD
    line = JournalLine.objects.get(act="intake.submit")
    assert line.actor == "yang" and line.record_id == str(application.pk)


def test_the_same_key_is_one_application_and_other_contents_under_it_are_refused(counter):
    facts = family()
    first = submit(counter, facts)
    assert submit(counter, copy.deepcopy(facts)).pk == first.pk
    assert Application.objects.count() == 1
    other = copy.deepcopy(facts)
    other["members"][0]["wage_year_fen"] = 1
    with pytest.raises(Refused, match="内容不同"):
        submit(counter, other)


def test_numbers_run_by_township_and_year(counter, far_counter):
    numbers = [submit(counter, family(101 + 10 * i), key=f"k{i}").number for i in range(3)]
    assert numbers == [f"533103105-2026-0000{i}" for i in (1, 2, 3)]
    far = services.submit(key="far", facts=family(601, "533123104201"), by=far_counter, on=date(2027, 1, 4))
    assert far.number == "533123104-2027-00001"


def test_a_person_in_an_open_application_cannot_be_in_another_here_or_in_another_county(counter, far_counter):
    submit(counter)
    for by, facts in (
        (
            counter,
            {
                **family(201),
                "members": [
                    member("喊孃", "1950-01-01", 301),
                    {**family()["members"][2], "relation": "child"},
                ],
            },
        ),
        (far_counter, family(101, "533123104201")),
    ):
        with pytest.raises(Refused, match="533103105-2026-00001"):
            submit(by, facts, key=f"second-{by.username}")
    assert Application.objects.count() == 1


def test_the_database_itself_refuses_a_second_open_application_for_a_person(counter):
    """The broken twin: with the check left out, the constraint still says no."""
    person = submit(counter).applicant
    other = submit(counter, family(401), key="k2")
    with pytest.raises(IntegrityError), transaction.atomic():
        Applying.objects.create(application=other, person=person, programme="minimum_living", since=DAY)
    with pytest.raises(Refused, match="另一窗口"), transaction.atomic():
        services._hold(other, [person], [True], DAY)


def test_after_withdrawal_or_closing_the_family_may_apply_again(counter):
    first = submit(counter)
    services.withdraw(application=first, by=counter, on=DAY, reason="外出务工")
    second = submit(counter, key="k2")
    services.decline(application=second, reasons=["不属于本县户籍"], by=counter, on=DAY)
    assert Application.objects.get(pk=second.pk).closed_because.open() == "不属于本县户籍"
    third = submit(counter, key="k3")
    services.accept(application=third, by=counter, on=DAY)
    services.close(application=third, on=DAY, note="confirmed")
    assert submit(counter, key="k4").state == "submitted"
    assert Person.objects.count() == 3 and Household.objects.count() == 1


def test_a_number_known_under_another_name_is_a_fault_and_nobody_is_merged(counter):
    submit(counter)
    facts = family(501)
    facts["members"][1] |= {"number": family()["members"][1]["number"], "name": "玉香"}
    found = selectors.faults(facts, on=DAY, programme="minimum_living")
    assert {(f.member, f.field) for f in found} >= {(2, "name"), (2, "number")}
    with pytest.raises(Refused):
        submit(counter, facts, key="k2")
    assert Person.objects.count() == 3


def test_a_fifteen_digit_number_finds_the_person_of_its_eighteen(counter):
    facts = family(301)
    old = "533121600101001"
    facts["members"].append(
        {"name": "岩罕", "relation": "parent", "number": old, "birth": "1960-01-01", "check_consent": True}
    )
    submit(counter, facts)
    from tuodi.records.people.services import find

    assert find("533121196001010018").name == "岩罕"
    assert find(old).pk == find("533121196001010018").pk


def test_every_fault_is_told_at_once_and_nothing_is_written(counter):
    facts = family()
    facts["members"][0]["number"] = facts["members"][0]["number"][:-1] + (
        "0" if facts["members"][0]["number"][-1] != "0" else "1"
    )
    facts["members"][1]["birth"] = "1983-05-07"
    facts["household"]["area_code"] = "533199001001"
    with pytest.raises(Refused) as told:
        submit(counter, facts)
    assert "乡镇" in str(told.value)
    assert {f.field for f in selectors.faults(facts, on=DAY, programme="minimum_living")} == {
        "number",
        "birth",
        "area_code",
    }
    assert not Person.objects.exists() and not Application.objects.exists()


def test_papers_that_are_missing_are_told_once_and_the_clock_stands_still(counter):
    facts = family(relative_of_staff=True, pledge_signed=False)
    facts["members"][1].pop("check_consent")
    application = services.submit(key="k1", facts=facts, by=counter, on=date(2026, 11, 23))
    due = application.due
    with pytest.raises(Refused, match="材料不齐"):
        services.accept(application=application, by=counter, on=DAY)
    notice = services.notify(application=application, by=counter, on=date(2026, 11, 23), extra=["户口簿原件"])
    assert len(notice.items) == 4 and "户口簿原件" in notice.items and any("玉罕" in i for i in notice.items)
    application.refresh_from_db()
    assert application.state == "correcting" and notice.working_days_left == 1 and due == date(2026, 11, 24)
    mended = family(relative_of_staff=True)
    application = services.answer(application=application, facts=mended, by=counter, on=date(2026, 12, 4))
    assert application.state == "submitted"
    assert application.due == date(2026, 12, 7)  # Friday and one working day: the Monday
    with pytest.raises(Refused, match="已经一次性告知过"):
        services.notify(application=application, by=counter, on=date(2026, 12, 4), extra=["再来一张"])
    services.file_relative(
        application=application,
        person=application.applicant,
        relation="兄弟",
        official_name="张三",
        official_post="村委会委员",
        by=counter,
        on=DAY,
    )
    assert services.accept(application=application, by=counter, on=date(2026, 12, 7)).state == "accepted"
    assert Declaration.objects.filter(application=application).count() == 2


def test_what_the_state_can_look_up_is_not_asked_of_the_family(counter):
    facts = family()
    facts["members"][0] |= {"disability": "physical", "disability_grade": 2}
    facts["members"][1] |= {"registered_local": False, "registered_area_code": "533123104"}
    assert selectors.missing_in(facts, DAY) == []


def test_acceptance_freezes_the_facts_and_tells_the_rooms_above_in_one_transaction(counter):
    told = []

    @receiver(signals.accepted, weak=False, dispatch_uid="test-accept")
    def hear(sender, application, snapshot, by, on, **more):
        told.append((application.number, snapshot.cause, on))

    try:
        application = services.accept(application=submit(counter), by=counter, on=DAY)
    finally:
        signals.accepted.disconnect(dispatch_uid="test-accept")
    assert told == [(application.number, "declared", DAY)]
    assert application.accepted_on == DAY and application.procedure.startswith("DB-2021")
    snapshot = Snapshot.objects.get(application=application)
    assert snapshot.digest == application.declarations.get().digest
    assert [m["person"] for m in snapshot.facts.open()["members"]] == list(
        application.applying.order_by("pk").values_list("person_id", flat=True)
    )


def test_a_room_above_that_fails_undoes_the_acceptance(counter):
    def fail(**_more):
        raise Refused("来源目录未配置")

    application = submit(counter)
    signals.accepted.connect(fail, weak=False, dispatch_uid="test-fail")
    try:
        with pytest.raises(Refused, match="来源目录"):
            services.accept(application=application, by=counter, on=DAY)
    finally:
        signals.accepted.disconnect(dispatch_uid="test-fail")
    application = Application.objects.get(pk=application.pk)
    assert application.state == "submitted" and not application.snapshots.exists()


def test_of_two_officers_at_once_one_is_refused(counter, second_counter):
    application = submit(counter)
    same = Application.objects.get(pk=application.pk)
    services.accept(application=application, by=counter, on=DAY)
    with pytest.raises(Refused, match="刚被别人办理过"):
        services.decline(application=same, reasons=["重复"], by=second_counter, on=DAY)


def test_who_may_not_take_in_is_refused(counter, far_counter, reviewer, outsider):
    for by in (far_counter, reviewer, outsider):
        with pytest.raises(Refused):
            submit(by)
    application = submit(counter)
    for by in (far_counter, reviewer, outsider):
        for act in (
            lambda by=by: services.accept(application=application, by=by, on=DAY),
            lambda by=by: services.withdraw(application=application, by=by, on=DAY, reason="试试看"),
            lambda by=by: services.amend(application=application, version=1, facts=family(), by=by, on=DAY),
        ):
            with pytest.raises(Refused):
                act()


def test_a_stale_correction_is_a_conflict_and_the_newer_one_stays(counter, second_counter):
    application = submit(counter)
    changed = family()
    changed["members"][0]["wage_year_fen"] = 900_000
    services.amend(application=application, version=1, facts=changed, by=counter, on=DAY)
    with pytest.raises(Conflict), transaction.atomic():
        services.amend(
            application=Application.objects.get(pk=application.pk),
            version=1,
            facts=family(),
            by=second_counter,
            on=DAY,
        )
    assert selectors.facts_of(application)["members"][0]["wage_year_fen"] == 900_000
    assert Declaration.objects.count() == 2


def test_declarations_and_snapshots_cannot_be_changed_in_the_database(counter):
    application = services.accept(application=submit(counter), by=counter, on=DAY)
    for table in ("intake_declaration", "intake_snapshot"):
        for sql in (f"UPDATE {table} SET digest = 'x'", f"DELETE FROM {table}"):
            with (
                pytest.raises(Exception, match="append-only"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(sql)
    assert application.snapshots.count() == 1


def test_an_obstacle_from_a_room_above_stops_the_application(counter):
    def receiving(programme, household, persons, on):
        return [f"{p.name} 已在享受低保" for p in persons if p.name == "玉罕"]

    services.close(application=services.accept(application=submit(counter), by=counter, on=DAY), on=DAY)
    ports.obstacles.append(receiving)
    try:
        with pytest.raises(Refused, match="玉罕 已在享受低保"):
            submit(counter, key="k2")
    finally:
        ports.obstacles.remove(receiving)


def test_a_member_who_moves_to_another_family_leaves_the_first(counter):
    services.withdraw(application=submit(counter), by=counter, on=DAY, reason="分户")
    facts = {"household": family()["household"], "members": [{**family()["members"][1], "relation": "head"}]}
    second = submit(counter, facts, key="k2")
    person = second.applicant
    assert Membership.objects.get(person=person, until=None).household_id == second.household_id
    assert Membership.objects.filter(person=person).count() == 2
    assert Household.objects.count() == 2


def test_a_person_without_papers_is_found_in_the_family_and_not_made_twice(counter):
    facts = family()
    facts["members"][1] = {
        "name": "MA THIDA",
        "relation": "spouse",
        "document": "none",
        "no_document_reason": "缅籍配偶，未办永居",
        "birth": "1985-01-02",
        "nationality": "MM",
        "registered_kind": "none",
        "check_consent": True,
    }
    first = submit(counter, facts)
    services.withdraw(application=first, by=counter, on=DAY, reason="补材料")
    submit(counter, facts, key="k2")
    assert Person.objects.filter(document="none").count() == 1


def test_a_draft_keeps_each_window_s_own_fields_and_shows_what_both_changed(counter, village):
    draft = services.open_draft(
        by=counter, area=village, key="draft-0001", values={"m-1-name": "岩温", "h-phone": "1"}
    )
    one, clashes = services.save_draft(
        draft=draft, version=1, values={"m-1-name": "岩温", "h-phone": "2"}, by=counter
    )
    assert not clashes
    # The second window, loaded at version 1, changes another field and the same one.
    two, clashes = services.save_draft(
        draft=draft, version=1, values={"m-1-name": "岩温温", "h-phone": "3"}, by=counter
    )
    assert [(c.field, c.theirs, c.mine) for c in clashes] == [("h-phone", "2", "3")]
    assert two.payload.open()["values"] == {"m-1-name": "岩温温", "h-phone": "2"}
    three, clashes = services.save_draft(
        draft=draft, version=two.version, values={"m-1-name": "岩温温", "h-phone": "3"}, by=counter
    )
    assert not clashes and three.payload.open()["values"]["h-phone"] == "3"
    assert one.title.open() == "岩温"


def test_a_draft_is_its_owner_s_alone_and_ends_with_the_hand_in(counter, second_counter, village):
    draft = services.open_draft(by=counter, area=village, key="draft-0002", values={"m-1-name": "岩温"})
    with pytest.raises(Refused):
        services.open_draft(by=second_counter, area=village, key="draft-0002", values={})
    with pytest.raises(Refused):
        services.save_draft(draft=draft, version=1, values={}, by=second_counter)
    submit(counter, key=draft.key, draft=draft)
    draft.refresh_from_db()
    with pytest.raises(Refused, match="已经提交"):
        services.save_draft(draft=draft, version=1, values={"m-1-name": "x"}, by=counter)


def test_no_number_stands_in_the_clear_in_the_journal(counter):
    services.accept(
        application=submit(counter, family(payee_account=CARD, payee_name="岩温")), by=counter, on=DAY
    )
    secrets = [m["number"] for m in family()["members"]] + [CARD]
    for line in JournalLine.objects.all():
        assert not [s for s in secrets if s in f"{line.note}{line.purpose}{line.record_id}"]


def test_the_process_table_has_no_fault():
    from tuodi.delivery.intake.process import RECEIVE

    assert RECEIVE.faults() == []


def test_numbers_made_for_tests_are_valid():
    assert number("533103", "19800229", 1) == "533103198002290011"
