"""What the kit remembers: background work and those who do it (docs/decisions/0003-own-jobs.md)."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def fresh_key() -> str:
    """A key for work that nobody else could ask for twice."""
    return f"once:{uuid.uuid4().hex}"


class Job(models.Model):
    """One piece of background work (后台任务): who asked, how far it is, what came of it.

    Written in the same transaction as the act that asks for it, so a rollback takes the work with it. `key` makes
    asking twice one effect. A worker holds a job through `claim`; whatever it writes is conditional on that claim,
    so a worker that was given up for dead and comes back can no longer touch the row.
    """

    QUEUED, RUNNING, DONE, FAILED, CANCELLED = "queued", "running", "done", "failed", "cancelled"
    STATES = (
        (QUEUED, _("排队中")),
        (RUNNING, _("进行中")),
        (DONE, _("已完成")),
        (FAILED, _("未成功")),
        (CANCELLED, _("已取消")),
    )
    kind = models.CharField(max_length=64)
    title = models.CharField(max_length=200)
    key = models.CharField(max_length=150, unique=True, default=fresh_key)
    arguments = models.JSONField(default=dict)
    owner = models.CharField(max_length=64, blank=True, default="")
    scheduled = models.BooleanField(default=False)

    state = models.CharField(max_length=12, choices=STATES, default=QUEUED)
    total = models.PositiveBigIntegerField(default=0)
    done = models.PositiveBigIntegerField(default=0)
    message = models.CharField(max_length=300, blank=True, default="")
    log = models.TextField(blank=True, default="")
    result_file = models.CharField(max_length=200, blank=True, default="")
    result = models.JSONField(null=True)

    resumable = models.BooleanField(default=False)
    attempts = models.PositiveIntegerField(default=0)
    attempts_max = models.PositiveIntegerField(default=1)
    run_after = models.DateTimeField(default=timezone.now)
    claim = models.CharField(max_length=64, blank=True, default="")
    cancel_asked = models.BooleanField(default=False)
    heartbeat_at = models.DateTimeField(null=True)

    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["state", "run_after"], name="job_next"),
            models.Index(fields=["owner", "-created_at"], name="job_of_owner"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(total=0) | Q(done__lte=F("total")), name="job_done_within_total"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen to it by itself."""
        return self.state in (self.DONE, self.FAILED, self.CANCELLED)

    @property
    def percent(self) -> int | None:
        """Whole percent done; None while the size of the work is not known."""
        if self.state == self.DONE:
            return 100
        return self.done * 100 // self.total if self.total else None


class Schedule(models.Model):
    """When a recurring job is due next. Which jobs recur is said in code; this row lets two workers tick as one."""

    kind = models.CharField(max_length=64, primary_key=True)
    next_due = models.DateTimeField()
    enabled = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.kind


class Worker(models.Model):
    """A worker process that has been seen: what the health page asks, and how the reaper knows the dead."""

    name = models.CharField(max_length=64, primary_key=True)
    place = models.CharField(max_length=120)
    pid = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.name
