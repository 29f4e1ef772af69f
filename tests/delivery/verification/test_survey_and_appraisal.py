"""Home visits by two officers and appraisals by villagers' representatives: evidence on file, conflicts shown."""

import copy

import pytest

from tests.delivery.verification.family import ON
from tuodi.core.refusal import Refused
from tuodi.delivery.verification import selectors, services
from tuodi.delivery.verification.models import Appraisal, HouseholdSurvey
from tuodi.kit.versions import Conflict


@pytest.fixture
def visit(application, counter):
    """A visit as the form hands it over."""
    newest = selectors.newest_snapshot(application)

    def make(**more):
        observed = newest.facts.open()
        for level, name, value in more.pop("changed", ()):
            (observed["household"] if level < 0 else observed["members"][level])[name] = value
        given = {
            "application": application,
            "seen": newest.pk,
            "surveyed_on": ON,
            "second_surveyor": "刀保相",
            "observed": observed,
            "note": "两间瓦房，养牛三头，邻里反映勤劳",
            "family_confirmed": True,
            "confirmed_by": "岩温",
            "key": "survey-1",
            "by": counter,
            "on": ON,
            **more,
        }
        return services.record_survey(**given)

    return make


def test_what_was_seen_and_confirmed_becomes_the_facts_relied_on(visit, application):
    row = visit(changed=[(0, "farm_gross_year_fen", 1_500_000), (-1, "houses", 1)])
    newest = selectors.newest_snapshot(application)
    assert (newest.cause, newest.facts.open()["members"][0]["farm_gross_year_fen"]) == ("settled", 1_500_000)
    assert row.observed.open() == newest.facts.open()
    assert "瓦房".encode() not in row.note.box


def test_a_visit_that_found_all_as_declared_adds_no_snapshot(visit, application):
    visit()
    assert application.snapshots.count() == 1


def test_what_the_family_did_not_confirm_stays_evidence_only(visit, application):
    visit(changed=[(0, "wage_year_fen", 9_000_000)], family_confirmed=False, confirmed_by="")
    assert application.snapshots.count() == 1
    assert HouseholdSurvey.objects.get().family_confirmed is False


@pytest.mark.parametrize("second", ["", "杨晓梅", "counter1", " "])
def test_one_officer_alone_is_no_visit(visit, second):
    with pytest.raises(Refused, match="两人"):
        visit(second_surveyor=second)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"surveyed_on": ON.replace(day=30)}, "晚于今天"),
        ({"surveyed_on": ON.replace(day=1)}, "早于受理"),
        ({"note": ""}, "所见"),
        ({"confirmed_by": ""}, "签字"),
        ({"changed": [(0, "wage_year_fen", -5)]}, "不能小于"),
    ],
)
def test_a_form_that_is_wrong_is_refused_in_words(visit, wrong, why):
    with pytest.raises(Refused, match=why):
        visit(**wrong)
    assert not HouseholdSurvey.objects.exists()


def test_facts_settled_since_the_form_was_opened_are_a_conflict_shown_side_by_side(visit, application):
    seen = selectors.newest_snapshot(application).pk
    visit(changed=[(0, "wage_year_fen", 1_500_000)])
    with pytest.raises(Conflict) as conflict:
        visit(seen=seen, changed=[(0, "wage_year_fen", 1_800_000)], key="survey-2")
    difference = conflict.value.differences[0]
    assert (difference.label, difference.theirs, difference.mine) == (
        "岩温 工资性收入",
        "15,000 元",
        "18,000 元",
    )
    assert conflict.value.current_version == selectors.newest_snapshot(application).pk
    assert HouseholdSurvey.objects.count() == 1


def test_of_fifty_visits_sent_from_stale_forms_none_is_lost_without_a_word(visit, application):
    kept = shown = 0
    for n in range(50):
        try:
            visit(changed=[(0, "wage_year_fen", 1_000_000 + n)], key=f"survey-{n}")
            kept += 1
        except Conflict as conflict:
            assert conflict.differences
            shown += 1
    assert (kept, shown) == (1, 49)


def test_the_same_form_sent_twice_is_one_visit(visit):
    assert visit().pk == visit().pk
    with pytest.raises(Refused, match="未重复"):
        visit(changed=[(0, "wage_year_fen", 1)])


def test_an_officer_of_another_place_files_no_visit(visit, elsewhere, county):
    for stranger in (elsewhere, county):
        with pytest.raises(Refused, match="权限"):
            visit(by=stranger)


def test_a_visit_compares_anew_what_the_sources_said(flagged, visit, counter):
    visit(changed=[(-1, "vehicles", 1)])
    flagged.refresh_from_db()
    assert (flagged.state, flagged.reports.latest("sequence").result) == ("clear", "clear")


GOOD = {
    "held_on": ON,
    "present": 12,
    "representatives": 8,
    "in_favour": 10,
    "against": 1,
    "chaired_by": "李绍文",
    "opinion": "同意",
}


def appraise(application, by, **more):
    return services.record_appraisal(
        application=application, by=by, on=ON, key=more.pop("key", "appraisal-1"), **{**GOOD, **more}
    )


def test_two_thirds_representatives_make_an_appraisal(application, counter):
    row = appraise(application, counter)
    assert (row.present, row.representatives, row.recorded_by) == (12, 8, "counter1")
    assert appraise(application, counter).pk == row.pk


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"representatives": 7}, "三分之二"),
        ({"present": 13}, "三分之二"),
        ({"representatives": 13}, "多于到会"),
        ({"in_favour": 12, "against": 1}, "票合计"),
        ({"present": 0, "representatives": 0, "in_favour": 0, "against": 0}, "到会人数"),
        ({"held_on": ON.replace(day=20)}, "晚于今天"),
        ({"chaired_by": ""}, "主持人"),
    ],
)
def test_an_appraisal_that_is_not_valid_is_refused_in_words(application, counter, wrong, why):
    with pytest.raises(Refused, match=why):
        appraise(application, counter, **wrong)
    assert not Appraisal.objects.exists()


def test_an_officer_without_the_right_files_no_appraisal(application, elsewhere, outsider):
    for stranger in (elsewhere, outsider):
        with pytest.raises(Refused, match="权限"):
            appraise(application, stranger)


def test_observed_facts_are_not_the_callers_to_change_afterwards(visit, application):
    row = visit(changed=[(0, "wage_year_fen", 1_500_000)])
    kept = copy.deepcopy(row.observed.open() if hasattr(row.observed, "open") else row.observed)
    assert HouseholdSurvey.objects.get().observed.open() == kept
