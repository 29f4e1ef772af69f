"""Background work: how many small jobs a worker does in a second, and how fast a killed worker's job is taken up."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import Any

from benchmarks.run import Figure, Run, benchmark, repeated


def prepare() -> None:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)


def drain(run: Run) -> Figure:
    """Queue and do `count` jobs that do nothing: asking, claiming, heartbeat row and end."""
    prepare()
    from tuodi.kit import jobs

    count = run.size(100, 1000)
    jobs.job("bench.nothing", resumable=True)(lambda progress, *, number: None)

    def work() -> None:
        for number in range(count):
            jobs.enqueue("bench.nothing", number=number)
        assert jobs.run_all(limit=count) == count

    return repeated(work, n=15, rate_of=count, jobs=count)


@benchmark("jobs.drain.sqlite", "jobs/s", goal=54, better="higher")
def sqlite(run: Run) -> Figure:
    """Anchor: django-tasks-db drained 200 in 3.7 s on SQLite (ecosystem.md 1), 54/s."""
    return drain(run)


@benchmark("jobs.drain.postgres", "jobs/s", goal=30, better="higher")
def postgres(run: Run) -> Figure:
    """Anchor: django-tasks-db drained 200 in 6.7 s on PostgreSQL (ecosystem.md 1), 30/s."""
    os.environ["TUODI_DATABASE"] = run.postgres
    return drain(run)


def _again(row: Any, first: str) -> bool:
    """Whether another worker has taken the job up (this one's loop does not know the kind, and says so at once)."""
    return row.state not in (row.QUEUED, row.RUNNING) or (row.state == row.RUNNING and row.claim != first)


@benchmark("jobs.taken_up_after_kill", "s", goal=10.0)
def taken_up(run: Run) -> Figure:
    """Seconds from kill -9 of a worker until the next one runs its job again (django-tasks-db: never)."""
    prepare()
    from django.utils import timezone

    from tuodi.kit import jobs
    from tuodi.kit.models import Job, Worker

    jobs.job("bench.hang", resumable=True)(lambda progress: None)
    spans = []
    for _n in range(5):
        sleeper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        now = timezone.now()
        Worker.objects.create(name=f"w{_n}", place=jobs.place(), pid=sleeper.pid, started_at=now, seen_at=now)
        row = jobs.enqueue("bench.hang")
        claimed = jobs.claim_next(f"w{_n}", ("bench.hang",))
        assert claimed is not None and claimed.pk == row.pk
        loop = subprocess.Popen([sys.executable, "-m", "tuodi.config.cli", "worker", "--verbosity", "0"])
        time.sleep(2.5)
        assert Job.objects.get(pk=row.pk).state == Job.RUNNING, "its worker lives, so nobody takes it"
        sleeper.send_signal(signal.SIGKILL)
        sleeper.wait()
        began = time.monotonic()
        while not _again(Job.objects.get(pk=row.pk), claimed.claim) and time.monotonic() - began < 60:
            time.sleep(0.02)
        spans.append(time.monotonic() - began)
        loop.terminate()
        loop.wait()
    spans.sort()
    return Figure(spans[len(spans) // 2], None, {"runs": len(spans), "worst": round(spans[-1], 2)})
