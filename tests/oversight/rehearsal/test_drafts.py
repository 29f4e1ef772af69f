"""A draft is laid over what is in force and read by nobody else; cases say what it changes, and what reaches back is acknowledged."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from tests.oversight.rehearsal.conftest import ON, RURAL
from tests.records import people
from tuodi.core.refusal import Refused
from tuodi.oversight.rehearsal import services
from tuodi.oversight.rehearsal.cases import digest_of_answer, gate, run_cases
from tuodi.oversight.rehearsal.drafted import (
    changes_of,
    digest_of_values,
    first_month,
    parameters_with,
    programmes_of,
    readers,
)
from tuodi.oversight.rehearsal.models import CaseChange, Draft
from tuodi.oversight.rehearsal.process import DRAFT
from tuodi.oversight.rehearsal.services.drafting import digest_of_all
from tuodi.records.org.models import Area
from tuodi.records.standards import selectors as standards
from tuodi.records.standards.models import ParameterValue


def test_the_table_has_no_fault():
    assert DRAFT.faults() == []


def test_a_draft_changes_nothing_that_is_in_force(draft, put):
    before = standards.parameters().row(RURAL, "533103", date(2027, 2, 1)).value
    put(draft)
    assert standards.parameters().row(RURAL, "533103", date(2027, 2, 1)).value == before
    assert not ParameterValue.objects.exists()
    assert parameters_with(draft).row(RURAL, "533103", date(2027, 2, 1)).value == 720_000
    assert parameters_with(draft).row(RURAL, "533103", date(2026, 12, 31)).value == before


def test_the_difference_says_old_new_document_mark_and_percent(draft, put):
    put(draft, value=705_600)
    (change,) = changes_of(draft)
    assert (change.before.value, change.value.value, change.percent) == (672_000, 705_600, "+5.00%")
    assert change.before.basis == "云民发〔2025〕40号" and change.before.mark == "verified"
    assert change.place == "德宏傣族景颇族自治州"


def test_the_same_key_place_and_day_again_replaces_and_another_value_is_another_digest(draft, put):
    put(draft)
    first = digest_of_values(draft)
    put(draft, value=730_000)
    assert draft.values.count() == 1
    assert digest_of_values(draft) != first


def test_a_value_needs_a_document_a_place_within_and_a_fitting_unit(draft, put, drafter):
    with pytest.raises(Refused, match="文件"):
        put(draft, basis="  ")
    county = services.begin(title="芒市标准", area=Area.objects.get(pk="533103"), by=drafter, on=ON)
    with pytest.raises(Refused, match="不在这份草案的范围内"):
        put(county, area=Area.objects.get(pk="533123"))
    with pytest.raises(Refused, match="整数"):
        put(draft, value="七千")


def test_who_may_not_draft_is_refused(draft, put):
    other = people.officer("counter", ("counter", people.township_of("533103")))
    with pytest.raises(Refused, match="权限"):
        put(draft, by=other)


def test_the_month_rehearsed_is_the_first_with_every_value(draft, put):
    assert first_month(draft, ON) == date(2026, 12, 1)
    put(draft, since=date(2027, 1, 15))
    draft = Draft.objects.get(pk=draft.pk)
    assert first_month(draft, ON) == date(2027, 2, 1)
    put(draft, since=date(2025, 1, 1), key="dibao.standard.urban_month_fen")
    assert first_month(Draft.objects.get(pk=draft.pk), ON) == date(2027, 2, 1)


def test_readers_are_found_from_the_rules_themselves():
    assert "minimum_living" in programmes_of([RURAL])
    assert "minimum_living" in readers()["dibao.law"]
    assert programmes_of(["transfer.send_working_days"]) == []


def test_a_standard_raised_from_a_later_day_flips_no_case_and_shows_what_it_does_ahead(draft, put):
    put(draft)
    runs = run_cases(draft)
    assert len(runs) >= 60
    assert not [r.name for r in runs if r.flips]
    assert gate(draft) == []
    ahead = {r.name: r for r in run_cases(draft, ahead=True) if r.flips}
    changed = ahead["无收入一人"]
    assert (changed.before.told()["amount_fen"], changed.after.told()["amount_fen"]) == (56_000, 60_000)


def test_one_that_reaches_back_fails_cases_until_each_is_acknowledged_with_a_reason(draft, put, drafter):
    put(draft, since=date(2025, 7, 1))
    failing = gate(draft)
    names = {r.name for r in failing}
    assert "无收入一人" in names and "城市一人无收入" not in names
    one = next(r for r in failing if r.name == "无收入一人")
    with pytest.raises(Refused, match="为什么"):
        services.acknowledge(
            draft=draft, run=one, seen=digest_of_answer(one.after), reason="", by=drafter, on=ON
        )
    with pytest.raises(Refused, match="您看到的不同"):
        services.acknowledge(draft=draft, run=one, seen="x", reason="文件追溯到七月", by=drafter, on=ON)
    services.acknowledge(
        draft=draft, run=one, seen=digest_of_answer(one.after), reason="文件追溯到七月", by=drafter, on=ON
    )
    assert "无收入一人" not in {r.name for r in gate(draft)}
    rest = gate(draft)
    services.acknowledge_all(
        draft=draft, seen=digest_of_all(rest), reason="文件追溯到七月", by=drafter, on=ON
    )
    assert gate(draft) == []
    # Another value than the one acknowledged is a failure again.
    put(draft, since=date(2025, 7, 1), value=721_200)
    assert "无收入一人" in {r.name for r in gate(draft)}


def test_an_acknowledgement_is_never_edited(draft, put, drafter):
    put(draft, since=date(2025, 7, 1))
    services.acknowledge_all(
        draft=draft, seen=digest_of_all(gate(draft)), reason="文件追溯到七月", by=drafter, on=ON
    )
    row = CaseChange.objects.first()
    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        CaseChange.objects.filter(pk=row.pk).update(reason="另一个理由")
    empty = services.copy(draft=draft, title="另一份", by=drafter, on=ON)
    empty.values.all().delete()
    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        Draft.objects.filter(pk=empty.pk).delete()


def test_the_database_keeps_the_two_signatures_apart(draft):
    with pytest.raises(IntegrityError, match="draft_signed_by_two_people"), transaction.atomic():
        Draft.objects.filter(pk=draft.pk).update(proposed_by="a", signed_by="a")
    with pytest.raises(IntegrityError, match="scheduled_draft_is_signed_twice"), transaction.atomic():
        Draft.objects.filter(pk=draft.pk).update(state="active")


def test_the_pages_lead_from_an_empty_list_to_a_flipped_case(client, drafter, prefecture):
    client.force_login(drafter)
    assert "还没有草案" in client.get(reverse("rehearsal:list")).content.decode()
    made = client.post(reverse("rehearsal:new"), {"title": "提高", "area": "533100", "reason": ""})
    assert made.status_code == 302
    url = made["Location"]
    page = client.get(f"{url}?key={RURAL}").content.decode()
    assert "6,720.00 元" in page or "6,720 元" in page
    done = client.post(
        f"{url}?key={RURAL}",
        {
            "area": "533100",
            "since": "2025-07-01",
            "value": "7200",
            "basis": "测试文件〔2026〕1号",
            "mark": "test",
        },
    )
    assert done.status_code == 302, done.content.decode()
    shown = client.get(done["Location"]).content.decode()
    assert "+7.14%" in shown and "与预期不符" in shown
    draft = Draft.objects.get()
    listed = client.get(reverse("rehearsal:cases", args=[draft.pk])).content.decode()
    assert "无收入一人" in listed
    run = next(r for r in gate(draft) if r.name == "无收入一人")
    case = reverse("rehearsal:case", args=[draft.pk, "minimum_living", run.number])
    shown = client.get(case).content.decode()
    assert "600" in shown and "560" in shown and "认可" in shown
    wrong = client.post(case + "acknowledge/", {"seen": digest_of_answer(run.after), "reason": ""})
    assert wrong.status_code == 422
    right = client.post(case + "acknowledge/", {"seen": digest_of_answer(run.after), "reason": "文件追溯"})
    assert right.status_code == 302
    assert client.get(case + "?ahead=1").status_code == 200
    assert client.get(reverse("rehearsal:case", args=[draft.pk, "minimum_living", 999])).status_code == 404
    copied = client.post(reverse("rehearsal:copy", args=[draft.pk]))
    assert copied.status_code == 302 and Draft.objects.count() == 2


def test_who_may_only_look_sees_no_act(client, draft, put):
    put(draft)
    auditor = people.officer("auditor", ("auditor", people.PREFECTURE))
    client.force_login(auditor)
    shown = client.get(reverse("rehearsal:draft", args=[draft.pk])).content.decode()
    assert draft.title in shown and "改一个值" not in shown
    refused = client.post(reverse("rehearsal:copy", args=[draft.pk]))
    assert refused.status_code == 403
    elsewhere = people.officer("elsewhere", ("civil_affairs", "533123"))
    client.force_login(elsewhere)
    assert client.get(reverse("rehearsal:draft", args=[draft.pk])).status_code == 404
