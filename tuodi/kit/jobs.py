"""Background work on the database: asked for inside a transaction, done by workers, visible, resumable.

A room registers work in its `tasks.py`:

    @job("payment.run", title=gettext_lazy("生成发放清册"), resumable=True, attempts=5)
    def run(progress: Progress, *, batch_id: int) -> Result | str | None: ...

and asks for it inside the act that needs it: `enqueue("payment.run", owner=by.username, key=f"payment.run:{batch.pk}",
batch_id=batch.pk)`. Arguments are kept as plain JSON in the row: ids and days, never names, numbers or accounts.

The rules a handler can count on, and must keep:
- A job is claimed by a conditional UPDATE, so one worker holds it. When that worker dies (kill, power) the reaper
  queues a resumable job again and marks the others failed, in words.
- So a resumable handler may be started again at any point: it works in steps that are each one transaction and
  skips what is already there (unique keys), and calls `progress.tell(done, total)` between the steps.
- `progress.tell` is where a handler learns that it should stop: cancelled, claim lost, worker going down.
- `Refused` ends the job with its sentence; any other exception is ours: tried again with back-off up to `attempts`.
- Never call `tell` for its durability: it is shown, not relied on.
"""

from __future__ import annotations

import contextlib
import logging
import os
import random
import signal
import socket
import threading
import time as clock
import traceback
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.db import OperationalError, close_old_connections, connection, connections, transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuodi.core.refusal import Refused
from tuodi.kit.models import Job, Schedule, Worker
from tuodi.kit.wording import in_chinese

logger = logging.getLogger("tuodi.jobs")

HEARTBEAT = 5.0  # seconds between signs of life of a running job
STALE = timedelta(seconds=90)  # a claim without sign of life for so long is given up
POLL = 1.0  # seconds an idle worker waits before it looks again
KEEP_SCHEDULED = timedelta(days=2)  # finished recurring jobs are swept after this
LOG_LIMIT = 40_000  # characters of log kept in the row


# --- what work there is --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Result:
    """What a job leaves: a sentence, a file (storage name under TUODI_VAR/files), figures for a page."""

    message: str = ""
    file: str = ""
    figures: dict[str, Any] | None = None


Handler = Callable[..., "Result | str | None"]


