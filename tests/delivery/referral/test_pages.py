"""The pages of the room: a bureau sees its own and nothing else; each act works from its page; a stale page is told."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests.delivery.referral.family import ON
from tuodi.delivery.referral import services
from tuodi.delivery.referral.models import Answer, Question, Referral
from tuodi.records.org import clock


@pytest.fixture(autouse=True)
def the_day(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: ON)


def as_(officer):
    client = Client()
    client.force_login(officer, backend="tuodi.records.org.backend.OfficerBackend")
    return client


def url(name, *args):
    return reverse(f"referral:{name}", args=args)


def text(answer):
    return answer.content.decode()


def test_a_bureaus_list_counts_and_search_show_its_own_cases_alone(application, body, of):
    page = as_(body("education")).get(url("list"))
    shown = text(page)
    own = Referral.objects.filter(department="education")
    others = Referral.objects.exclude(department="education")
    assert own.exists() and others.exists()
    assert all(r.number in shown for r in own)
    assert not any(r.number in shown for r in others)
    counts = {t["label"]: t.get("count") for t in page.context["tabs"]}
    assert counts["待接收"] == own.count()
    other = of("dilapidated_house")
    assert other.number not in text(as_(body("education")).get(url("list"), {"body": "housing"}))
    searched = as_(body("education")).get(url("list"), {"number": other.number})
    assert not list(searched.context["of"])


def test_a_bureau_does_not_open_anothers_referral_letter_or_acts(application, body, of):
    other = of("dilapidated_house").number
    client = as_(body("education"))
    for name in ("referral", "letter", "return", "conclude", "question", "correct"):
        assert client.get(url(name, other)).status_code == 404, name
    for name in ("accept", "step"):
        assert client.post(url(name, other)).status_code == 404, name
    assert client.get(url("family", application.number)).status_code == 403


def test_a_bureaus_page_shows_what_its_rule_relied_on_and_nothing_else(application, body, of):
    shown = text(as_(body("human_resources")).get(url("referral", of("pension_premium").number)))
    assert "岩温" in shown
    for hidden in ("3,123", "岩罕", "玉罕", "6217", "种植", "肢体"):
        assert hidden not in shown, hidden
    school = text(as_(body("education")).get(url("referral", of("senior_grant").number)))
    assert "玉罕" in school
    assert "岩罕" not in school


def test_a_bureau_accepts_from_the_page_and_a_second_page_is_told(application, body, of):
    number = of("senior_grant").number
    client = as_(body("education"))
    assert "接收" in text(client.get(url("referral", number)))
    assert client.post(url("accept", number), {"version": 1}).status_code == 302
    assert of("senior_grant").state == "school_review"
    stale = client.post(url("accept", number), {"version": 1})
    assert stale.status_code == 409
    assert "他人已先保存" in text(stale)
    told = client.post(url("accept", number), {"version": 2}, follow=True)
    assert "不能“接收”" in text(told)


def test_return_readdress_and_rule_from_their_pages(application, body, counter, office, of):
    number = of("dilapidated_house").number

    def post(who, act, **data):
        return as_(who).post(url(act, number), {"version": of("dilapidated_house").version, **data})

    assert post(body("housing"), "return", reason="").status_code == 422
    assert post(body("housing"), "return", reason="不属于本部门").status_code == 302
    assert number in text(as_(counter).get(url("list"), {"pile": "returned"}))
    assert post(counter, "readdress", department="poverty", reason="转扶贫").status_code == 302
    assert post(body("poverty"), "return", reason="也不属于").status_code == 302
    assert number in text(as_(office).get(url("list"), {"pile": "disputed"}))
    assert post(office, "rule", department="housing", reason="由住建办理").status_code == 302
    page = text(as_(body("housing")).get(url("referral", number)))
    assert "不属于本部门" in page and "也不属于" in page
    assert url("return", number) not in page


def test_correction_answer_step_and_conclusion_from_their_pages(application, body, counter, of):
    number = of("pension_premium").number

    def post(who, act, **data):
        return as_(who).post(url(act, number), {"version": of("pension_premium").version, **data})

    post(body("human_resources"), "accept")
    assert post(body("human_resources"), "correct", items="户口簿复印件\n").status_code == 302
    assert "户口簿复印件" in text(as_(counter).get(url("referral", number)))
    assert post(counter, "answer", text="交来户口簿").status_code == 302
    page = as_(body("human_resources")).get(url("conclude", number))
    assert page.status_code == 200
    ended = post(
        body("human_resources"), "conclude", outcome="granted", starts_on="2026-12-01", amount="", reason=""
    )
    assert ended.status_code == 302
    assert of("pension_premium").outcome == "granted"
    assert "2026年12月1日" in text(as_(body("human_resources")).get(url("referral", number)))


def test_a_stage_is_stepped_from_the_page(application, body, of):
    number = of("monitoring").number
    client = as_(body("poverty"))
    client.post(url("accept", number), {"version": 1})
    assert client.post(url("step", number), {"version": 2, "act": "pass_accepted"}).status_code == 302
    assert of("monitoring").state == "notice"
    wrong = client.post(url("step", number), {"version": 3, "act": "nothing"}, follow=True)
    assert wrong.status_code == 200


def test_a_question_is_asked_seen_and_answered_and_shows_nothing_more(application, body, of):
    services.accept(referral=of("special_living"), by=body("disabled_federation"), on=ON)
    number = of("special_living").number
    asked = as_(body("disabled_federation")).post(
        url("question", number),
        {
            "department": "human_resources",
            "text": "是否参加职工养老保险？",
            "due": (ON + timedelta(days=3)).isoformat(),
        },
    )
    assert asked.status_code == 302
    question = Question.objects.get()
    client = as_(body("human_resources"))
    assert "岩温" in text(client.get(url("questions")))
    page = text(client.get(url("reply", question.pk)))
    assert "是否参加职工养老保险？" in page and number not in page
    assert as_(body("housing")).get(url("reply", question.pk)).status_code == 404
    assert client.post(url("reply", question.pk), {"yes": "0", "text": ""}).status_code == 422
    assert client.post(url("reply", question.pk), {"yes": "1", "text": ""}).status_code == 302
    assert Answer.objects.get().yes is True
    assert "没有待答复的问题" in text(client.get(url("questions")))


def test_the_counter_sees_the_family_over_all_bodies_with_one_timeline_and_what_was_not_opened(
    application, body, counter, of
):
    services.accept(referral=of("monitoring"), by=body("poverty"), on=ON)
    page = text(as_(counter).get(url("family", application.number)))
    for shown in (
        "州教育体育局",
        "州住房和城乡建设局",
        "农业农村局",
        "接收",
        "没有转办的项目和原因",
        "不用申请",
    ):
        assert shown in page, shown


def test_one_is_sent_by_hand_from_its_page(application, counter):
    client = as_(counter)
    assert client.get(url("send", application.number)).status_code == 200
    sent = client.post(
        url("send", application.number), {"programme": "public_rental", "person": "", "reason": "家庭要求"}
    )
    assert sent.status_code == 302
    assert Referral.objects.filter(programme="public_rental", why="by_hand").count() == 1


def test_the_transfer_sheet_is_a_paper_of_what_was_frozen(application, counter, of):
    answer = as_(counter).get(url("letter", of("dilapidated_house").number))
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF")


def test_the_receipt_shows_where_it_went(application, counter):
    page = text(as_(counter).get(reverse("intake:receipt", args=[application.number])))
    assert "已转办的部门" in page and "州住房和城乡建设局" in page
    assert as_(counter).get(reverse("intake:receipt_pdf", args=[application.number])).status_code == 200


def test_the_case_page_and_the_first_page_name_the_referrals(application, counter, body):
    case = text(as_(counter).get(reverse("portal:case", args=[application.number])))
    assert "转办各部门" in case
    first = text(as_(body("education")).get("/"))
    assert "转办待接收" in first
