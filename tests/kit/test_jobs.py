"""Background work: one effect per key, one worker per job, taken up again after a kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from tuodi.core.refusal import Refused
from tuodi.kit import jobs
from tuodi.kit.jobs import Loop, Progress, Result, enqueue, job
from tuodi.kit.models import Job, Schedule, Worker

done_by_tests: list[object] = []


@job("test.count", title="数数", resumable=True, attempts=3)
def count(progress: Progress, *, upto: int) -> Result:
    for n in range(upto):
        progress.tell(n, upto, f"第 {n} 个")
    return Result(message="数完了", figures={"upto": upto})


@job("test.refuse")
def refuse(progress: Progress) -> None:
    raise Refused("公示期未满，尚余 3 天")


@job("test.break", attempts=2)
def break_down(progress: Progress, *, secret: str) -> None:
    done_by_tests.append("tried")
    raise ValueError(f"could not read {secret}")


@job("test.mark")
def mark(progress: Progress, *, number: int) -> None:
    done_by_tests.append(number)


@job("test.hang", resumable=True)
def hang(progress: Progress) -> None:
    for n in range(400):
        progress.tell(n, 400)
        time.sleep(0.02)


@pytest.fixture(autouse=True)
def clean_slate():
    done_by_tests.clear()


@pytest.mark.django_db
class TestAsking:
    def test_the_same_key_twice_is_one_job(self):
        first = enqueue("test.count", key="count:7", upto=7)
        assert enqueue("test.count", key="count:7", upto=7) == first
        assert Job.objects.count() == 1

    def test_the_same_key_for_something_else_is_refused(self):
        enqueue("test.count", key="count:7", upto=7)
        with pytest.raises(Refused):
            enqueue("test.count", key="count:7", upto=8)

    def test_a_rolled_back_act_takes_its_job_with_it(self):
        with pytest.raises(RuntimeError), transaction.atomic():
            enqueue("test.count", upto=3)
            raise RuntimeError
        assert not Job.objects.exists()

    def test_an_unregistered_kind_cannot_be_asked_for(self):
        with pytest.raises(KeyError):
            enqueue("test.unheard_of")


@pytest.mark.django_db
class TestDoing:
    def test_a_job_ends_with_its_message_figures_and_full_progress(self):
        row = enqueue("test.count", upto=5)
        jobs.run_all()
        row.refresh_from_db()
        assert (row.state, row.message, row.result, row.percent) == (Job.DONE, "数完了", {"upto": 5}, 100)
        assert row.finished_at and row.claim == ""

    def test_a_refusal_ends_it_with_its_sentence_and_is_not_tried_again(self):
        row = enqueue("test.refuse")
        assert jobs.run_all() == 1
        row.refresh_from_db()
        assert (row.state, row.message) == (Job.FAILED, "公示期未满，尚余 3 天")

    def test_an_error_of_ours_is_tried_again_later_then_fails_without_telling_what_it_read(self):
        row = enqueue("test.break", secret="533103199001011234")
        jobs.run_all()
        row.refresh_from_db()
        assert row.state == Job.QUEUED and row.run_after > timezone.now() and row.attempts == 1
        Job.objects.filter(pk=row.pk).update(run_after=timezone.now())
        jobs.run_all()
        row.refresh_from_db()
        assert row.state == Job.FAILED and done_by_tests == ["tried", "tried"]
        assert "ValueError" in row.message
        assert "5331031990" not in row.message + row.log

    def test_a_failed_job_can_be_queued_again_and_a_done_one_cannot(self):
        row = enqueue("test.refuse")
        jobs.run_all()
        assert jobs.again(row).state == Job.QUEUED
        finished = enqueue("test.mark", number=1)
        jobs.run_all()
        with pytest.raises(Refused):
            jobs.again(finished)

    def test_cancelling_a_waiting_job_ends_it_and_a_running_one_stops_at_its_next_step(self):
        waiting = enqueue("test.mark", number=1)
        jobs.cancel(waiting)
        assert jobs.run_all() == 0
        row = jobs.claim_next("w") or enqueue("test.count", upto=3)
        row = jobs.claim_next("w")
        jobs.cancel(row)
        progress = Progress(row)
        progress.carry()
        with pytest.raises(jobs.Cancelled):
            progress.tell(1, 3)

    def test_progress_never_shows_more_done_than_there_is(self):
        enqueue("test.count", upto=3)
        row = jobs.claim_next("w")
        progress = Progress(row)
        progress.tell(5, 3)
        progress.log("多了两个")
        progress.carry()
        row.refresh_from_db()
        assert (row.done, row.total) == (5, 5) and "多了两个" in row.log


@pytest.mark.django_db
class TestTheDead:
    def test_a_silent_resumable_job_is_queued_again_and_its_old_worker_can_write_nothing(self):
        enqueue("test.count", upto=3)
        row = jobs.claim_next("old")
        assert jobs.reap() == 0
        assert jobs.reap(timezone.now() + jobs.STALE * 2) == 1
        new = jobs.claim_next("new")
        assert new.pk == row.pk
        late = Progress(row)
        late.tell(2, 3)
        late.carry()
        with pytest.raises(jobs.ClaimLost):
            late.tell(3, 3)
        jobs.write_end(row, late, {"state": Job.FAILED, "message": "来自已失效的进程"})
        new.refresh_from_db()
        assert (new.state, new.done) == (Job.RUNNING, 0)

    def test_a_silent_job_that_cannot_be_resumed_fails_in_words(self):
        row = enqueue("test.mark", number=1)
        jobs.claim_next("old")
        jobs.reap(timezone.now() + jobs.STALE * 2)
        row.refresh_from_db()
        assert row.state == Job.FAILED and "核对" in row.message

    def test_a_worker_whose_process_is_gone_is_given_up_at_once(self):
        gone = subprocess.Popen([sys.executable, "-c", ""])
        gone.wait()
        now = timezone.now()
        Worker.objects.create(name="gone", place=jobs.place(), pid=gone.pid, started_at=now, seen_at=now)
        enqueue("test.count", upto=3)
        jobs.claim_next("gone")
        assert jobs.reap() == 1
        assert not Worker.objects.filter(name="gone").exists()

    def test_a_worker_that_lives_keeps_its_job(self):
        now = timezone.now()
        Worker.objects.create(name="here", place=jobs.place(), pid=os.getpid(), started_at=now, seen_at=now)
        enqueue("test.count", upto=3)
        jobs.claim_next("here")
        assert jobs.reap() == 0


@pytest.mark.django_db
class TestTheClock:
    def test_ticking_twice_queues_a_recurring_job_once(self):
        now = timezone.now()
        jobs.tick(now)
        jobs.tick(now)
        assert Job.objects.filter(kind="kit.sweep").count() == 1

    def test_a_slow_recurring_job_is_not_queued_behind_itself(self):
        now = timezone.now()
        jobs.tick(now)
        jobs.tick(now + timedelta(hours=2))
        assert Job.objects.filter(kind="kit.sweep").count() == 1

    def test_after_a_long_rest_it_runs_once_not_once_for_each_hour_missed(self):
        now = timezone.now()
        jobs.tick(now)
        jobs.run_all()
        jobs.tick(now + timedelta(hours=50))
        assert Job.objects.filter(kind="kit.sweep").count() == 2
        assert Schedule.objects.get(pk="kit.sweep").next_due > now + timedelta(hours=50)

    def test_the_sweep_leaves_what_people_asked_for(self):
        asked = enqueue("test.mark", number=1)
        jobs.tick()
        jobs.run_all()
        Job.objects.update(finished_at=timezone.now() - timedelta(days=9))
        jobs.sweep(Progress(asked))
        assert list(Job.objects.values_list("pk", flat=True)) == [asked.pk]


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_each_job_is_done_by_one():
    for n in range(60):
        enqueue("test.mark", number=n)
    errors: list[BaseException] = []

    def work() -> None:
        try:
            Loop(poll=0.01, only=("test.mark",), until_idle=True).forever()
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert sorted(done_by_tests) == list(range(60))
    assert Job.objects.filter(state=Job.DONE).count() == 60


@pytest.mark.django_db(transaction=True)
def test_without_the_conditional_claim_jobs_are_done_twice(monkeypatch):
    """The broken twin: a claim that reads, then writes, lets two workers through."""
    gate = threading.Barrier(2, timeout=5)

    def careless(worker: str, only: tuple[str, ...] = ()) -> Job | None:
        row = Job.objects.filter(state=Job.QUEUED).first()
        if row is None:
            return None
        gate.wait()
        Job.objects.filter(pk=row.pk).update(state=Job.RUNNING, claim=worker, heartbeat_at=timezone.now())
        return Job.objects.get(pk=row.pk)

    monkeypatch.setattr(jobs, "claim_next", careless)
    enqueue("test.mark", number=1)

    def work() -> None:
        try:
            jobs.run_one(threading.current_thread().name)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done_by_tests == [1, 1]


@pytest.mark.django_db(transaction=True)
def test_progress_is_seen_while_it_runs_and_a_worker_told_to_stop_hands_its_job_back():
    row = enqueue("test.hang")
    loop = Loop(poll=0.01, heartbeat=0.1, only=("test.hang",))

    def work() -> None:
        try:
            loop.forever()
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            row.refresh_from_db()
            if row.done > 5:
                break
            time.sleep(0.05)
        assert row.state == Job.RUNNING and row.total == 400 and 5 < row.done < 400
    finally:
        loop.stop()
        thread.join(timeout=20)
    row.refresh_from_db()
    assert row.state == Job.QUEUED and row.claim == "" and row.attempts == 0
    assert not Worker.objects.exists()


CHILD = """
import os, sys, time
import django
django.setup()
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]  # the test database, not the one of the settings
from django.db import connections
from django.db import connection
from django.db import transaction
from tuodi.kit import jobs
from tuodi.kit.models import Schedule
from django.utils import timezone

