"""The counter form and the lists: finishable without script, nothing typed is lost, nothing personal in an address."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from tests.delivery.intake.conftest import DAY, family
from tuodi.delivery.intake import form, services
from tuodi.delivery.intake.form import NEED_TAGS
from tuodi.delivery.intake.models import Application, Draft

KEY = "0123456789abcdef"


@pytest.fixture(autouse=True)
def day(monkeypatch):
    from tuodi.records.org import clock

    monkeypatch.setattr(clock, "today", lambda: DAY)


@pytest.fixture
def at_counter(client, counter):
    client.force_login(counter, backend="tuodi.records.org.backend.OfficerBackend")
    return client


def posted(facts, **more):
    return {**form.values_from(facts), **more}


def draft_url(key=KEY):
    return reverse("intake:draft", args=[key])


def test_the_page_offers_every_fact_the_family_declares(at_counter):
    text = at_counter.get(reverse("intake:new")).content.decode()
    from tuodi.core.facts import HOUSEHOLD_FIELDS, MEMBER_FIELDS

    for f in HOUSEHOLD_FIELDS:
        # The tags of need follow from the categories ticked on the page; nothing is asked twice.
        assert (f'name="h-{f.name}"' in text) == (f.declared_by_family and f.name not in NEED_TAGS), f.name
    for f in MEMBER_FIELDS:
        assert (f'name="m-1-{f.name}"' in text) == f.declared_by_family, f.name


def test_a_family_is_handed_in_without_script_and_comes_to_its_receipt(at_counter):
    answer = at_counter.post(draft_url(), posted(family(), act="submit", version="0"), follow=True)
    assert answer.status_code == 200
    application = Application.objects.get()
    assert answer.redirect_chain[-1][0] == reverse("intake:receipt", args=[application.number])
    assert "材料齐全" in answer.content.decode()
    from tuodi.delivery.intake.selectors import facts_of, plain

    assert plain(facts_of(application)) == family()
    again = at_counter.post(draft_url(), posted(family(), act="submit", version="1"), follow=True)
    assert again.redirect_chain and Application.objects.count() == 1


def test_adding_and_removing_a_member_loses_nothing(at_counter):
    at_counter.post(draft_url(), posted(family(), act="add", version="0"))
    values = Draft.objects.get().payload.open()["values"]
    assert values["m-4-there"] == "1" and values["m-2-name"] == "玉罕"
    version = str(Draft.objects.get().version)
    values = {**values, "m-4-name": "岩四", "h-phone": "13987650001"}
    at_counter.post(draft_url(), {**values, "act": "remove-2", "version": version})
    values = Draft.objects.get().payload.open()["values"]
    assert [values.get(f"m-{n}-name") for n in (1, 2, 3, 4)] == ["岩温", "岩依", "岩四", None]
    assert values["h-phone"] == "13987650001"


def test_a_wrong_number_is_told_at_once_by_post_and_is_not_in_the_address(at_counter):
    values = posted(family())
    values["m-2-number"] = "533103198305060000"
    answer = at_counter.post(
        reverse("intake:save", args=[KEY]),
        {**values, "version": "0"},
        headers={"HX-Request": "true", "HX-Trigger-Name": "m-2-number"},
    )
    text = answer.content.decode()
    assert "校验位不符" in text and "已保存" in text
    assert "533103198305060000" not in answer.request["PATH_INFO"] + answer.request["QUERY_STRING"]
    assert Draft.objects.get().payload.open()["values"]["m-2-number"] == "533103198305060000"


def test_birth_and_sex_come_from_the_number(at_counter):
    values = posted(family())
    for name in ("m-1-birth", "m-1-sex"):
        values.pop(name)
    answer = at_counter.post(
        reverse("intake:save", args=[KEY]),
        {**values, "version": "0"},
        headers={"HX-Request": "true", "HX-Trigger-Name": "m-1-number"},
    )
    assert 'value="1980-02-29"' in answer.content.decode()
    at_counter.post(draft_url(), {**values, "act": "submit", "version": "1"})
    assert Application.objects.get().applicant.birth_on.isoformat() == "1980-02-29"


def test_what_is_wrong_is_listed_with_links_and_the_entries_stay(at_counter):
    values = posted(family())
    values |= {"m-1-wage_year_fen": "一万二", "m-3-name": ""}
    answer = at_counter.post(draft_url(), {**values, "act": "submit", "version": "0"})
    text = answer.content.decode()
    assert answer.status_code == 422 and not Application.objects.exists()
    assert 'href="#f-m-1-wage_year_fen"' in text and 'href="#f-m-3-name"' in text
    assert 'value="一万二"' in text


def test_a_draft_is_there_again_after_the_log_in_and_belongs_to_one(at_counter, client, second_counter):
    at_counter.post(
        reverse("intake:save", args=[KEY]),
        {**posted(family()), "version": "0"},
        headers={"HX-Request": "true"},
    )
    at_counter.logout()
    lost = client.post(reverse("intake:save", args=[KEY]), {"m-1-name": "x"}, headers={"HX-Request": "true"})
    assert "/login/" in lost["HX-Redirect"]
    client.force_login(second_counter, backend="tuodi.records.org.backend.OfficerBackend")
    assert client.get(draft_url()).status_code == 404
    client.force_login(Draft.objects.get().officer, backend="tuodi.records.org.backend.OfficerBackend")
    assert client.get(reverse("intake:save", args=[KEY])).url == draft_url()
    assert 'value="岩温"' in client.get(draft_url()).content.decode()
    assert "岩温" in client.get(reverse("intake:new")).content.decode()


def test_two_windows_on_one_draft_see_what_the_other_changed(at_counter):
    save = reverse("intake:save", args=[KEY])
    at_counter.post(save, {**posted(family()), "version": "0"}, headers={"HX-Request": "true"})
    at_counter.post(
        save, {**posted(family()), "version": "1", "h-phone": "111"}, headers={"HX-Request": "true"}
    )
    answer = at_counter.post(
        save, {**posted(family()), "version": "1", "h-phone": "222"}, headers={"HX-Request": "true"}
    )
    text = answer.content.decode()
    assert "另一窗口改过" in text and "111" in text and "222" in text
    assert Draft.objects.get().payload.open()["values"]["h-phone"] == "111"
    page = at_counter.post(
        draft_url(), {**posted(family()), "version": "3", "mine-h-phone": "222", "act": "keep:h-phone"}
    )
    assert page.status_code == 302
    assert Draft.objects.get().payload.open()["values"]["h-phone"] == "222"


def test_the_totals_stand_at_the_side(at_counter):
    values = posted(family(deposits_fen=500_000))
    answer = at_counter.post(
        reverse("intake:save", args=[KEY]), {**values, "version": "0"}, headers={"HX-Request": "true"}
    )
    text = answer.content.decode()
    assert "12,000.00" in text and "4,000.00" in text and "5,000.00" in text


def test_search_is_by_post_and_finds_by_number_name_and_resident_number(at_counter, counter):
    application = services.submit(key="k1", facts=family(), by=counter, on=DAY)
    assert at_counter.get(reverse("intake:find")).status_code == 405
    for asked in (
        application.number,
        "玉罕",
        family()["members"][2]["number"],
        family()["members"][2]["number"].lower(),
    ):
        answer = at_counter.post(reverse("intake:find"), {"q": asked})
        assert answer.status_code == 302 and application.number in answer.url, asked
    assert "没有找到" in at_counter.post(reverse("intake:find"), {"q": "岩光"}).content.decode()


def test_another_county_sees_nothing_of_it_anywhere(client, counter, far_counter):
    application = services.submit(key="k1", facts=family(), by=counter, on=DAY)
    client.force_login(far_counter, backend="tuodi.records.org.backend.OfficerBackend")
    assert application.number not in client.get(reverse("intake:list")).content.decode()
    assert "没有找到" in client.post(reverse("intake:find"), {"q": "玉罕"}).content.decode()
    for name in (
        "receipt",
        "receipt_pdf",
        "accept",
        "notify",
        "amend",
        "answer",
        "decline",
        "withdraw",
        "relative",
    ):
        assert client.get(reverse(f"intake:{name}", args=[application.number])).status_code == 404, name
    for url in (
        reverse("people:person", args=[application.applicant_id]),
        reverse("people:household", args=[application.household_id]),
    ):
        assert client.get(url).status_code == 404


def test_an_outsider_opens_no_page(client, outsider):
    client.force_login(outsider, backend="tuodi.records.org.backend.OfficerBackend")
    for name in ("list", "new", "workbook", "template", "export"):
        assert client.get(reverse(f"intake:{name}")).status_code == 403, name


def test_the_list_costs_the_same_however_long(at_counter, counter, django_assert_max_num_queries):
    for i in range(3):
        services.submit(key=f"k{i}", facts=family(101 + 10 * i), by=counter, on=DAY)
    at_counter.get(reverse("intake:list"))
    with django_assert_max_num_queries(12) as few:
        at_counter.get(reverse("intake:list"))
    for i in range(3, 12):
        services.submit(key=f"k{i}", facts=family(101 + 10 * i), by=counter, on=DAY)
    with django_assert_max_num_queries(len(few.captured_queries)):
        at_counter.get(reverse("intake:list"))


def test_a_filter_with_a_state_and_lateness(at_counter, counter):
    application = services.submit(key="k1", facts=family(), by=counter, on=DAY.replace(day=2))
    assert (
        application.number
        in at_counter.get(reverse("intake:list") + "?state=submitted&late=on").content.decode()
    )
    assert (
        application.number not in at_counter.get(reverse("intake:list") + "?state=declined").content.decode()
    )


def test_the_acts_by_page(at_counter, counter):
    facts = family()
    facts["household"]["pledge_signed"] = False
    application = services.submit(key="k1", facts=facts, by=counter, on=DAY)
    url = lambda name: reverse(f"intake:{name}", args=[application.number])  # noqa: E731
    assert at_counter.get(url("accept")).url == url("notify")
    assert "承诺书" in at_counter.get(url("notify")).content.decode()
    at_counter.post(url("notify"), {"extra": "户口簿原件"})
    application.refresh_from_db()
    assert application.state == "correcting"
    start = at_counter.get(url("answer"))
    page = at_counter.get(start.url)
    assert "更正申报" in page.content.decode() and 'value="岩温"' in page.content.decode()
    at_counter.post(start.url, posted(family(), act="submit", version="0"))
    application.refresh_from_db()
    assert application.state == "submitted" and not Draft.objects.exists()
    at_counter.post(url("accept"))
    application.refresh_from_db()
    assert application.state == "accepted" and application.accepted_on == DAY
    at_counter.post(url("withdraw"), {"reason": "全家外出务工"})
    application.refresh_from_db()
    assert application.state == "withdrawn"


def test_the_receipt_prints(at_counter, counter):
    application = services.submit(key="k1", facts=family(), by=counter, on=DAY)
    answer = at_counter.get(reverse("intake:receipt_pdf", args=[application.number]))
    assert answer["Content-Type"] == "application/pdf" and answer.content[:5] == b"%PDF-"
    page = at_counter.get(reverse("intake:receipt", args=[application.number])).content.decode()
    for m in family()["members"]:
        assert m["number"] not in page


def test_a_person_s_page_is_masked_and_a_look_is_journalled(at_counter, counter):
    from tuodi.records.journal.models import JournalLine

    application = services.submit(
        key="k1",
        facts=family(phone="13987650001", payee_account="6217000000000000012", payee_name="岩温"),
        by=counter,
        on=DAY,
    )
    person = application.applicant
    number = family()["members"][0]["number"]
    page = at_counter.get(reverse("people:person", args=[person.pk])).content.decode()
    house = at_counter.get(reverse("people:household", args=[application.household_id])).content.decode()
    assert number not in page + house and "6217000000000000012" not in house and "13987650001" not in page
    assert re.search(r"533103\*+\d{3}[\dX]", page)
    reveal = reverse("people:reveal", args=["number", person.pk])
    assert number not in at_counter.post(reveal, {"purpose": ""}, follow=True).content.decode()
    assert not JournalLine.objects.filter(act="reveal").exists()
    assert number in at_counter.post(reveal, {"purpose": "核对身份证原件"}).content.decode()
    line = JournalLine.objects.get(act="reveal")
    assert line.written == "核对身份证原件" and number not in line.note


def test_a_stale_edit_of_a_person_is_shown_side_by_side(at_counter, counter):
    person = services.submit(key="k1", facts=family(), by=counter, on=DAY).applicant
    url = reverse("people:edit_person", args=[person.pk])
    said = {
        "name": "岩温",
        "sex": "1",
        "ethnicity": "18",
        "registered_kind": "rural",
        "reason": "民族登记错误",
        "version": "1",
    }
    assert at_counter.post(url, said).status_code == 302
    answer = at_counter.post(url, {**said, "name": "岩文", "reason": "写法更正"})
    assert answer.status_code == 409
    assert "岩文" in answer.content.decode() and "岩温" in answer.content.decode()
    person.refresh_from_db()
    assert (person.name, person.ethnicity, person.version) == ("岩温", "18", 2)


def test_the_worklist_counts_what_waits(counter, outsider):
    from tuodi.delivery.intake.selectors import worklist

    services.submit(key="k1", facts=family(), by=counter, on=DAY.replace(day=2))
    assert [(str(i.label), i.count, i.overdue) for i in worklist(counter, DAY)] == [("待受理的申请", 1, 1)]
    assert worklist(outsider, DAY) == []
