"""Letters: numbers without gaps, content sealed and unalterable, the same bytes each time, taken only with the right."""

import io
from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from docx import Document as Docx
from pypdf import PdfReader

from tests.records import people
from tuodi.kit.letters import LETTERS as TEMPLATES
from tuodi.records.documents import services
from tuodi.records.documents.letters import LETTERS as KINDS
from tuodi.records.documents.letters import issuer_name
from tuodi.records.documents.models import Document, DocumentCounter
from tuodi.records.journal.models import JournalLine
from tuodi.records.org.models import Area
from tuodi.records.people.models import Household, Person

ON = date(2026, 11, 23)
DATA = {
    "number": "533103205-2026-00017", "applicant": "岩温", "programme": "最低生活保障", "applied_on": date(2026, 11, 20), "accepted_on": ON,
    "due": date(2027, 1, 5),
}  # fmt: skip


@pytest.fixture
def household(town):
    head = Person.objects.create(
        name="岩温", sex="1", birth_on=date(1980, 2, 28), document="none", area_id=town
    )
    return Household.objects.create(head=head, area_id=town, address="南木村一组")


def issue(household, by="tester", on=ON, kind="acceptance", **more):
    with transaction.atomic():
        return services.issue_letter(
            kind=kind, record=household, household=household, data={**DATA, **more}, by=by, on=on
        )


def test_numbers_run_per_county_word_and_year(household):
    assert issue(household).number == "芒民救受字〔2026〕1号"
    assert issue(household).number == "芒民救受字〔2026〕2号"
    assert issue(household, on=date(2027, 1, 4)).number == "芒民救受字〔2027〕1号"
    other = Area.objects.get(pk=people.OTHER_COUNTY)
    with transaction.atomic():
        assert services.next_number(other, "救受", ON) == "瑞民救受字〔2026〕1号"


def test_a_number_is_given_back_when_its_act_fails(household):
    issue(household)
    with pytest.raises(RuntimeError), transaction.atomic():
        issue(household)
        raise RuntimeError
    assert issue(household).number == "芒民救受字〔2026〕2号"


def test_both_kinds_of_decision_share_one_series(household):
    place = household.area_id
    with transaction.atomic():
        assert services.take_number("confirmation", place, ON) == "芒民救字〔2026〕1号"
        assert services.take_number("refusal", place, ON) == "芒民救字〔2026〕2号"


def test_the_same_letter_is_the_same_bytes_each_time_and_says_what_it_should(household):
    row = issue(household)
    first, second = services.rendered(row), services.rendered(Document.objects.get(pk=row.pk))
    assert first == second and first.startswith(b"%PDF")
    text = "".join(p.extract_text() for p in PdfReader(io.BytesIO(first)).pages)
    assert "岩温" in text and row.number in text and "2026年11月23日" in text


def test_a_letter_is_sealed_in_the_database(household):
    row = issue(household)
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM documents_document WHERE id = %s", [row.pk])
        stored = bytes(cursor.fetchone()[0])
    assert "岩温".encode() not in stored and b"applicant" not in stored


def test_a_letter_cannot_be_edited(household):
    row = issue(household)
    with pytest.raises(DatabaseError), transaction.atomic():
        Document.objects.filter(pk=row.pk).update(issued_on=date(2026, 1, 1))
    with pytest.raises(DatabaseError), transaction.atomic():
        Document.objects.filter(pk=row.pk).delete()


def test_a_letter_altered_beside_the_platform_is_not_printed(household):
    row = issue(household)
    said = services.opened(row)
    content = {"form": 1, "kind": "acceptance", "data": services.packed({**said, "applicant": "别人"})}
    forged = Document(
        **{
            f.attname: getattr(row, f.attname)
            for f in Document._meta.fields
            if f.attname not in ("id", "content", "number")
        }
    )
    forged.number, forged.content = "芒民救受字〔2026〕99号", content
    forged.save()
    with pytest.raises(services.Altered):
        services.rendered(forged)