@dataclass(frozen=True)
class Kind:
    """A registered kind of work."""

    name: str
    handler: Handler
    title: str | Promise
    resumable: bool
    attempts: int
    every: timedelta | None = None
    daily: time | None = None

    @property
    def recurring(self) -> bool:
        return self.every is not None or self.daily is not None

    def next_after(self, moment: datetime) -> datetime:
        """The first due moment after `moment`; missed ones are not made up, one run covers them."""
        if self.every is not None:
            step = self.every.total_seconds()
            return datetime.fromtimestamp((moment.timestamp() // step + 1) * step, tz=moment.tzinfo)
        assert self.daily is not None, f"{self.name} does not recur"
        local = timezone.localtime(moment)
        due = local.replace(hour=self.daily.hour, minute=self.daily.minute, second=0, microsecond=0)
        return due if due > local else due + timedelta(days=1)


_kinds: dict[str, Kind] = {}
_discovered = False


def job(
    name: str,
    *,
    title: str | Promise = "",
    resumable: bool = False,
    attempts: int = 1,
    every: timedelta | None = None,
    daily: time | None = None,
) -> Callable[[Handler], Handler]:
    """Register `handler(progress, **arguments)` as the work called `name`; `every` or `daily` makes it recur.

    `attempts` counts tries after errors of ours; interruptions (a killed worker, a restart) are not errors and a
    resumable job is taken up again after them as often as needed.
    """
    assert every is None or daily is None, f"{name}: say every or daily, not both"

    def register(handler: Handler) -> Handler:
        known = _kinds.get(name)
        where = (handler.__module__, handler.__qualname__)
        assert known is None or (known.handler.__module__, known.handler.__qualname__) == where, (
            f"two handlers for {name}"
        )
        _kinds[name] = Kind(
            name,
            handler,
            title or name,
            resumable or every is not None or daily is not None,
            attempts,
            every,
            daily,
        )
        return handler

    return register


def kinds() -> dict[str, Kind]:
    """Every registered kind; reads each room's `tasks.py` on first use."""
    global _discovered
    if not _discovered:
        autodiscover_modules("tasks")
        _discovered = True
    return _kinds


# --- asking for work -----------------------------------------------------------------------------------


@in_chinese()
def enqueue(
    kind: str,
    *,
    owner: str = "",
    key: str | None = None,
    title: str = "",
    after: datetime | None = None,
    **arguments: Any,
) -> Job:
    """Ask for work in the caller's transaction. The same `key` again gives the job already there (one effect).

    Raises Refused when the key was used for other arguments.
    """
    made = kinds()[kind]
    fields: dict[str, Any] = {
        "kind": kind,
        "title": title or str(made.title),
        "arguments": arguments,
        "owner": owner,
        "resumable": made.resumable,
        "attempts_max": made.attempts,
    }
    if after is not None:
        fields["run_after"] = after
    if key is None:
        return Job.objects.create(**fields)
    row, fresh = Job.objects.get_or_create(key=key, defaults=fields)
    if not fresh and (row.kind, row.arguments) != (kind, arguments):
        raise Refused(_("同一任务编号已用于别的内容，未重复办理"))
    return row


@transaction.atomic
def again(row: Job) -> Job:
    """Queue a failed or cancelled job once more, with its log kept. Refused while it is waiting, running or done."""
    moved = Job.objects.filter(pk=row.pk, state__in=(Job.FAILED, Job.CANCELLED)).update(
        state=Job.QUEUED,
        attempts=0,
        claim="",
        cancel_asked=False,
        run_after=timezone.now(),
        finished_at=None,
        message="",
    )
    if not moved:
        raise Refused(_("只有未成功或已取消的任务才能重新办理"))
    row.refresh_from_db()
    return row


@in_chinese()
@transaction.atomic
def cancel(row: Job) -> None:
    """Cancel a waiting job at once; ask a running one to stop at its next step. Refused when it has ended."""
    if Job.objects.filter(pk=row.pk, state=Job.QUEUED).update(
        state=Job.CANCELLED, finished_at=timezone.now(), message=_("办理前已取消")
    ):
        return
    if not Job.objects.filter(pk=row.pk, state=Job.RUNNING).update(cancel_asked=True):
        raise Refused(_("任务已结束，无法取消"))


# --- while it runs -------------------------------------------------------------------------------------


class Interrupted(BaseException):
    """The handler must stop now, and not as an error of its own: not an `Exception`, so no handler swallows it."""


class Cancelled(Interrupted):
    """Someone asked that the job be stopped."""


class ClaimLost(Interrupted):
    """The job was given up for dead and belongs to another worker now; this one may not go on."""


class GoingDown(Interrupted):
    """The worker was told to stop; a resumable job goes back to the queue."""


class Progress:
    """What a handler tells of itself. `tell` costs nothing: a reporter thread carries it to the row.

    The thread has its own connection, so progress is seen while the handler's transaction is still open.
    """

    def __init__(self, row: Job, *, going_down: threading.Event | None = None) -> None:
        self.job = row
        self.done, self.total, self.message = row.done, row.total, row.message
        self._claim = row.claim
        self._lines: list[str] = []
        self._lock = threading.Lock()
        self._told = False
        self._lost = self._cancelled = False
        self._going_down = going_down or threading.Event()

    def tell(self, done: int | None = None, total: int | None = None, message: str | None = None) -> None:
        """How far the work is. Raises Interrupted when the handler should stop here."""
        with self._lock:
            if total is not None:
                self.total = total
            if done is not None:
                self.done = done
            if message is not None:
                self.message = message[:300]
            self._told = True
        self.may_go_on()

    def shown_total(self) -> int:
        """The total as the row keeps it: 0 while unknown, and never less than what is done."""
        return max(self.total, self.done) if self.total else 0

    def step(self, count: int = 1) -> None:
        """`count` more items are done."""
        self.tell(self.done + count)

    def log(self, line: str) -> None:
        """Add a line to what the job page shows. Never names, numbers or accounts."""
        stamp = timezone.localtime().strftime("%H:%M:%S")
        with self._lock:
            self._lines.append(f"{stamp} {line}")

    def may_go_on(self) -> None:
        """Raise Cancelled, ClaimLost or GoingDown where the handler should not go on."""
        if self._lost:
            raise ClaimLost
        if self._cancelled:
            raise Cancelled
        if self._going_down.is_set() and self.job.resumable:
            raise GoingDown

    def carry(self) -> None:
        """Write heartbeat, progress and new log lines to the row, where the claim still holds; read back its flags."""
        with self._lock:
            lines, self._lines = self._lines, []
            told, self._told = self._told, False
            done, total, message = self.done, self.shown_total(), self.message
        held = Job.objects.filter(pk=self.job.pk, state=Job.RUNNING, claim=self._claim)
        changes: dict[str, Any] = {"heartbeat_at": timezone.now()}
        if told:
            changes |= {"done": done, "total": total, "message": message}
        try:
            if lines:
                with transaction.atomic():
                    log = held.values_list("log", flat=True).first()
                    changed = held.update(**changes, log=trimmed((log or "") + "\n".join(lines) + "\n"))
            else:
                changed = held.update(**changes)
            asked = held.values_list("cancel_asked", flat=True).first()
        except OperationalError:
            with self._lock:
                self._lines = lines + self._lines
                self._told = self._told or told
            raise
        self._lost = not changed
        self._cancelled = bool(asked)


def trimmed(log: str) -> str:
    """The newest part of a log that has grown past LOG_LIMIT."""
    return log if len(log) <= LOG_LIMIT else "…\n" + log[-LOG_LIMIT:].split("\n", 1)[-1]


@contextlib.contextmanager
def reporting(progress: Progress, every: float) -> Iterator[None]:
    """Carry `progress` to its row from a second thread while the block runs."""
    stop = threading.Event()

    def report() -> None:
        last = 0.0
        try:
            while not stop.wait(min(0.5, every)):
                if not progress._told and clock.monotonic() - last < every:
                    continue
                try:
                    progress.carry()
                    last = clock.monotonic()
                except OperationalError:  # the database is busy or away: the next beat tries again
                    connection.close()
        finally:
            connection.close()

    thread = threading.Thread(target=report, name=f"job-{progress.job.pk}-reporter", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=30)


# --- doing it ------------------------------------------------------------------------------------------


def place() -> str:
    """Where this process's pid means something: host and pid namespace."""
    with contextlib.suppress(OSError):
        return f"{socket.gethostname()}/{Path('/proc/self/ns/pid').readlink()}"[:120]
    return socket.gethostname()[:120]


def claim_next(worker: str, only: tuple[str, ...] = ()) -> Job | None:
    """Take the oldest job that is due, or None. Of two workers at once, one gets it."""
    now = timezone.now()
    waiting = Job.objects.filter(state=Job.QUEUED, run_after__lte=now)
    if only:
        waiting = waiting.filter(kind__in=only)
    for pk in waiting.order_by("run_after", "pk").values_list("pk", flat=True)[:20]:
        claim = f"{worker}:{uuid.uuid4().hex[:12]}"
        # 不用 SKIP LOCKED：条件更新在 SQLite、PostgreSQL 与国产库上都成立 (ecosystem.md 9)
        taken = Job.objects.filter(pk=pk, state=Job.QUEUED, run_after__lte=now).update(
            state=Job.RUNNING, claim=claim, heartbeat_at=now, started_at=now, finished_at=None
        )
        if taken:
            return Job.objects.get(pk=pk)
    return None


def run(
    row: Job, *, going_down: threading.Event | None = None, report_every: float | None = HEARTBEAT
) -> Job:
    """Do a claimed job to its end and write what came of it, if the claim still holds.

    With `report_every=None` progress is written once, at the end, on the caller's connection (tests, commands).
    """
    assert row.state == Job.RUNNING and row.claim, "claim a job before running it"
    progress = Progress(row, going_down=going_down)
    known = kinds().get(row.kind)
    end: dict[str, Any]
    try:
        if known is None:
            raise Refused(_("本版本没有名为 {kind} 的任务，请升级后重新办理").format(kind=row.kind))
        with reporting(progress, report_every) if report_every is not None else contextlib.nullcontext():
            made = known.handler(progress, **row.arguments)
        result = Result(message=made) if isinstance(made, str) else made or Result()
        end = {
            "state": Job.DONE,
            "message": result.message or progress.message,
            "result_file": result.file,
            "result": result.figures,
        }
        if progress.total:
            progress.done = progress.total
    except Refused as refused:
        end = {"state": Job.FAILED, "message": str(refused)}
    except Cancelled:
        end = {"state": Job.CANCELLED, "message": _("已按要求停止")}
    except GoingDown:
        end = {"state": Job.QUEUED, "message": _("系统重启，稍后自动继续"), "run_after": timezone.now()}
    except ClaimLost:
        logger.warning("job %s (%s): claim lost, left to its new worker", row.pk, row.kind)
        return row
    except Exception as error:
        end = ended_by(error, row, progress)
    write_end(row, progress, end)
    row.refresh_from_db()
    return row


def ended_by(error: Exception, row: Job, progress: Progress) -> dict[str, Any]:
    """How an error of ours ends a try: queued again with back-off, or failed. Only places and types are kept:
    the text of an exception may carry a person's data."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = next(
        (f for f in reversed(frames) if "/tuodi/" in f.filename and "kit/jobs" not in f.filename), frames[-1]
    )
    where = f"{'/'.join(Path(ours.filename).parts[-3:])}:{ours.lineno}"
    for frame in frames:
        progress.log(f"  {'/'.join(Path(frame.filename).parts[-3:])}:{frame.lineno} {frame.name}")
    tries = row.attempts + 1
    logger.error(
        "job %s (%s): %s at %s, try %s of %s",
        row.pk,
        row.kind,
        type(error).__name__,
        where,
        tries,
        row.attempts_max,
    )
    if tries < row.attempts_max:
        wait = timedelta(seconds=min(600, 5 * 4 ** (tries - 1)) * random.uniform(1.0, 1.3))  # noqa: S311 - spreads retries
        return {
            "state": Job.QUEUED,
            "attempts": tries,
            "run_after": timezone.now() + wait,
            "message": _("第 {tries} 次未成功（{error}，{where}），{seconds} 秒后再试").format(
                tries=tries, error=type(error).__name__, where=where, seconds=int(wait.total_seconds())
            ),
        }
    return {
        "state": Job.FAILED,
        "attempts": tries,
        "message": _("程序出错（{error}，{where}），已停止；请告知系统管理员").format(
            error=type(error).__name__, where=where
        ),
    }


def write_end(row: Job, progress: Progress, end: dict[str, Any]) -> None:
    """Write the end of a run, only where the claim still holds. A busy database is waited for: the work is done."""
    if end["state"] in (Job.DONE, Job.FAILED, Job.CANCELLED):
        end["finished_at"] = timezone.now()
    end["message"] = end["message"][:300]
    lines = "".join(f"{line}\n" for line in progress._lines)
    for patience in range(6):
        try:
            with transaction.atomic():
                held = Job.objects.filter(pk=row.pk, state=Job.RUNNING, claim=row.claim)
                log = held.values_list("log", flat=True).first()
                if not held.update(
                    **end,
                    claim="",
                    done=progress.done,
                    total=progress.shown_total(),
                    log=trimmed((log or "") + lines),
                ):
                    logger.warning("job %s (%s): ended after its claim was lost", row.pk, row.kind)
            return
        except OperationalError:
            if connection.in_atomic_block or patience == 5:
                raise
            connection.close()
            clock.sleep(2.0**patience / 2)


def run_one(worker: str = "inline", *, only: tuple[str, ...] = ()) -> Job | None:
    """Claim and do one due job on this thread and connection; None when nothing is due."""
    row = claim_next(worker, only)
    return None if row is None else run(row, report_every=None)


def run_all(limit: int = 1000) -> int:
    """Do everything that is due, here and now, `limit` jobs at most; how many were done. For tests and demos."""
    count = 0
    while count < limit and run_one() is not None:
        count += 1
    return count


@in_chinese()
def run_here(row: Job) -> Job:
    """Claim and do one particular job on this thread (a command that waits for its own work). Refused if taken."""
    claim = f"here:{os.getpid()}:{uuid.uuid4().hex[:12]}"
    now = timezone.now()
    if not Job.objects.filter(pk=row.pk, state=Job.QUEUED).update(
        state=Job.RUNNING, claim=claim, heartbeat_at=now, started_at=now, finished_at=None
    ):
        raise Refused(_("任务正由后台办理，请在任务页查看进度"))
    return run(Job.objects.get(pk=row.pk), report_every=None if connection.in_atomic_block else HEARTBEAT)


def reap(now: datetime | None = None) -> int:
    """Give up claims of workers that are dead or silent: resumable jobs queue again, others fail in words."""
    now = now or timezone.now()
    here = place()
    dead = [w.name for w in Worker.objects.filter(place=here) if not alive(w.pid)]
    silent = Job.objects.filter(state=Job.RUNNING, heartbeat_at__lt=now - STALE)
    stale = {row.pk: row for row in silent}
    for name in dead:
        stale |= {row.pk: row for row in Job.objects.filter(state=Job.RUNNING, claim__startswith=f"{name}:")}
    count = 0
    for row in stale.values():
        held = Job.objects.filter(
            pk=row.pk, state=Job.RUNNING, claim=row.claim, heartbeat_at=row.heartbeat_at
        )
        if row.cancel_asked:
            count += held.update(state=Job.CANCELLED, claim="", finished_at=now, message=_("已按要求停止"))
        elif row.resumable:
            count += held.update(state=Job.QUEUED, claim="", message=_("办理进程中断，正在接续"))
        else:
            count += held.update(
                state=Job.FAILED,
                claim="",
                finished_at=now,
                message=_("办理进程中断，此任务不能自动接续；请核对后重新办理"),
            )
    Worker.objects.filter(name__in=dead).delete()
    Worker.objects.filter(seen_at__lt=now - timedelta(days=1)).delete()
    return count


def alive(pid: int) -> bool:
    """Whether a process with this pid runs in this place (a zombie does not)."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    with contextlib.suppress(OSError, IndexError):
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    return True


def tick(now: datetime | None = None) -> int:
    """Queue every recurring job that is due. Two workers ticking at once queue it once."""
    now = now or timezone.now()
    rows = {s.kind: s for s in Schedule.objects.all()}
    queued = 0
    for kind in kinds().values():
        if not kind.recurring:
            continue
        row = rows.get(kind.name)
        if row is None:
            row, _fresh = Schedule.objects.get_or_create(kind=kind.name, defaults={"next_due": now})
        if not row.enabled or row.next_due > now:
            continue
        with transaction.atomic():
            if Schedule.objects.filter(pk=kind.name, next_due=row.next_due).update(
                next_due=kind.next_after(now)
            ):
                waiting = Job.objects.filter(
                    kind=kind.name, scheduled=True, state__in=(Job.QUEUED, Job.RUNNING)
                )
                if not waiting.exists():  # a slow one is not queued up behind itself
                    Job.objects.get_or_create(
                        key=f"schedule:{kind.name}:{row.next_due:%Y%m%dT%H%M%S}",
                        defaults={
                            "kind": kind.name,
                            "title": str(kind.title),
                            "scheduled": True,
                            "resumable": True,
                            "attempts_max": kind.attempts,
                        },
                    )
                    queued += 1
    return queued


@job("kit.sweep", title=gettext_lazy("清理已完成的定时任务"), every=timedelta(hours=1))
def sweep(progress: Progress) -> str:
    """Delete finished recurring jobs older than two days; what people asked for stays."""
    gone, _each = Job.objects.filter(
        scheduled=True, state__in=(Job.DONE, Job.CANCELLED), finished_at__lt=timezone.now() - KEEP_SCHEDULED
    ).delete()
    return _("清理 {gone} 条").format(gone=gone)


class Loop:
    """A worker: one job at a time, a look at the clock and at the dead in between, until told to stop."""

    def __init__(
        self,
        *,
        poll: float = POLL,
        heartbeat: float = HEARTBEAT,
        only: tuple[str, ...] = (),
        until_idle: bool = False,
    ) -> None:
        self.name = f"{socket.gethostname()[:30]}-{os.getpid()}-{uuid.uuid4().hex[:6]}"
        self.poll, self.heartbeat, self.only, self.until_idle = poll, heartbeat, only, until_idle
        self.going_down = threading.Event()

    def stop(self, *_signal: object) -> None:
        """Finish or hand back the job in hand, then end."""
        self.going_down.set()

    def forever(self) -> int:
        """Work until stopped; how many jobs were run. Installs SIGTERM and SIGINT handlers on the main thread."""
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, self.stop)
            signal.signal(signal.SIGINT, self.stop)
        beat = threading.Thread(target=self.show_life, name="worker-life", daemon=True)
        self.be_seen()
        beat.start()
        count, looked = 0, 0.0
        try:
            while not self.going_down.is_set():
                try:
                    if clock.monotonic() - looked >= min(5.0, self.poll * 5):
                        looked = clock.monotonic()
                        reap()
                        if not self.only:
                            tick()
                    row = claim_next(self.name, self.only)
                    if row is not None:
                        run(row, going_down=self.going_down, report_every=self.heartbeat)
                        count += 1
                        continue
                    if self.until_idle:
                        break
                except OperationalError as error:  # the database is away: keep asking, an office would
                    logger.warning("worker %s: database not reachable (%s)", self.name, type(error).__name__)
                    connections.close_all()
                close_old_connections()
                self.going_down.wait(self.poll)
        finally:
            self.going_down.set()
            with contextlib.suppress(OperationalError):
                Worker.objects.filter(name=self.name).delete()
        return count

    def be_seen(self) -> None:
        """Write this worker's row: it is here and alive."""
        now = timezone.now()
        seen = Worker.objects.filter(name=self.name).update(seen_at=now)
        if not seen:
            Worker.objects.create(name=self.name, place=place(), pid=os.getpid(), started_at=now, seen_at=now)

    def show_life(self) -> None:
        """Renew the row while the main thread works; a worker that hangs in C code is still seen, its job is not."""
        try:
            while not self.going_down.wait(self.heartbeat):
                try:
                    self.be_seen()
                except OperationalError:
                    connection.close()
        finally:
            connection.close()