@jobs.job("test.steps", resumable=True)
def steps(progress, *, upto):
    for n in range(upto):
        # each step is one transaction and leaves a trace with a unique key, as a real handler would
        later = {"next_due": timezone.now(), "enabled": False}
        made = Schedule.objects.get_or_create(kind=f"step-{n:04d}", defaults=later)[1]
        print(n if made else f"skip {n}", flush=True)
        progress.tell(n + 1, upto)
        time.sleep(0.002)

jobs.Loop(poll=0.02, heartbeat=0.2, only=("test.steps",), until_idle=sys.argv[2] == "idle").forever()
"""


@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_s_job_is_taken_up_by_the_next_and_nothing_is_done_twice(tmp_path):
    job("test.steps", resumable=True)(mark)  # registered here only so that it can be asked for
    try:
        row = enqueue("test.steps", upto=300)
    finally:
        jobs._kinds.pop("test.steps")
    child = tmp_path / "child.py"
    child.write_text(CHILD)
    name = str(connection.settings_dict["NAME"])
    made: list[int] = []
    kills = 0

    def start(mode: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, str(child), name, mode],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "tuodi.config.testing"},
        )

    for _cycle in range(3):
        process = start("stay")
        for line in process.stdout:
            if not line.startswith("skip"):
                made.append(int(line))
                if len(made) >= (kills + 1) * 60:
                    break
        process.send_signal(signal.SIGKILL)
        made += [int(line) for line in process.stdout if line.strip() and not line.startswith("skip")]
        process.wait()
        kills += 1
        row.refresh_from_db()
        assert row.state == Job.RUNNING, "the kill landed in the middle of the job"
    process = start("idle")
    out, _err = process.communicate(timeout=60)
    made += [int(line) for line in out.splitlines() if not line.startswith("skip")]
    row.refresh_from_db()
    assert row.state == Job.DONE and (row.done, row.total) == (300, 300)
    assert Schedule.objects.filter(kind__startswith="step-").count() == 300
    assert len(made) == len(set(made)), "no step was made twice"
    assert len(made) >= 300 - kills, "only a step killed between commit and its print may be unannounced"