def test_a_letter_that_lacks_something_is_our_fault_and_stops(household):
    with pytest.raises(AssertionError, match="accepted_on"), transaction.atomic():
        services.issue_letter(
            kind="acceptance",
            record=household,
            household=household,
            data={"number": "1", "applicant": "岩温", "programme": "低保"},
            by="x",
            on=ON,
        )
    assert not Document.objects.exists() and not DocumentCounter.objects.filter(last__gt=0).exists()


@pytest.mark.parametrize(
    ("code", "name", "says"),
    [
        ("533103105", "遮放镇", "遮放镇人民政府"), ("533103205", "西山乡", "西山乡人民政府"), ("533102001", "勐卯街道", "勐卯街道办事处"),
        ("533103", "芒市", "芒市民政局"),
    ],
)  # fmt: skip
def test_who_signs(code, name, says):
    assert issuer_name(code, name) == says


def test_a_day_comes_back_as_a_day_and_text_as_text():
    value = {"due": ON, "rows": [{"since": ON, "note": "2026-11-23"}], "n": 3, "none": None}
    assert services.unpacked(services.packed(value)) == value


def signed_in(officer):
    client = Client()
    client.force_login(officer, backend="tuodi.records.org.backend.OfficerBackend")
    return client


def test_who_takes_a_letter_is_journalled(household, reviewer):
    row = issue(household)
    answer = signed_in(reviewer).get(reverse("documents:pdf", args=[row.pk]))
    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment") and "no-store" in answer["Cache-Control"]
    line = JournalLine.objects.get(act="documents.download")
    assert (line.actor, line.record_id) == ("reviewer", str(row.pk))


def test_the_paper_an_office_edits_says_that_the_pdf_is_the_letter_and_who_took_it_is_journalled(
    household, reviewer
):
    row = issue(household)
    answer = signed_in(reviewer).get(reverse("documents:docx", args=[row.pk]))
    assert answer.status_code == 200 and answer["Content-Type"].endswith("wordprocessingml.document")
    assert "no-store" in answer["Cache-Control"] and answer.content == services.editable(row)
    paper = Docx(io.BytesIO(answer.content))
    assert paper.core_properties.subject == row.number and row.digest in paper.core_properties.comments
    assert [p.text for p in paper.paragraphs[:3]] == ["最低生活保障", "受理通知书", row.number]
    line = JournalLine.objects.get(act="documents.download")
    assert (line.record_id, line.note) == (str(row.pk), f"{row.number} docx")


def test_every_kind_of_letter_the_archive_issues_is_one_that_offices_may_edit():
    assert {code for code in KINDS if not TEMPLATES[code].edited} == set()


def test_a_letter_of_another_place_is_not_there(household, outsider):
    row = issue(household)
    far = people.officer("far", ("reviewer", people.township_of(people.OTHER_COUNTY)))
    assert signed_in(far).get(reverse("documents:pdf", args=[row.pk])).status_code == 404
    assert signed_in(far).get(reverse("documents:docx", args=[row.pk])).status_code == 404
    assert signed_in(outsider).get(reverse("documents:pdf", args=[row.pk])).status_code == 403
    assert Client().get(reverse("documents:pdf", args=[row.pk])).status_code == 302
    assert not JournalLine.objects.filter(act="documents.download").exists()


def test_the_list_of_letters_is_found_by_number_and_kind_and_limited_to_ones_place(
    household, reviewer, django_assert_max_num_queries
):
    first = issue(household)
    client = signed_in(reviewer)
    client.get(reverse("documents:list"))  # the session's own first writes
    with django_assert_max_num_queries(10):
        html = client.get(
            reverse("documents:list"), {"number": "〔2026〕1号", "kind": "acceptance"}
        ).content.decode()
    assert first.number in html
    assert first.number not in client.get(reverse("documents:list"), {"kind": "refusal"}).content.decode()
    far = people.officer("far", ("reviewer", people.township_of(people.OTHER_COUNTY)))
    assert first.number not in signed_in(far).get(reverse("documents:list")).content.decode()
