"""The pages of the room: what they show, who may open them, what a form does, how many queries a list costs."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.delivery.verification.family import AS_OF, CAR, FATHER, ON, apply
from tuodi.delivery.verification import selectors, services
from tuodi.delivery.verification.models import (
    Alert,
    Appraisal,
    Check,
    Discrepancy,
    Explanation,
    HouseholdSurvey,
    Outcome,
)
from tuodi.gateways import departments
from tuodi.records.journal.models import JournalLine
from tuodi.records.org import clock


@pytest.fixture(autouse=True)
def the_day(monkeypatch, settings):
    settings.AXES_ENABLED = False  # a sign-in made up by the test has no address to be locked out from
    monkeypatch.setattr(clock, "today", lambda: ON)


def as_(officer):
    client = Client()
    client.force_login(officer, backend="tuodi.records.org.backend.OfficerBackend")
    return client


def url(name, *args):
    return reverse(f"verification:{name}", args=args)


def test_asking_from_the_page_shows_the_doubt_with_source_and_age(check, sources, counter):
    departments.load("vehicles", AS_OF, [(FATHER["number"], "岩温", CAR)])
    client = as_(counter)
    assert "还没有核对报告" in client.get(url("check", check.pk)).content.decode()
    assert client.post(url("ask", check.pk)).status_code == 302
    text = client.get(url("check", check.pk)).content.decode()
    for shown in (
        "车辆：申报 0 辆，交管登记 1 辆（云N·****，岩温，2019 年登记）",
        "机动车登记",
        "2026-11-01",
        "8 天前",
        "待说明",
    ):
        assert shown in text, shown
    assert FATHER["number"] not in text
    assert "12345" not in text


def test_asking_without_a_mandate_says_who_must_sign(check, sources, counter):
    from tuodi.delivery.intake.models import Consent

    Consent.objects.filter(application=check.application, person__name="岩温").delete()
    text = as_(counter).post(url("ask", check.pk), follow=True).content.decode()
    assert "缺有效的核对授权书" in text
    assert "岩温" in text


def test_a_doubt_is_explained_by_the_counter_and_settled_by_the_reviewer(flagged, counter, reviewer):
    doubt = Discrepancy.objects.get()
    page = as_(counter).get(url("explain", doubt.pk))
    key = page.context["form"].initial["key"]
    assert (
        as_(counter)
        .post(url("explain", doubt.pk), {"key": key, "text": "已卖给堂兄", "papers": "协议"})
        .status_code
        == 302
    )
    assert Explanation.objects.get().text.open() == "已卖给堂兄"
    page = as_(reviewer).get(url("settle", doubt.pk)).content.decode()
    assert "已卖给堂兄" in page
    wrong = as_(reviewer).post(
        url("settle", doubt.pk), {"outcome": "upheld", "value": "", "reason": "仍在使用"}
    )
    assert wrong.status_code == 422
    assert "核定值" in wrong.content.decode()
    done = as_(reviewer).post(
        url("settle", doubt.pk), {"outcome": "upheld", "value": "1", "reason": "仍在使用"}
    )
    assert done.status_code == 302
    assert Outcome.objects.get().value.open() == {"value": 1}
    shown = as_(counter).get(url("check", flagged.pk))
    assert shown.context["doubts"] == [], "settled into the facts: no doubt is left"
    assert "已核定的疑点" in shown.content.decode() and "仍在使用" in shown.content.decode()


def test_a_survey_form_is_made_from_the_facts_and_saved(check, counter):
    client = as_(counter)
    page = client.get(url("survey", check.application.number))
    form = page.context["form"]
    assert "岩温" in page.content.decode()
    sent = {name: "" if (v := form[name].value()) is None else v for name in form.fields}
    sent |= {
        "surveyed_on": ON.isoformat(),
        "second_surveyor": "刀保相",
        "note": "养牛三头",
        "family_confirmed": "on",
        "confirmed_by": "岩温",
        "m-0-farm_gross_year_fen": "15000",
        "version": str(page.context["seen"]),
        "key": form.initial["key"],
    }
    assert (sent["m-0-wage_year_fen"], sent["h-deposits_fen"]) == ("12000", "3000")
    answer = client.post(url("survey", check.application.number), sent)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    seen = HouseholdSurvey.objects.get()
    before, after = seen.snapshot.facts.open(), seen.observed.open()
    assert services.surveying.changes(before, after) == [(0, "farm_gross_year_fen", 0, 1_500_000)]
    assert "15,000 元" in client.get(url("survey_seen", seen.pk)).content.decode()
    stale = client.post(
        url("survey", check.application.number),
        {**sent, "key": "another", "m-0-farm_gross_year_fen": "18000"},
    )
    assert stale.status_code == 409
    text = stale.content.decode()
    assert "15,000 元" in text
    assert "18,000 元" in text
    assert HouseholdSurvey.objects.count() == 1


def test_a_survey_left_as_it_was_changes_no_fact(check, counter):
    client = as_(counter)
    page = client.get(url("survey", check.application.number))
    form = page.context["form"]
    sent = {name: "" if (v := form[name].value()) is None else v for name in form.fields}
    sent |= {
        "second_surveyor": "刀保相",
        "note": "属实",
        "family_confirmed": "on",
        "confirmed_by": "岩温",
        "version": str(page.context["seen"]),
    }
    assert client.post(url("survey", check.application.number), sent).status_code == 302
    seen = HouseholdSurvey.objects.get()
    assert services.surveying.changes(seen.snapshot.facts.open(), seen.observed.open()) == []
    assert check.application.snapshots.count() == 1


def test_an_appraisal_that_is_not_valid_says_why_beside_the_field(check, counter):
    client = as_(counter)
    sent = {
        "key": "a",
        "held_on": ON.isoformat(),
        "chaired_by": "李绍文",
        "present": 12,
        "representatives": 7,
        "in_favour": 9,
        "against": 1,
    }
    answer = client.post(url("appraisal", check.application.number), sent)
    assert answer.status_code == 422
    assert "三分之二" in answer.content.decode()
    assert (
        client.post(url("appraisal", check.application.number), {**sent, "representatives": 8}).status_code
        == 302
    )
    assert Appraisal.objects.get().representatives == 8


def test_an_alert_is_handled_once_and_a_stale_hand_is_shown_the_other(check, sources, counter, reviewer):
    departments.load(
        "death", AS_OF, [(FATHER["number"], "岩温", {"death_on": "2026-10-01", "reported_on": "2026-10-12"})]
    )
    services.ask(check=check, by=counter, on=ON)
    alert = Alert.objects.get()
    assert "登记死亡" in as_(counter).get(url("alerts")).content.decode()
    assert (
        as_(counter).post(url("alert", alert.pk), {"finding": "本人健在，系误登", "version": "1"}).status_code
        == 302
    )
    late = as_(reviewer).post(url("alert", alert.pk), {"finding": "已去世", "version": "1"})
    assert late.status_code == 409
    alert.refresh_from_db()
    assert alert.finding.open() == "本人健在，系误登"


@pytest.mark.parametrize(
    "name", ["check", "explain", "settle", "survey", "appraisal", "survey_seen", "alert"]
)
def test_a_stranger_finds_nothing_and_an_outsider_may_not_even_look(
    flagged, visit_and_alert, elsewhere, outsider, name
):
    doubt = Discrepancy.objects.get()
    target = {
        "check": (flagged.pk,),
        "explain": (doubt.pk,),
        "settle": (doubt.pk,),
        "survey": (flagged.application.number,),
        "appraisal": (flagged.application.number,),
        "survey_seen": (visit_and_alert[0].pk,),
        "alert": (visit_and_alert[1].pk,),
    }[name]
    assert as_(elsewhere).get(url(name, *target)).status_code in (403, 404)
    assert as_(outsider).get(url(name, *target)).status_code == 403
    assert Client().get(url(name, *target)).status_code == 302


@pytest.fixture
def visit_and_alert(flagged, counter):
    newest = selectors.newest_snapshot(flagged.application)
    visit = services.record_survey(
        application=flagged.application,
        seen=newest.pk,
        surveyed_on=ON,
        second_surveyor="刀保相",
        observed=newest.facts.open(),
        note="属实",
        family_confirmed=True,
        confirmed_by="岩温",
        key="v",
        by=counter,
        on=ON,
    )
    alert = Alert.objects.create(
        application=flagged.application,
        area=flagged.area,
        person=flagged.application.applicant,
        kind="unserved",
        source="disability",
        detail="…",
        raised_on=ON,
        key="x",
    )
    return visit, alert


def test_a_stranger_can_do_nothing_by_post(flagged, elsewhere, counter):
    doubt = Discrepancy.objects.get()
    client = as_(elsewhere)
    assert client.post(url("ask", flagged.pk)).status_code == 404
    assert client.post(url("recheck", flagged.pk), {"reason": "x"}).status_code == 404
    assert client.post(url("explain", doubt.pk), {"key": "k", "text": "说明"}).status_code == 404
    assert client.post(url("run"), {"area": "533103"}).status_code == 404
    assert (
        as_(counter).post(url("settle", doubt.pk), {"outcome": "explained", "reason": "属实"}).status_code
        == 403
    )
    assert not Explanation.objects.exists()


def many(facts, counter, count):
    for n in range(count):
        name = f"岩{chr(0x4E00 + n)}"
        facts["members"] = [
            {
                "name": name,
                "relation": "head",
                "document": "none",
                "no_document_reason": "待补办",
                "sex": "1",
                "birth": "1980-01-01",
                "check_consent": True,
                "check_consent_on": ON.isoformat(),
            }
        ]
        facts["household"]["payee_name"] = name
        apply(facts, counter, key=f"many-{n}")


def test_the_list_and_the_worklist_cost_the_same_few_queries_however_many_rows(
    place, facts, counter, django_assert_max_num_queries
):
    many(facts, counter, 3)
    client = as_(counter)
    client.get(url("list"))
    with django_assert_max_num_queries(10) as few:
        client.get(url("list"))
    many_before = len(few)
    for n in range(3, 12):
        name = f"岩{chr(0x4E00 + n)}"
        facts["members"][0]["name"] = facts["household"]["payee_name"] = name
        apply(facts, counter, key=f"many-{n}")
    with django_assert_max_num_queries(many_before) as more:
        text = client.get(url("list") + "?pile=ask").content.decode()
    assert len(more) <= many_before
    assert text.count("待核对</span>") >= 12
    fresh = type(counter).objects.get(pk=counter.pk)
    with django_assert_max_num_queries(3):  # two, and the officer's own assignments
        items = selectors.worklist(fresh, ON)
    assert {i.count for i in items} == {12}


def test_an_officer_without_a_role_has_no_work_here(check, outsider, elsewhere):
    assert selectors.worklist(outsider, ON) == []
    assert selectors.worklist(elsewhere, ON) == []


def test_the_list_can_be_exported_by_who_may(check, reviewer, counter):
    answer = as_(reviewer).get(url("list") + "?export=1")
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    assert b"".join(answer.streaming_content)[:2] == b"PK"
    assert JournalLine.objects.filter(act="export", record_id="verification.list").count() == 1
    assert as_(counter).get(url("list") + "?export=1").status_code == 403


def test_a_whole_area_is_asked_in_the_background(check, sources, county):
    from tuodi.kit import jobs

    answer = as_(county).post(url("run"), {"area": "533103"})
    assert answer.status_code == 302
    jobs.run_all()
    check.refresh_from_db()
    assert check.state == "clear"


def test_the_case_panel_draws(flagged, counter, visit_and_alert):
    from django.template.loader import render_to_string

    panel = selectors.case_panel(flagged.application, counter)
    text = render_to_string("verification/case_panel.html", {"panel": panel})
    assert "未核定疑点" in text
    assert "刀保相" in text


def test_a_command_asks_for_an_area(check, sources, county, capsys, outsider):
    from django.core.management import CommandError, call_command

    call_command("verification_run", area="533103", by="county1")
    assert "核对 1 户：一致 1" in capsys.readouterr().out
    with pytest.raises(CommandError, match="权限"):
        call_command("verification_run", area="533103", by="outsider1")
    with pytest.raises(CommandError, match="没有账号"):
        call_command("verification_run", area="533103", by="nobody")
    assert Check.objects.get().state == "clear"
