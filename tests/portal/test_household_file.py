"""一户一档: everything in one list within one's rights; the whole of it sealed, taken with a purpose, gone after a day."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from tests.delivery.determination.river import COUNTY, TOWN, River, Staff, officer
from tuodi.core.refusal import Refused
from tuodi.kit import jobs
from tuodi.kit.models import Job
from tuodi.kit.sealed import NotOurs, unseal_content
from tuodi.portal import file_pack
from tuodi.portal.household_file import KINDS, entries
from tuodi.records.documents import services as documents
from tuodi.records.documents.models import Document
from tuodi.records.journal.models import JournalLine
from tuodi.records.org.load import load_areas, load_departments
from tuodi.records.org.models import Area
from tuodi.records.people.models import Household
from tuodi.records.standards.load import load_calendar


@pytest.fixture
def case(db, monkeypatch, settings, tmp_path):
    """A family decided on, with everything that comes before a decision."""
    from tuodi.records.org import clock

    settings.ANCHOR_FILE = tmp_path / "anchors.jsonl"
    load_areas()
    load_departments()
    load_calendar()
    village = Area.objects.filter(code__startswith=TOWN, level="village").order_by("code").first()
    one = River(Staff.hired(), village).to_opinion().opinion().notice().over().send_up().receive()
    one.confirm()
    monkeypatch.setattr(clock, "today", lambda: one.on)
    return one


def household(case) -> Household:
    return Household.objects.get(pk=case.application.household_id)


def signed_in(who) -> Client:
    client = Client()
    client.force_login(who)
    return client


def text_of(pdf: bytes) -> str:
    return "".join("".join(p.extract_text() for p in PdfReader(io.BytesIO(pdf)).pages).split())


def test_everything_that_was_made_is_in_the_file_by_date(case):
    found = entries(household(case), case.staff.confirmer)
    kinds = {one.kind for one in found}
    expected = "application declaration consent report survey assessment notice decision amount letter"
    assert set(expected.split()) <= kinds
    assert [one.on for one in found] == sorted(one.on for one in found)
    assert sum(one.letter for one in found) == Document.objects.filter(household=household(case)).count() > 2
    assert len({(one.kind, one.pk) for one in found}) == len(found)


def test_each_page_it_leads_to_is_open_to_whoever_sees_the_entry(case):
    for who in (case.staff.counter, case.staff.reviewer, case.staff.confirmer):
        client = signed_in(who)
        for one in entries(household(case), who):
            if one.url:
                assert client.get(one.url).status_code == 200, (who.username, one.kind, one.url)


def test_nobody_finds_in_the_file_what_a_right_of_another_room_hides(case):
    """A payer reads letters and payments; of checks, visits and assessments there is nothing, not even a count."""
    payer = officer("payer1", "方晓", "payer", COUNTY)
    kinds = {one.kind for one in entries(household(case), payer)}
    assert "letter" in kinds and not kinds & {"report", "survey", "assessment", "application", "decision"}
    page = signed_in(payer).get(reverse("portal:household", args=[household(case).pk])).content.decode()
    assert "入户调查" not in page and "核对报告" not in page and "打包整户档案" not in page


def test_a_kind_asked_without_its_right_would_be_found(case, monkeypatch):
    """The broken twin: the same file with one kind under a right everybody holds."""
    from dataclasses import replace

    from tuodi.portal import household_file

    payer = officer("payer1", "方晓", "payer", COUNTY)
    loose = tuple(replace(k, right="documents.see") if k.code == "survey" else k for k in KINDS)
    monkeypatch.setattr(household_file, "KINDS", loose)
    assert "survey" in {one.kind for one in entries(household(case), payer)}


def test_a_household_of_another_place_is_not_there(case):
    far = officer("far1", "远方", "reviewer", "533123104")
    client = signed_in(far)
    pk = household(case).pk
    assert client.get(reverse("portal:household", args=[pk])).status_code == 404
    assert client.post(reverse("portal:household_pack", args=[pk]), {"purpose": "看看"}).status_code == 404
    assert entries(household(case), far) == []


def test_the_page_narrows_by_kind_and_asks_few_questions(case):
    client = signed_in(case.staff.reviewer)
    url = reverse("portal:household", args=[household(case).pk])
    client.get(url)
    with CaptureQueriesContext(connection) as asked:
        page = client.get(url).content.decode()
    questions = [q for q in asked.captured_queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(questions) <= 10, [q["sql"][:120] for q in questions]
    assert "岩*" in page and "岩温" not in page and "受理通知书" in page and "下载 Word 稿" in page
    narrowed = client.get(url, {"kind": "survey"}).content.decode()
    assert "家庭已签字确认" in narrowed and "受理通知书" not in narrowed


def test_the_page_is_told_in_english_too(case):
    client = signed_in(case.staff.reviewer)
    client.cookies["tuodi_language"] = "en"
    page = client.get(reverse("portal:household", args=[household(case).pk])).content.decode()
    assert "Household survey" in page and "第 1 次" not in page


def packed_by(case, who=None, purpose="案卷评查") -> Job:
    job = file_pack.ask(household=household(case), purpose=purpose, by=who or case.staff.reviewer, on=case.on)
    jobs.run_all()
    job.refresh_from_db()
    assert job.state == Job.DONE, job.message
    return job


def test_the_whole_file_is_an_index_and_every_letter_as_it_was_issued(case):
    job = packed_by(case)
    content = file_pack.take(
        job=job, household=household(case), purpose="案卷评查", by=case.staff.reviewer, on=case.on
    )
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        names = package.namelist()
        files = {name: package.read(name) for name in names}
    assert names == sorted(names) and names[0] == "000-目录.pdf"
    index = text_of(files["000-目录.pdf"])
    issued = Document.objects.filter(household=household(case))
    for letter in issued:
        assert documents.rendered(letter) in files.values()
        assert "".join(letter.number.split()) in index
    sheets = {name for name in names if any(w in name for w in ("家庭申报", "核对报告", "入户调查", "资格评估"))}  # fmt: skip
    assert len(sheets) >= 4
    survey = next(text_of(files[n]) for n in names if "入户调查" in n)
    assert "土木结构瓦房两间" in survey and "尹家旺" in survey
    declared = next(text_of(files[n]) for n in names if "家庭申报" in n)
    assert "岩温" in declared
    everything = index + "".join(text_of(made) for made in files.values())
    for secret in ("533103198002290011", "6217000000000000012", "13887654321"):
        assert secret not in everything


def test_the_same_file_packed_twice_is_the_same_bytes(case):
    by = case.staff.reviewer
    first, second = (file_pack.packed(household(case), by, case.on)[0] for _ in range(2))
    assert first == second


def test_on_disk_it_is_sealed(case):
    job = packed_by(case)
    with default_storage.open(job.result["file"]) as kept:
        raw = kept.read()
    assert b"PK\x03\x04" not in raw and b"%PDF" not in raw
    assert unseal_content(raw, file_pack.KIND)[:2] == b"PK"
    with pytest.raises(NotOurs):
        unseal_content(raw[:-1] + bytes([raw[-1] ^ 1]), file_pack.KIND)


def test_both_purposes_are_journalled_and_without_one_nothing_is_made_or_given(case):
    by, file = case.staff.reviewer, household(case)
    with pytest.raises(Refused, match="用途"):
        file_pack.ask(household=file, purpose=" ", by=by, on=case.on)
    assert not Job.objects.filter(kind=file_pack.JOB).exists()
    job = packed_by(case, purpose="市级案卷评查")
    client = signed_in(by)
    url = reverse("portal:household_take", args=[file.pk, job.pk])
    assert client.post(url, {"purpose": ""}).status_code == 302
    assert not JournalLine.objects.filter(act="documents.take_pack").exists()
    answer = client.post(url, {"purpose": "复印给申诉人"})
    assert answer.status_code == 200 and answer.content[:2] == b"PK" and "no-store" in answer["Cache-Control"]
    asked, taken = (JournalLine.objects.get(act=a) for a in ("documents.pack", "documents.take_pack"))
    assert (asked.written, taken.written) == ("市级案卷评查", "复印给申诉人")
    assert {line.record_id for line in (asked, taken)} == {str(file.pk)}
    assert "市级" not in asked.note and "复印" not in taken.note


def test_a_pack_is_its_askers_alone_and_only_while_the_right_lasts(case):
    file = household(case)
    job = packed_by(case)
    url = reverse("portal:household_take", args=[file.pk, job.pk])
    assert signed_in(case.staff.confirmer).post(url, {"purpose": "看看"}).status_code == 404
    assert signed_in(case.staff.counter).post(url, {"purpose": "看看"}).status_code == 403
    case.staff.reviewer.assignments.update(until=case.on)
    assert signed_in(case.staff.reviewer).post(url, {"purpose": "看看"}).status_code == 403


def test_a_job_runs_with_the_rights_of_the_moment(case):
    job = file_pack.ask(household=household(case), purpose="评查", by=case.staff.reviewer, on=case.on)
    case.staff.reviewer.assignments.update(until=case.on)
    jobs.run_all()
    job.refresh_from_db()
    assert job.state == Job.FAILED and job.result is None


def test_after_a_day_it_is_gone_from_the_disk_and_the_page_says_so(case, monkeypatch):
    file = household(case)
    job = packed_by(case)
    name = job.result["file"]
    assert file_pack.sweep(timezone.now()) == 0 and default_storage.exists(name)
    assert file_pack.sweep(timezone.now() + timedelta(days=1, minutes=1)) >= 1
    assert not default_storage.exists(name)
    with pytest.raises(Refused, match="已满一天清除"):
        file_pack.take(job=job, household=file, purpose="评查", by=case.staff.reviewer, on=case.on)
    Job.objects.filter(pk=job.pk).update(created_at=timezone.now() - timedelta(days=2))
    page = signed_in(case.staff.reviewer).get(reverse("portal:household", args=[file.pk])).content.decode()
    assert reverse("portal:household_take", args=[file.pk, job.pk]) not in page


def test_sweeping_recurs_every_hour():
    kind = jobs.kinds()["portal.sweep_files"]
    assert kind.every == timedelta(hours=1)


def test_a_day_is_told_by_the_pages_own_words(case):
    """From click to download by the browser's steps: ask, look at the job, follow its button, take."""
    client = signed_in(case.staff.reviewer)
    file = household(case)
    answer = client.post(reverse("portal:household_pack", args=[file.pk]), {"purpose": "案卷评查"})
    assert answer.status_code == 302
    jobs.run_all()
    page = client.get(answer["Location"]).content.decode()
    assert reverse("portal:household", args=[file.pk]) in page and "去下载" in page
    page = client.get(reverse("portal:household", args=[file.pk])).content.decode()
    assert "下载整户档案" in page
