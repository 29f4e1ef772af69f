"""The rule book: open to everybody, said by the rules themselves, on any day; and the ten questions, which keep nothing."""

import re
from datetime import date

import pytest
from django.urls import reverse

from tuodi.policy.catalogue import PROGRAMMES
from tuodi.policy.formula import opposite_of, told
from tuodi.policy.parameters import shipped
from tuodi.portal.citizen import Questions, estimate, family
from tuodi.records.org.load import load_areas, load_departments

pytestmark = pytest.mark.django_db


@pytest.fixture
def geography(db):
    """Dehong's divisions and bodies, as every installation begins."""
    load_areas()
    load_departments()


WITH_A_RULE = [code for code, p in PROGRAMMES.items() if p.evaluate is not None]
ON = date(2025, 10, 15)


@pytest.mark.parametrize("code", list(PROGRAMMES))
def test_every_programme_has_its_page_for_anybody_on_any_day(client, geography, code):
    for on in ("2016-10-15", "2025-10-15"):
        answer = client.get(reverse("portal:rule", args=[code]), {"on": on, "area": "533103"})
        assert answer.status_code == 200
        assert PROGRAMMES[code].label in answer.content.decode()
        assert "{" not in answer.content.decode().split("<main", 1)[1].split("</main>", 1)[0], (
            "a place left unfilled"
        )


@pytest.mark.parametrize("code", WITH_A_RULE)
def test_a_rule_told_in_words_names_each_condition_of_its_findings_and_reads_no_other_value(code):
    made = told(PROGRAMMES[code], "533103", shipped(), ON)
    if made.not_set:
        assert "尚未设定" in made.not_set
        return
    assert made.conditions
    assert all(c.text and c.basis for c in made.conditions)
    assert made.amount


DAYS = (date(2016, 10, 15), date(2019, 10, 15), date(2021, 10, 15), ON)
LONGEST = 120  # a printed line
CLAUSE = 40
# What an office says and a villager does not.
JARGON = (
    "予以",
    "该项",
    "口径",
    "赋能",
    "抓手",
    "闭环",
    "颗粒度",
    "履约",
    "阈值",
    "参数",
    "字段",
    "枚举",
    "兜底线",
)


def printed(code, on):
    """Every line of a programme's page that its rule writes."""
    made = told(PROGRAMMES[code], "533103", shipped(), on)
    return [
        line
        for text in (made.amount, made.not_set, *made.lines.values(), *(c.text for c in made.conditions))
        for line in text.splitlines()
    ] + list(made.lines)


@pytest.mark.parametrize("on", DAYS, ids=str)
@pytest.mark.parametrize("code", WITH_A_RULE)
def test_no_line_of_a_rule_runs_on_denies_twice_or_shows_a_code(code, on):
    for line in printed(code, on):
        assert len(line) <= LONGEST, line
        assert not re.search(r"[A-Za-z]+[._][A-Za-z_]|参数|不不|没有没有|未未|不是不|不属于[（：]", line), (
            line
        )
        assert not re.search(r"\d{4}-\d\d-\d\d|(?<![\d,])(19|20)\d{6}(?!\d)|(?<!\d)0年", line), (
            f"no day of people: {line}"
        )


def test_the_opposite_of_several_conditions_is_that_of_each():
    made = told(PROGRAMMES["dilapidated_house"], "533103", shipped(), ON)
    area = next(c.text for c in made.conditions if c.rule == "area_within")
    assert "不属于" not in area and area.startswith("符合其中一项")
    assert opposite_of("已享受") == "未享受" and opposite_of("财产符合规定") == "财产不符合规定"


def test_a_name_stands_for_what_its_line_says_and_for_nothing_else():
    for code in WITH_A_RULE:
        lines = told(PROGRAMMES[code], "533103", shipped(), ON).lines
        assert not [name for name, text in lines.items() if text == name], code


def clauses(text):
    """What a reader takes in at one breath; a figure counts as five signs."""
    return re.split(r"[，。；：、（）]", re.sub(r"\{\w+\}", "1,234", text))


@pytest.mark.parametrize("code", list(PROGRAMMES))
def test_who_and_what_and_the_reasons_read_in_short_clauses_without_jargon(code):
    programme = PROGRAMMES[code]
    said = [programme.who, programme.gives]
    if programme.evaluate is not None:
        said += [c.sentence for c in told(programme, "533103", shipped(), ON).conditions]
    for text in said:
        assert [c for c in clauses(text) if len(c) > CLAUSE] == [], text
        assert [word for word in JARGON if word in text] == [], text


