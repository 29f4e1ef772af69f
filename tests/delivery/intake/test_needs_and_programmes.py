"""Needs, topics and programmes at the counter: asked only what is needed, chosen with a reason, kept sealed; who applies for another."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from tests.delivery.intake.conftest import DAY, family, member, number
from tuodi.core.refusal import Refused
from tuodi.delivery.intake import form, selectors, services
from tuodi.delivery.intake.models import Application, Draft, Mandate

KEY = "0123456789abcdef"


@pytest.fixture(autouse=True)
def day(monkeypatch):
    from tuodi.records.org import clock

    monkeypatch.setattr(clock, "today", lambda: DAY)


@pytest.fixture
def at_counter(client, counter):
    client.force_login(counter, backend="tuodi.records.org.backend.OfficerBackend")
    return client


def draft_url(key=KEY):
    return reverse("intake:draft", args=[key])


def values(facts=None, needs=(), **more):
    return {**form.values_from(facts or family(), needs), **more}


def kept(at_counter, given, **more):
    return at_counter.post(draft_url(), {**given, "act": "save", "version": "0", **more}, follow=True)


def inputs(text):
    return re.findall(r'\bname="((?:h|m-\d+)-[a-z0-9_]+)"', text)


def submit(counter, facts=None, key="k1", **more):
    return services.submit(key=key, facts=facts or family(), by=counter, on=DAY, **more)


# --- needs ---------------------------------------------------------------------------------------------


def test_own_words_suggest_a_category_and_only_the_officer_ticks_it(at_counter):
    text = kept(at_counter, values(**{"h-need_note": "男人病倒，房子漏雨"})).content.decode()
    assert text.count("话里像是") == 2
    assert not re.search(r'name="n-house"[^>]* checked', text)
    Draft.objects.all().delete()
    text = kept(at_counter, values(needs=["house"], **{"h-need_note": "房子漏雨"})).content.decode()
    assert re.search(r'name="n-house"[^>]* checked', text) and "话里像是" not in text


def test_the_confirmed_categories_are_stored_sealed_and_count_as_tags(at_counter):
    given = values(needs=["heating", "elder"], **{"h-need_note": "金丝雀说没柴火"})
    at_counter.post(draft_url(), {**given, "act": "submit", "version": "0"})
    application = Application.objects.get()
    assert selectors.need_codes_of(application) == ("heating", "elder")
    assert selectors.needs_of(application) == ("living", "care")
    facts = selectors.facts_of(application)
    assert facts["household"]["need_living"] is True and facts["household"]["need_care"] is True
    with connection.cursor() as cursor:
        cursor.execute("SELECT needs FROM intake_application")
        assert b"heating" not in bytes(cursor.fetchone()[0])


def test_a_workbook_that_ticks_tags_has_needs_too(counter):
    application = submit(counter, family(need_care=True, need_medical=True))
    assert set(selectors.needs_of(application)) == {"care", "medical"}


def test_a_category_that_is_not_offered_is_refused(counter):
    with pytest.raises(Refused, match="没有这种"):
        submit(counter, needs=["gold"])
    assert not Application.objects.exists()


def test_putting_a_declaration_right_keeps_the_categories(at_counter, counter):
    application = submit(counter, needs=["heating"])
    key = f"amend-{application.number}-{application.version}"
    text = at_counter.get(draft_url(key)).content.decode()
    assert re.search(r'name="n-heating"[^>]* checked', text)
    at_counter.post(draft_url(key), {**values(needs=["heating", "job"]), "act": "submit", "version": "0"})
    application.refresh_from_db()
    assert selectors.need_codes_of(application) == ("heating", "job")


# --- topics --------------------------------------------------------------------------------------------


def test_a_topic_stands_on_the_form_only_once_a_need_or_a_fact_calls_for_it(at_counter):
    assert "h-hardship_cause" not in inputs(at_counter.get(reverse("intake:new")).content.decode())
    text = kept(at_counter, values(needs=["sudden"])).content.decode()
    assert "h-hardship_cause" in inputs(text) and "h-disaster_house" not in inputs(text)
    Draft.objects.all().delete()
    assert "h-hardship_cause" not in inputs(kept(at_counter, values()).content.decode())


def test_no_input_stands_twice_on_the_form(at_counter):
    text = kept(at_counter, values(needs=["sudden", "house", "medical", "disaster", "job"])).content.decode()
    names = inputs(text)
    assert len(names) == len(set(names))


def test_a_topic_answered_becomes_a_fact_and_left_open_it_stays_unknown(at_counter):
    given = values(
        needs=["sudden", "disaster"], **{"h-hardship_cause": "fire", "h-disaster_house_lived_in": "no"}
    )
    at_counter.post(draft_url(), {**given, "act": "submit", "version": "0"})
    household = selectors.facts_of(Application.objects.get())["household"]
    assert household["hardship_cause"] == "fire" and household["disaster_house_lived_in"] is False
    assert "no_income_months" not in household


def test_a_wrong_answer_to_a_topic_is_told_beside_its_input(at_counter):
    given = values(needs=["sudden"], **{"h-hardship_persons": "很多"})
    answer = at_counter.post(draft_url(), {**given, "act": "submit", "version": "0"})
    assert answer.status_code == 422 and "应填整数" in answer.content.decode()


def test_what_a_platform_supplies_is_said_and_not_asked(at_counter):
    text = kept(at_counter, values()).content.decode()
    assert "由教育学籍核对取得，不用提供" in text
    assert "m-3-school_roll" not in inputs(text)


def test_leaving_a_field_brings_new_questions_without_touching_those_on_the_page(at_counter):
    kept(at_counter, values())
    given = values(needs=["sudden"])
    answer = at_counter.post(
        reverse("intake:save", args=[KEY]),
        {**given, "version": "1", "asked": ""},
        headers={"HX-Request": "true", "HX-Trigger-Name": "n-sudden"},
    )
    text = answer.content.decode()
    assert 'hx-swap-oob="beforeend:#topics"' in text and "h-hardship_cause" in inputs(text)
    shown = re.search(r'name="asked" id="asked" value="([^"]*)"', text)[1]
    version = str(Draft.objects.get().version)
    text = at_counter.post(
        reverse("intake:save", args=[KEY]),
        {**given, "h-hardship_cause": "jobless", "version": version, "asked": shown},
        headers={"HX-Request": "true", "HX-Trigger-Name": "h-hardship_cause"},
    ).content.decode()
    assert "h-hardship_cause" not in inputs(text), "what is being typed in is not swapped away"


def test_the_one_time_notice_tells_along_what_programmes_still_ask(counter):
    facts = family()
    facts["members"][1].pop("check_consent")
    application = submit(counter, facts, needs=["sudden"])
    notice = services.notify(application=application, by=counter, on=DAY)
    notice.refresh_from_db()
    lines = notice.items.open()
    assert "授权书" in lines[0] and any("突发困难的原因" in line for line in lines)
    assert len(lines) == len(set(lines))


def test_questions_of_topics_keep_no_application_from_being_accepted(counter):
    application = submit(counter, needs=["sudden"])
    assert selectors.unasked(application, DAY)
    assert services.accept(application=application, by=counter, on=DAY).state == "accepted"


# --- what may be had -----------------------------------------------------------------------------------


def programmes_url(key=KEY):
    return reverse("intake:programmes", args=[key])


def test_the_page_names_what_is_opened_and_what_not_with_reasons(at_counter):
    facts = family()
    facts["members"] = [member("岩温", "1950-02-28", 101)]
    kept(at_counter, values(facts, ["house"]))
    text = at_counter.get(programmes_url()).content.decode()
    opened = text.split('id="opened"')[1].split("</section>\n</c-panel>")[0]
    assert "最低生活保障" in opened and "农村危房改造" in text
    assert "不能申请，为什么" in text and "一起申请" in text
    assert text.count("身份证、户口簿") == 1, "papers are merged"


def test_before_the_first_field_there_is_nothing_to_compare(at_counter):
    assert at_counter.get(programmes_url("nothing-yet")).status_code == 302


def test_the_officer_adds_and_leaves_off_with_a_reason_and_may_take_it_back(at_counter):
    kept(at_counter, values())
    choose = {"choice": "add", "programme": "legal_nothing", "reason": "家里老人常年卧床"}
    assert at_counter.post(programmes_url(), choose).status_code == 200  # no such programme: shown again
    for choice, programme, reason in (
        ("add", "day_care", "家里老人常年卧床"),
        ("leave_off", "minimum_living", "家庭明确不要"),
        ("add", "public_rental", ""),
    ):
        at_counter.post(programmes_url(), {"choice": choice, "programme": programme, "reason": reason})
    text = at_counter.get(programmes_url()).content.decode()
    assert "经办人加上" in text and "家庭明确不要" in text
    at_counter.post(programmes_url(), {"choice": "undo", "programme": "minimum_living", "reason": ""})
    version = str(Draft.objects.get().version)
    at_counter.post(draft_url(), {**values(), "act": "submit", "version": version})
    wanted = selectors.wanted_of(Application.objects.get())
    assert wanted == services.Wanted({"day_care": "家里老人常年卧床"}, {})


def test_saving_the_form_keeps_the_choice(at_counter):
    kept(at_counter, values())
    at_counter.post(programmes_url(), {"choice": "add", "programme": "day_care", "reason": "卧床"})
    version = str(Draft.objects.get().version)
    at_counter.post(draft_url(), {**values(**{"h-phone": "13987650001"}), "act": "save", "version": version})
    assert Draft.objects.get().payload.open()["wanted"]["added"] == {"day_care": "卧床"}


def test_the_choice_on_an_application_is_journalled_without_its_reason_and_ends_with_acceptance(
    at_counter, counter
):
    from tuodi.records.journal.models import JournalLine

    application = submit(counter)
    url = reverse("intake:choose", args=[application.number])
    at_counter.post(url, {"choice": "add", "programme": "day_care", "reason": "金丝雀卧床"})
    application.refresh_from_db()
    assert selectors.wanted_of(application).added == {"day_care": "金丝雀卧床"}
    line = JournalLine.objects.filter(act="intake.choose").get()
    assert line.note == "add day_care"
    services.accept(application=application, by=counter, on=DAY)
    with pytest.raises(Refused, match="转办"):
        services.choose(
            application=application, programme="day_care", choice="undo", reason="", by=counter, on=DAY
        )


def test_an_outsider_cannot_choose(counter, far_counter, reviewer):
    application = submit(counter)
    for other in (far_counter, reviewer):
        with pytest.raises(Refused):
            services.choose(
                application=application, programme="day_care", choice="add", reason="卧床", by=other, on=DAY
            )


def test_another_officers_draft_shows_nothing(client, at_counter, second_counter):
    kept(at_counter, values())
    client.force_login(second_counter, backend="tuodi.records.org.backend.OfficerBackend")
    assert client.get(programmes_url()).status_code == 404


# --- who applies for another ---------------------------------------------------------------------------

AGENT = {"b-kind": "agent", "b-name": "刀保明", "b-relation": "relative", "b-until": "2027-05-01"}


def test_an_agent_applies_with_a_mandate_and_stands_on_case_and_receipt(at_counter):
    agent = number("533103", "19750301", 77)
    at_counter.post(draft_url(), {**values(), **AGENT, "b-number": agent, "act": "submit", "version": "0"})
    application = Application.objects.get()
    assert application.channel == "agent" and application.mandate.until == date(2027, 5, 1)
    assert application.mandate.number.open() == agent
    for name in ("portal:case", "intake:receipt"):
        text = at_counter.get(reverse(name, args=[application.number])).content.decode()
        assert "刀保明" in text and agent not in text, name


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"b-number": ""}, "身份证号"),
        ({"b-number": "533103197503010779"}, "校验位"),
        ({"b-name": ""}, "姓名"),
        ({"b-relation": ""}, "关系"),
        ({"b-until": "2026-01-01"}, "过期"),
        ({"b-until": "五月"}, "看不出是哪一天"),
    ],
)
def test_a_mandate_that_does_not_hold_is_told_and_nothing_is_handed_in(at_counter, wrong, said):
    given = {**values(), **AGENT, "b-number": number("533103", "19750301", 77), **wrong}
    answer = at_counter.post(draft_url(), {**given, "act": "submit", "version": "0"})
    assert answer.status_code == 422 and said in answer.content.decode()
    assert not Application.objects.exists()


def test_somebody_of_the_village_applies_on_behalf_without_a_number(at_counter):
    given = {**values(), "b-kind": "village", "b-name": "岩相", "b-relation": "village"}
    at_counter.post(draft_url(), {**given, "act": "submit", "version": "0"})
    application = Application.objects.get()
    assert application.channel == "village" and application.mandate.number is None
    assert application.mandate.until == date(2027, 11, 23)


def test_the_database_itself_refuses_an_agent_without_a_number(counter):
    """The broken twin: with the check left out, the constraint still says no."""
    application = submit(counter)
    with pytest.raises(IntegrityError), transaction.atomic():
        Mandate.objects.create(
            application=application,
            kind="agent",
            name="刀保明",
            relation="other",
            signed_on=DAY,
            until=date(2027, 1, 1),
        )


# --- the dictionary ------------------------------------------------------------------------------------


def test_whoever_signs_in_may_read_the_dictionary(client, outsider):
    assert client.get(reverse("portal:fields")).status_code == 302
    client.force_login(outsider, backend="tuodi.records.org.backend.OfficerBackend")
    text = client.get(reverse("portal:fields")).content.decode()
    assert "已建学籍" in text and "银行账号" in text
    only = client.get(reverse("portal:fields"), {"programme": "boarder_subsidy"}).content.decode()
    assert "已建学籍" in only and "银行账号" not in only
