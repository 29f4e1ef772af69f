"""A check opens with acceptance, asks under mandates, and reports declared against found; silence is never agreement."""

import pytest
from django.db import DatabaseError, transaction

from tests.delivery.verification.family import AS_OF, CAR, DAUGHTER, FATHER, MOTHER, ON, apply, hukou
from tuodi.core.refusal import Refused
from tuodi.delivery.intake import services as intake
from tuodi.delivery.intake.models import Consent
from tuodi.delivery.verification import matching, selectors, services
from tuodi.delivery.verification.models import (
    Alert,
    Check,
    CheckReport,
    Discrepancy,
    SourceQuery,
    SourceReply,
)
from tuodi.delivery.verification.process import CHECK
from tuodi.gateways import departments
from tuodi.gateways.peers import client_for, demo_key
from tuodi.gateways.sources import SOURCES, SourceClient
from tuodi.records.journal.models import JournalLine


def flags(check):
    return set(Discrepancy.objects.filter(report__check_made=check).values_list("flag", flat=True))


def test_an_accepted_application_opens_a_check_due_in_three_working_days(check):
    assert (check.state, check.requested_on, check.due.isoformat()) == ("requested", ON, "2026-11-12")


def test_a_withdrawn_application_ends_its_check(check, counter):
    intake.withdraw(application=check.application, by=counter, on=ON, reason="家庭撤回")
    check.refresh_from_db()
    assert check.state == "withdrawn"
    with pytest.raises(Refused, match="已终止"):
        services.ask(check=check, by=counter, on=ON)


def test_sources_that_agree_make_a_clear_report(check, sources, counter):
    services.ask(check=check, by=counter, on=ON)
    report = check.reports.get()
    assert (check.state, report.result, report.sequence) == ("clear", "clear", 1)
    assert report.valid_until.isoformat() == "2027-05-09"
    assert check.due == report.valid_until


def test_every_source_is_asked_once_for_all_persons_with_purpose_mandate_and_operator(
    check, sources, counter
):
    services.ask(check=check, by=counter, on=ON)
    queries = list(SourceQuery.objects.filter(check_asked=check))
    assert {q.source for q in queries} == set(SOURCES)
    for query in queries:
        assert (query.persons, query.asked_by, query.state) == (2, "counter1", "answered")
        assert query.purpose and len(query.consents) == 3
    line = JournalLine.objects.get(act="check.ask")
    assert (line.actor, line.record_id) == ("counter1", str(check.pk))
    assert "核对" in line.purpose


def test_a_question_is_not_asked_twice(check, sources, counter, monkeypatch):
    services.ask(check=check, by=counter, on=ON)
    Check.objects.filter(pk=check.pk).update(state="partial")  # as if one more run were started by mistake
    check.refresh_from_db()

    def never(_source):
        raise AssertionError("asked again")

    services.ask(check=check, by=counter, on=ON, client=never)
    assert SourceReply.objects.count() == len(SOURCES)
    assert check.reports.count() == 1


@pytest.mark.parametrize("gone", ["withdrawn", "expired", "never signed"])
def test_without_every_adults_mandate_nothing_is_asked_and_the_refusal_names_who_must_sign(
    check, sources, counter, gone
):
    mine = Consent.objects.get(application=check.application, person__name="岩温")
    if gone == "withdrawn":
        intake.withdraw_consent(consent=mine, by=counter, on=ON)
    elif gone == "expired":
        Consent.objects.filter(pk=mine.pk).update(valid_until=ON)
    else:
        mine.delete()
    with pytest.raises(Refused, match="岩温"):
        services.ask(check=check, by=counter, on=ON)
    assert not SourceQuery.objects.exists()


def test_the_daughter_of_eighteen_must_sign_for_herself(check, sources, counter):
    Consent.objects.get(application=check.application, person__name="玉罕").delete()
    with pytest.raises(Refused, match="玉罕"):
        services.ask(check=check, by=counter, on=ON)


