"""The health page says in words what is well and what is not."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from django.utils import timezone

from tuodi.kit import health, jobs
from tuodi.kit.models import Job, Worker

pytestmark = pytest.mark.django_db


@pytest.fixture
def working_worker():
    now = timezone.now()
    return Worker.objects.create(name="w", place=jobs.place(), pid=os.getpid(), started_at=now, seen_at=now)


@pytest.fixture
def anchors(settings, tmp_path):
    settings.ANCHOR_FILE = tmp_path / "heads.jsonl"
    return settings.ANCHOR_FILE


def test_all_is_well_answers_200(client, working_worker, anchors):
    answer = client.get("/healthz")
    assert answer.status_code == 200, answer.content.decode()
    assert "异常" not in answer.content.decode()


def test_without_a_worker_it_says_which_command_to_run(client, anchors):
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert "tuodi worker" in answer.content.decode()


def test_a_worker_that_has_gone_silent_is_not_well(working_worker):
    Worker.objects.update(seen_at=timezone.now() - timedelta(minutes=2))
    assert not health.worker().well


def test_a_queue_that_stands_is_not_well(working_worker):
    Job.objects.create(kind="x", title="x", run_after=timezone.now() - timedelta(minutes=20))
    assert not health.worker().well


def test_an_anchor_that_is_behind_and_old_is_not_well(anchors):
    from tuodi.records.journal import services as journal

    assert health.anchor().well, "nothing has been written yet"
    anchors.write_text('{"sequence": 0}\n')
    long_ago = (timezone.now() - timedelta(minutes=30)).timestamp()
    os.utime(anchors, (long_ago, long_ago))
    assert health.anchor().well, "an old anchor that covers the newest line is enough"
    journal.append("test", by="system", on=timezone.localdate(), record=("test", "1"))
    assert not health.anchor().well


def test_a_full_disk_is_not_well(monkeypatch):
    import shutil
    from collections import namedtuple

    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _p: usage(10**12, 10**12, 10**6))
    found = health.disk()
    assert not found.well and "清理" in found.words


def test_a_clock_behind_what_is_written_is_not_well(working_worker):
    assert health.clock().well
    Worker.objects.update(seen_at=timezone.now() + timedelta(hours=1))
    assert not health.clock().well