def test_a_limit_in_months_is_printed_on_the_page_of_its_rule(client, geography):
    page = client.get(
        reverse("portal:rule", args=["public_rental"]), {"on": "2025-10-15", "area": "533103"}
    ).content.decode()
    assert "60 个月" in page and "None" not in page


def test_the_whole_of_a_rigid_expense_case_has_its_limit_on_the_page(client, geography):
    page = client.get("/rules/rigid_expense/?on=2025-11-02").content.decode()
    assert "全程" in page and "30 个工作日" in page and "45 个工作日" in page


def test_a_number_of_the_rule_stands_in_the_words_with_its_value_on_that_day():
    words = told(PROGRAMMES["minimum_living"], "533103", shipped(), ON)
    assert "744 元" in words.lines["年标准"] and "6,720 元" in words.lines["年标准"]
    earlier = told(PROGRAMMES["minimum_living"], "533103", shipped(), date(2024, 10, 15))
    assert "735 元" in earlier.lines["年标准"]


def test_what_changed_between_two_days_is_shown_and_nothing_else(client, geography):
    page = client.get(
        reverse("portal:rule_changes", args=["minimum_living"]),
        {"from": "2024-10-15", "on": "2025-10-15", "area": "533103"},
    ).content.decode()
    assert "735" in page and "744" in page
    same = client.get(
        reverse("portal:rule_changes", args=["minimum_living"]),
        {"from": "2025-10-14", "on": "2025-10-15", "area": "533103"},
    ).content.decode()
    assert "没有变化" in same


def test_an_article_leads_to_the_conditions_that_rest_on_it(client, geography):
    page = client.get(
        reverse("portal:rule_articles"), {"on": "2025-10-15", "area": "533103"}
    ).content.decode()
    assert "《最低生活保障审核确认办法》第八条" in page
    assert "#margin_family" in page


@pytest.mark.parametrize("name", ["portal:rules", "portal:rule_articles", "portal:can_have"])
def test_the_open_pages_ask_at_most_ten_questions(client, geography, django_assert_max_num_queries, name):
    client.get(reverse(name))
    with django_assert_max_num_queries(10):
        client.get(reverse(name))


ASKED = {"area": "533103", "kind": "rural", "adults": "2", "primary": "1", "income": "9000", "boarding": "on"}


def test_ten_questions_give_an_estimate_with_a_range_and_say_that_it_is_one(client, geography):
    answer = client.post(reverse("portal:can_have"), ASKED)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "这只是估算" in page
    assert "最低生活保障" in page and "义务教育寄宿生生活补助" in page


def test_more_income_gives_no_more(client, geography):
    form = Questions({**ASKED})
    assert form.is_valid(), form.errors
    poor = estimate(form.cleaned_data, shipped(), ON)["likely"]
    rich = estimate({**form.cleaned_data, "income": 900_000}, shipped(), ON)["likely"]
    assert {r["programme"].code for r in rich} < {r["programme"].code for r in poor}
    dibao = next(r for r in poor if r["programme"].code == "minimum_living")
    assert 0 < dibao["least"] < dibao["most"]


def test_the_family_told_of_is_a_family_of_the_dictionary(geography):
    from tuodi.core.facts import validate

    form = Questions(
        {**ASKED, "seventies": "1", "university": "1", "disabled": "mental:2", "having": ["car"]}
    )
    assert form.is_valid(), form.errors
    made = family(form.cleaned_data, ON, 100)
    assert not [f for f in validate(made, on=ON) if f.field != "number"]


def test_nothing_is_stored_and_nobody_is_named(client, geography):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        answer = client.post(reverse("portal:can_have"), ASKED)
    assert not [q for q in asked.captured_queries if not q["sql"].lstrip().upper().startswith("SELECT")]
    assert "sessionid" not in answer.cookies
    assert "9000" not in answer.request["QUERY_STRING"]


def test_nobody_at_home_is_told_how_to_mend_it(client, geography):
    answer = client.post(reverse("portal:can_have"), {"area": "533103", "kind": "rural", "adults": "0"})
    assert answer.status_code == 422
    assert "至少一人" in answer.content.decode()
