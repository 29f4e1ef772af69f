"""The pages: what each officer sees and may press, reasons with their figures, clocks, conflicts, the draw, refusals in words."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from tuodi.delivery.determination import selectors, services
from tuodi.delivery.determination.models import Decision, Objection, SpotCheck
from tuodi.records.journal.models import JournalLine
from tuodi.records.org import clock
from tuodi.records.org.models import Area

from .river import River, officer


@pytest.fixture
def at(monkeypatch):
    """Put the business day to where the river is."""
    return lambda river: monkeypatch.setattr(clock, "today", lambda: river.on)


def signed_in(one) -> Client:
    client = Client()
    client.force_login(one, backend="tuodi.records.org.backend.OfficerBackend")
    return client


def page(client, name, *args, status=200, **query):
    answer = client.get(reverse(f"determination:{name}", args=args), query)
    assert answer.status_code == status, answer.content[:500]
    return re.sub(r"\s+", " ", answer.content.decode())


def press(client, name, *args, **fields):
    return client.post(reverse(f"determination:{name}", args=args), fields)


def test_the_review_page_says_what_holds_with_figures_articles_marks_and_what_would_change_it(river, at):
    river.to_opinion().assess()
    at(river)
    html = page(signed_in(river.staff.reviewer), "review", river.review.pk)
    document = river.review.assessments.latest("sequence").findings.open()
    for finding in document["findings"]:
        assert finding["sentence"] in html and finding["basis"] in html
    for change in document["changes"]:
        assert change in html
    assert "测试值" in html
    assert "提出初审意见" in html and "张贴公示" not in html, "what is not yet its turn is not offered"
    river.opinion()
    html = page(signed_in(river.staff.reviewer), "review", river.review.pk)
    assert "张贴公示" in html and "上报县级（拟不予确认" not in html
    shown = page(signed_in(river.staff.reviewer), "post_notice", river.review.pk)
    assert "岩*" in shown and "岩温" not in shown
    assert "入户调查" in html and "全程" in html


def test_the_main_road_is_walked_with_the_pages_alone(river, at):
    river.accept().check().explain_all().survey().explain_all()
    at(river)
    counter, reviewer, confirmer = (
        signed_in(o) for o in (river.staff.counter, river.staff.reviewer, river.staff.confirmer)
    )
    pk = river.review.pk

    def done(client, name, **fields):
        shown = client.get(reverse(f"determination:{name}", args=[pk])).content.decode()
        version = re.search(r'name="version" value="(\d+)"', shown)[1]
        answer = press(client, name, pk, version=version, **fields)
        assert answer.status_code == 302, answer.content.decode()[-3000:]

    done(counter, "survey_done")
    assert press(reviewer, "assess", pk).status_code == 302
    done(reviewer, "form_opinion", proposal="grant", opinion="情况属实", sources_note="到村核实")
    done(reviewer, "post_notice")
    river.over()
    at(river)
    done(reviewer, "send_up")
    done(confirmer, "receive")
    assert "每月 920.00 元" in page(confirmer, "confirm", pk)
    done(confirmer, "confirm")
    decision = Decision.objects.get()
    assert decision.decided_by == river.staff.confirmer
    html = page(confirmer, "decision", decision.pk)
    assert decision.number in html and "行政复议" in html and "6 个月" in html
    letter = reverse("documents:pdf", args=[decision_letter(decision).pk])
    assert letter in html
    assert signed_in(river.staff.reviewer).get(letter).content.startswith(b"%PDF")
    assert river.application.number in page(reviewer, "list", pile="ended")
    assert decision.number in page(reviewer, "to_notify")
    assert press(reviewer, "notify", decision.pk, told_on=river.on.isoformat()).status_code == 302
    assert decision.number not in page(reviewer, "to_notify")


def decision_letter(decision):
    from tuodi.records.documents.selectors import of_records

    return of_records([decision]).get()


def test_what_is_refused_is_said_in_words_and_nothing_typed_is_lost(river, at):
    river.to_opinion()
    at(river)
    answer = press(
        signed_in(river.staff.reviewer),
        "form_opinion",
        river.review.pk,
        version=river.review.version,
        proposal="grant",
        opinion="我写的理由",
    )
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "还没有评估结果，请先评估" in html or "部分数据源未反馈" in html
    assert "我写的理由" in html


def test_a_stale_page_is_answered_with_a_conflict(river, at):
    river.to_opinion().assess()
    at(river)
    client = signed_in(river.staff.reviewer)
    stale = river.review.version
    river.opinion()
    answer = press(
        client,
        "form_opinion",
        river.review.pk,
        version=stale,
        proposal="grant",
        opinion="另一个意见",
        sources_note="核实",
    )
    assert answer.status_code == 409 and "他人已先保存" in answer.content.decode()
    assert "另一个意见" in answer.content.decode(), "what was typed is not lost"
    assert river.review.opinion.open().startswith("经调查")


def test_buttons_are_shown_to_those_who_may_press_them(river, at):
    river.to_county()
    at(river)
    pk = river.review.pk
    confirm = reverse("determination:confirm", args=[pk])
    assert confirm in page(signed_in(river.staff.confirmer), "review", pk)
    for other in (river.staff.counter, river.staff.reviewer, river.staff.county):
        html = page(signed_in(other), "review", pk)
        assert confirm not in html
        assert signed_in(other).post(confirm, {"version": river.review.version}).status_code == 403
    assert reverse("determination:visit", args=[pk]) in page(signed_in(river.staff.county), "review", pk)


def test_a_review_of_another_place_is_not_there(river, at):
    river.to_county()
    at(river)
    stranger = signed_in(officer("reviewer9", "外乡人", "reviewer", "533123104"))
    page(stranger, "review", river.review.pk, status=404)
    assert river.application.number not in page(stranger, "list")
    page(signed_in(river.staff.outsider), "list", status=403)
    assert Client().get(reverse("determination:list")).status_code == 302


def test_lists_and_pages_ask_few_questions_however_many_cases_there_are(
    river, staff, village, at, django_assert_max_num_queries
):
    river.to_county()
    client = signed_in(staff.reviewer)
    at(river)
    client.get(reverse("determination:list"))
    with django_assert_max_num_queries(10):
        page(client, "list")
    for number in (2, 3, 4):
        River(staff, village, sequence=number).to_opinion()
    at(river)
    with django_assert_max_num_queries(10):
        html = page(client, "list")
    assert html.count("determination-row") == 0 and html.count("533103105-2026-") >= 4
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(
        connection,
    ) as asked:
        selectors.worklist(type(staff.reviewer).objects.get(pk=staff.reviewer.pk), river.on)
    assert len([q for q in asked if "determination_" in q["sql"]]) <= 2


def test_the_list_narrows_by_pile_place_number_and_lateness(river, staff, village, at):
    river.to_opinion()
    other = River(staff, village, sequence=2).accept()
    at(river)
    client = signed_in(staff.reviewer)
    mine, theirs = river.application.number, other.application.number
    html = page(client, "list", pile="opinion")
    assert mine in html and theirs not in html
    html = page(client, "list", number=theirs)
    assert theirs in html and f">{mine}<" not in html
    assert "没有符合条件" in page(client, "list", late="on")
    river.days(60)
    at(river)
    assert mine in page(client, "list", late="on")
    assert "超期" in page(client, "list")


def test_the_worklist_counts_what_waits_and_what_is_late(river, staff):
    river.to_opinion()
    items = {i.label: i for i in selectors.worklist(staff.reviewer, river.on)}
    assert items["待提审核意见"].count == 1 and items["待提审核意见"].overdue == 0
    assert selectors.worklist(staff.reviewer, river.days(90).on)[0].overdue == 1
    assert selectors.worklist(staff.confirmer, river.on) == []
    assert selectors.worklist(staff.outsider, river.on) == []


def test_an_objection_is_taken_in_read_with_a_line_and_answered(river, at):
    river.to_opinion().opinion().notice().days(1)
    at(river)
    counter, reviewer = signed_in(river.staff.counter), signed_in(river.staff.reviewer)
    answer = press(
        counter,
        "object",
        river.review.pk,
        version=river.review.version,
        objector="匿名",
        text="家里有三层楼房",
    )
    assert answer.status_code == 302
    objection = Objection.objects.get()
    assert "三层楼房" not in page(reviewer, "review", river.review.pk)
    assert "三层楼房" in page(reviewer, "conclude", objection.pk)
    assert JournalLine.objects.filter(act="reveal", record_kind="determination.objection").count() == 1
    assert press(reviewer, "conclude", objection.pk, upheld="no", finding="楼房是兄长的").status_code == 302
    assert Objection.objects.get().upheld is False


def test_a_draw_is_shown_with_its_seed_and_can_be_repeated_by_anybody(river, staff, village, at):
    rivers = [river.to_county()] + [River(staff, village, sequence=n).to_county() for n in (2, 3, 4)]
    at(river)
    client = signed_in(staff.county)
    assert "待抽取" in page(client, "draws")
    assert press(client, "new_draw", "533103", share_percent=50).status_code == 302
    row = SpotCheck.objects.get()
    assert len(row.pool) == 4 and len(row.drawn) == 2
    assert services.county.draw_repeats(row)
    html = page(client, "draw", row.pk)
    assert row.seed in html and "结果一致" in html and all(n in html for n in row.drawn)
    assert press(client, "new_draw", "533103", share_percent=50).status_code == 422, (
        "each case takes part once"
    )
    page(client, "new_draw", "533102", status=404)
    drawn = [r for r in rivers if r.application.number in row.drawn]
    assert all(r.review.spot_drawn for r in drawn)
    assert "随机抽查" in page(client, "review", drawn[0].review.pk)


def test_a_draw_takes_the_whole_share_and_depends_on_nothing_but_the_seed():
    import random

    seed = random.randrange(10**9)
    print(f"seed {seed}")
    rng = random.Random(seed)
    for _ in range(200):
        pool = [f"533103105-2026-{n:05d}" for n in rng.sample(range(99999), rng.randint(1, 60))]
        share = rng.randint(1, 100)
        size = services.county.draw_size(len(pool), share)
        assert size * 100 >= share * len(pool) and (size - 1) * 100 < share * len(pool)
        order = services.county.draw_order("a", pool)
        rng.shuffle(pool)
        assert services.county.draw_order("a", pool) == order
        assert len(pool) < 8 or services.county.draw_order("b", pool) != order


def test_the_board_lists_what_is_up_for_printing(river, at):
    river.to_opinion().opinion().notice()
    at(river)
    html = page(signed_in(river.staff.reviewer), "board")
    assert river.review.notices.get().number in html and "岩*" in html and "岩温" not in html
    river.over()
    at(river)
    assert "现在没有公示" in page(signed_in(river.staff.reviewer), "board")


def test_the_case_panel_answers_for_every_state(river, staff):
    river.accept()
    from tuodi.delivery.intake.models import Application

    application = Application.objects.get(pk=river.application.pk)
    panel = selectors.case_panel(application, staff.reviewer)
    assert panel["review"] and panel["steps"][0]["state"] == "now"
    assert selectors.case_panel(application, staff.outsider) == {"review": None}
    river.check().explain_all().survey().explain_all().survey_done().opinion().notice().over().send_up().receive().confirm()
    panel = selectors.case_panel(Application.objects.get(pk=application.pk), staff.reviewer)
    assert [s["state"] for s in panel["steps"]] == ["done"] * len(panel["steps"])
    assert panel["decision"] and panel["letters"]


def test_the_stepper_stops_where_the_case_stopped(river, staff):
    river.accept()
    services.terminate(review=river.review, reason="多次拒绝入户调查", by=staff.reviewer, on=river.on)
    assert [(s["label"], s["state"]) for s in selectors.stepper(river.review)] == [
        ("入户调查", "done"),
        ("终止", "stop"),
    ]


def test_the_export_holds_what_the_officer_may_see_and_leaves_a_line(river, staff, village, at):
    import io

    from openpyxl import load_workbook

    river.to_opinion()
    other = River(staff, village, sequence=2).accept()
    at(river)
    got = signed_in(staff.reviewer).get(reverse("determination:export"), {"pile": "opinion"})
    rows = list(load_workbook(io.BytesIO(b"".join(got))).active.iter_rows(values_only=True))
    text = str(rows)
    assert river.application.number in text and other.application.number not in text
    assert "533103198002290011" not in text
    assert JournalLine.objects.filter(act="export", actor="reviewer1").count() == 1
    stranger = signed_in(officer("reviewer9", "外乡人", "reviewer", "533123104"))
    rows = list(
        load_workbook(io.BytesIO(b"".join(stranger.get(reverse("determination:export"))))).active.iter_rows(
            values_only=True
        )
    )
    assert river.application.number not in str(rows)
    assert signed_in(staff.counter).get(reverse("determination:export")).status_code == 403


@pytest.mark.parametrize("area", ["000000", "999999", "²²²²²²", "５３３１０３", "533199"])
@pytest.mark.parametrize("room", ["determination:list", "verification:list"])
def test_a_place_that_is_none_finds_nothing_and_stops_nothing(river, at, area, room):
    river.accept()
    at(river)
    answer = signed_in(river.staff.reviewer).get(reverse(room), {"area": area})
    assert answer.status_code == 200
    if area != "²²²²²²":  # no digits at all: no place asked for
        assert river.application.number not in answer.content.decode()


def test_what_is_written_about_a_family_is_sealed_and_shown_to_those_who_see_the_case(river, staff, at):
    illness = "户主患尿毒症"
    river.to_county()
    services.return_to_township(
        review=river.review, reason=illness + "，请补病历", by=staff.confirmer, on=river.on
    )
    services.form_opinion(
        review=river.review, proposal="grant", opinion=illness + "，建议确认", sources_note="到村核实", by=staff.reviewer, on=river.on
    )  # fmt: skip
    services.terminate(review=river.review, reason=illness + "，拒绝复查", by=staff.reviewer, on=river.on)
    assert not JournalLine.objects.filter(note__contains="尿毒症").exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM determination_review")
        row = [bytes(v) if isinstance(v, memoryview) else v for v in cursor.fetchone()]
    assert illness not in str(row) and illness.encode() not in b"".join(
        v for v in row if isinstance(v, bytes)
    )
    at(river)
    html = page(signed_in(staff.reviewer), "review", river.review.pk)
    assert "尿毒症，建议确认" in html and "尿毒症，请补病历" in html


def test_the_county_opinion_is_sealed_too(river, staff):
    river.on = date(2017, 9, 18)
    river.accept().check().explain_all().survey().explain_all().survey_done().appraise()
    river.opinion().notice().over().send_up().receive()
    services.draw_spot_checks(county=Area.objects.get(pk="533103"), by=staff.county, on=river.on)
    said = {"finding": "一致", "agrees": True, "visited_on": river.on, "by": staff.county, "on": river.on}
    services.record_visit(review=river.review, causes=services.county.needed_visits(river.review), **said)
    services.propose(review=river.review, opinion="户主患尿毒症，拟批准", by=staff.confirmer, on=river.on)
    assert not JournalLine.objects.filter(note__contains="尿毒症").exists()
    shown = selectors.opinions_of(river.review)
    assert [o["label"] for o in shown] == ["审核意见", "县级审批意见"] and "尿毒症" in shown[1]["text"]