def test_an_officer_of_another_county_may_not_ask(check, sources, elsewhere, outsider):
    for stranger in (elsewhere, outsider):
        with pytest.raises(Refused, match="权限"):
            services.ask(check=check, by=stranger, on=ON)


def test_a_car_not_declared_is_a_doubt_the_clerk_can_read_out(flagged):
    assert flagged.state == "flagged"
    doubt = selectors.doubts_of(flagged.reports.get())[0]
    assert (
        doubt.sentence
        == "车辆：申报 0 辆，交管登记 1 辆（云N·****，岩温，2019 年登记）（数据截至 2026-11-01）"
    )
    assert "12345" not in doubt.sentence


def test_a_line_has_source_query_time_as_of_and_age(flagged):
    line = next(x for x in selectors.grid(flagged.reports.get()) if x["fact"] == "vehicles")
    assert (
        line["declared"],
        line["found"],
        line["source"],
        line["as_of"],
        line["age_days"],
        line["state"],
    ) == ("0", "1", "vehicles", "2026-11-01", 8, "differs")
    assert line["asked_at"]


def down(broken, fault):
    """Clients of which one misbehaves."""

    def client(source):
        transport = departments.faulty(source, fault) if source == broken else departments.transport(source)
        return SourceClient(source, transport, demo_key(source))

    return client


def must_be_pending(check):
    assert (check.state, check.reports.get().result) == ("partial", "pending")
    assert "vehicles" in {
        line["source"] for line in selectors.grid(check.reports.get()) if line["state"] == "pending"
    }


@pytest.mark.parametrize("fault", departments.FAULTS)
def test_a_source_that_is_down_leaves_the_report_pending_and_intake_working(
    check, sources, counter, fault, facts
):
    made = services.ask(check=check, by=counter, on=ON, client=down("vehicles", fault))
    assert made.troubles == {("vehicles", fault): 1}
    must_be_pending(check)
    assert SourceQuery.objects.get(source="vehicles").trouble == fault
    facts["members"] = [{**FATHER, "name": "岩三", "number": "533124199907071514", "birth": "1999-07-07"}]
    facts["household"]["payee_name"] = "岩三"
    assert apply(facts, counter, key="test-2").state == "accepted"


def test_the_pending_source_is_asked_again_alone_and_the_report_becomes_clear(check, sources, counter):
    services.ask(check=check, by=counter, on=ON, client=down("bank", "timeout"))
    asked = []

    def again(source):
        asked.append(source)
        return client_for(source)

    services.ask(check=check, by=counter, on=ON, client=again)
    assert asked == ["bank"]
    assert [r.result for r in check.reports.order_by("sequence")] == ["pending", "clear"]
    assert check.state == "clear"


def unavailable_as_clear(replies, mismatches):
    """The broken twin: whoever does not answer has nothing against the family."""
    return "inconsistent" if list(mismatches) else "clear"


def test_a_reporter_that_takes_silence_for_agreement_would_be_caught(check, sources, counter, monkeypatch):
    monkeypatch.setattr(matching, "result_of", unavailable_as_clear)
    services.ask(check=check, by=counter, on=ON, client=down("vehicles", "timeout"))
    with pytest.raises(AssertionError):
        must_be_pending(check)


def test_every_line_of_a_silent_source_is_pending(check, counter):
    services.ask(check=check, by=counter, on=ON)  # no department has delivered anything
    report = check.reports.get()
    assert report.result == "pending"
    assert {line["state"] for line in selectors.grid(report)} == {"pending"}
    assert len(selectors.grid(report)) == len(SOURCES)


def test_a_name_that_differs_is_left_to_a_person_and_compared_with_nothing(check, sources, counter):
    departments.load("vehicles", AS_OF, [(FATHER["number"], "岩旺", CAR)])
    services.ask(check=check, by=counter, on=ON)
    assert flags(check) == {"identity"}


