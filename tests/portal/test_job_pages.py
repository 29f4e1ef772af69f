"""Pages of background work: one's own jobs, progress that moves, results that are journalled."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse

from tuodi.kit import jobs
from tuodi.kit.jobs import Progress, Result, enqueue, job
from tuodi.kit.models import Job
from tuodi.records.journal.models import JournalLine
from tuodi.records.org.models import Area, Assignment, Officer

pytestmark = pytest.mark.django_db


@job("test.page", title="导出名册", resumable=True)
def page_job(progress: Progress) -> Result:
    progress.tell(3, 3)
    return Result(message="共 3 行", file=default_storage.save("exports/roster.xlsx", ContentFile(b"rows")))


@pytest.fixture
def place():
    return Area.objects.get_or_create(code="533103", defaults={"name": "芒市", "level": "county"})[0]


@pytest.fixture
def officer(place):
    def make(username: str, role: str) -> Officer:
        person = Officer.objects.create_user(username, "a-long-enough-one", name=username)
        Assignment.objects.create(
            officer=person, role=role, area=place, since=date(2020, 1, 1), given_by="test"
        )
        return person

    return make


def test_a_job_is_seen_by_its_owner_and_the_administrator_and_by_no_colleague(client, officer):
    row = enqueue("test.page", owner=officer("mine", "civil_affairs").username)
    colleague, admin = officer("colleague", "civil_affairs"), officer("admin", "admin")
    for person, expected in ((Officer.objects.get(username="mine"), 200), (colleague, 404), (admin, 200)):
        client.force_login(person)
        assert client.get(reverse("portal:job", args=[row.pk])).status_code == expected, person
        shown = row.title in client.get(reverse("portal:jobs")).content.decode()
        assert shown is (expected == 200)


def test_progress_asks_again_while_it_moves_and_reloads_the_page_at_the_end(client, officer):
    client.force_login(officer("mine", "civil_affairs"))
    row = enqueue("test.page", owner="mine")
    moving = reverse("portal:job_progress", args=[row.pk])
    answer = client.get(moving)
    assert f'hx-get="{moving}"' in answer.content.decode() and "HX-Refresh" not in answer
    jobs.run_all()
    answer = client.get(moving)
    assert "hx-get" not in answer.content.decode() and answer["HX-Refresh"] == "true"


def test_a_result_is_downloaded_by_its_owner_and_the_download_is_on_record(client, officer):
    client.force_login(officer("mine", "civil_affairs"))
    row = enqueue("test.page", owner="mine")
    jobs.run_all()
    answer = client.get(reverse("portal:job_result", args=[row.pk]))
    assert b"".join(answer.streaming_content) == b"rows"
    assert JournalLine.objects.filter(act="download", actor="mine").count() == 1


def test_stopping_and_repeating_are_acts_with_a_line_and_only_by_post(client, officer):
    client.force_login(officer("mine", "civil_affairs"))
    row = enqueue("test.page", owner="mine")
    stop, repeat = (reverse(f"portal:job_{act}", args=[row.pk]) for act in ("cancel", "again"))
    assert client.get(stop).status_code == 405
    client.post(stop)
    row.refresh_from_db()
    assert row.state == Job.CANCELLED
    client.post(repeat)
    row.refresh_from_db()
    assert row.state == Job.QUEUED
    assert JournalLine.objects.filter(act__in=("cancel_job", "repeat_job")).count() == 2


def test_a_list_of_many_jobs_asks_the_database_no_more_than_one_of_few(
    client, officer, django_assert_max_num_queries
):
    client.force_login(officer("mine", "civil_affairs"))
    for _n in range(40):
        enqueue("test.page", owner="mine")
    client.get(reverse("portal:jobs"))  # the calendar is read once a process
    with django_assert_max_num_queries(10):
        assert client.get(reverse("portal:jobs")).status_code == 200