def test_a_death_raises_an_alert_and_a_question_and_changes_nothing_else(check, sources, counter):
    before = check.application.state
    departments.load(
        "death", AS_OF, [(FATHER["number"], "岩温", {"death_on": "2026-10-01", "reported_on": "2026-10-12"})]
    )
    services.ask(check=check, by=counter, on=ON)
    alert = Alert.objects.get()
    assert (alert.kind, alert.person.name, alert.handled_on) == ("deceased", "岩温", None)
    assert "deceased" in flags(check)
    check.application.refresh_from_db()
    assert check.application.state == before
    assert check.application.snapshots.count() == 1
    assert check.application.snapshots.get().facts.open()["members"][0].get("died_on", "") == ""


def test_who_holds_a_border_pass_is_not_flagged_for_days_abroad(check, sources, counter):
    departments.load(
        "exit_entry",
        AS_OF,
        [
            (FATHER["number"], "岩温", {"abroad_days_12": 280, "border_pass": True}),
            (DAUGHTER["number"], "玉罕", {"abroad_days_12": 120, "border_pass": False}),
        ],
    )
    services.ask(check=check, by=counter, on=ON)
    assert list(Discrepancy.objects.values_list("flag", "person__name")) == [("abroad", "玉罕")]


def test_a_spouse_without_chinese_papers_is_a_fact_and_not_asked_about(check, sources, counter):
    services.ask(check=check, by=counter, on=ON)
    assert "hukou_missing" not in flags(check)
    assert MOTHER["name"] not in str([line["who"] for line in selectors.grid(check.reports.get())])


def test_a_batch_asks_each_source_once_for_many_households(place, sources, counter, facts, county):
    numbers = ["533103198002290011", "533123194708150042", "533124199907071514"]
    births = ["1980-02-29", "1947-08-15", "1999-07-07"]
    for n, (number, birth) in enumerate(zip(numbers, births, strict=True)):
        name = f"岩{'温三四'[n]}"
        sex = "1" if int(number[16]) % 2 else "2"
        facts["members"] = [
            {**FATHER, "name": name, "number": number, "birth": birth, "sex": sex, "wage_year_fen": 0}
        ]
        facts["household"]["payee_name"] = name
        apply(facts, counter, key=f"batch-{n}")
        if n:
            departments.load("hukou", AS_OF, [(number, name, hukou(household_number=f"{n}", members=1))])
    Consent.objects.filter(person__name="岩四").update(withdrawn_on=ON)
    asked = []

    def client(source):
        asked.append(source)
        return client_for(source)

    made = services.ask_area(area_code="533103", by=county, on=ON, client=client)
    assert sorted(asked) == sorted(SOURCES)
    assert made.checks == 2
    assert [str(c.application.number)[-5:] for c, _why in made.refused] == ["00003"]
    assert "岩四" in made.refused[0][1]


def test_nothing_new_gives_no_new_report(flagged, counter):
    services.report(check=flagged, by=counter, on=ON)
    assert flagged.reports.count() == 1


def test_a_report_past_its_months_is_stale_and_may_be_renewed(check, sources, counter):
    services.ask(check=check, by=counter, on=ON)
    later = check.due.replace(day=10)
    assert services.expire_reports(on=check.due) == 0
    assert services.expire_reports(on=later) == 1
    check.refresh_from_db()
    assert check.state == "stale"
    assert selectors.is_stale(check.reports.get(), later)
    services.recheck(check=check, reason="报告到期", by=counter, on=later)
    assert (check.state, check.round) == ("requested", 2)


def test_the_process_table_is_whole():
    assert CHECK.faults() == []


def test_no_plain_number_or_finding_lies_in_the_tables(flagged):
    report, doubt = CheckReport.objects.get(), Discrepancy.objects.get()
    for box in (
        report.lines.box,
        doubt.detail.box,
        SourceReply.objects.get(query__source="vehicles").payload.box,
    ):
        assert "云N".encode() not in box
    assert FATHER["number"] not in str(list(SourceQuery.objects.values()))


@pytest.mark.parametrize("model", [SourceReply, CheckReport, Discrepancy])
def test_evidence_cannot_be_edited(flagged, model):
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.filter(pk=model.objects.first().pk).delete()
    column = {SourceReply: "digest", CheckReport: "digest", Discrepancy: "flag"}[model]
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.update(**{column: "x"})
