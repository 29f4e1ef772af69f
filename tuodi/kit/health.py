"""What the installation needs to be well, asked and answered in words: for /healthz, `tuodi health` and monitoring."""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django.utils.translation import gettext as _

from tuodi.kit.models import Job, Worker

WORKER_SILENT = timedelta(seconds=30)
QUEUE_LATE = timedelta(minutes=10)
ANCHOR_OLD = timedelta(minutes=10)  # the head is written at least each minute of activity
ANCHOR_STOPS_PAYMENT = timedelta(hours=4)
DISK_FREE_MIN = 1 << 30


@dataclass(frozen=True)
class Answer:
    """One check: whether it is well, and a sentence that says what is and, where it is not, what to do."""

    name: str
    well: bool
    words: str


def database() -> Answer:
    """Whether the database answers, and how fast."""
    began = time.perf_counter()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseError:
        return Answer(_("数据库"), False, _("连接不上：检查数据库服务与 TUODI_DATABASE"))
    spent = (time.perf_counter() - began) * 1000
    kind = "PostgreSQL" if connection.vendor == "postgresql" else "SQLite"
    return Answer(_("数据库"), True, _("{kind} 应答 {spent:.1f} 毫秒").format(kind=kind, spent=spent))


def structure() -> Answer:
    """Whether the database has the shape this version expects."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        return Answer(
            _("数据库结构"), False, _("有 {count} 项升级未执行：先执行 tuodi migrate").format(count=len(plan))
        )
    return Answer(_("数据库结构"), True, _("与程序版本一致"))


def disk() -> Answer:
    """Whether there is room where the installation writes."""
    settings.VAR.mkdir(parents=True, exist_ok=True)
    usage = shutil.disk_usage(settings.VAR)
    free = f"{usage.free / (1 << 30):.1f} GB"
    if usage.free < DISK_FREE_MIN:
        return Answer(_("磁盘"), False, _("只剩 {free}：请清理或扩容，否则无法保存").format(free=free))
    return Answer(_("磁盘"), True, _("可用 {free}").format(free=free))


def worker() -> Answer:
    """Whether someone does the background work, and whether it waits too long."""
    now = timezone.now()
    newest = Worker.objects.order_by("-seen_at").values_list("seen_at", flat=True).first()
    if newest is None or newest < now - WORKER_SILENT:
        return Answer(
            _("后台进程"), False, _("没有后台进程在运行：执行 tuodi worker 或启动 tuodi-worker 服务")
        )
    late = Job.objects.filter(state=Job.QUEUED, run_after__lt=now - QUEUE_LATE).count()
    if late:
        return Answer(
            _("后台进程"),
            False,
            _("有 {late} 项任务排队超过十分钟：可增开一个 tuodi worker").format(late=late),
        )
    seconds = max(0, int((now - newest).total_seconds()))
    waiting = Job.objects.filter(state=Job.QUEUED, run_after__lte=now).count()
    return Answer(
        _("后台进程"),
        True,
        _("{seconds} 秒前有心跳，排队 {waiting} 项").format(seconds=seconds, waiting=waiting),
    )


def newest_anchor() -> datetime | None:
    """When the journal's head was last written outside the database; None where it never was."""
    path = settings.ANCHOR_FILE
    if not path.exists() or not path.stat().st_size:
        return None
    return datetime.fromtimestamp(path.stat().st_mtime, tz=timezone.get_current_timezone())


def anchor() -> Answer:
    """Whether the journal's head is being written outside the database."""
    newest = newest_anchor()
    if newest is None:
        return Answer(_("日志锚点"), True, _("尚未写过：有业务操作后一分钟内写出"))
    age = timezone.now() - newest
    minutes = int(age.total_seconds() // 60)
    anchored = last_anchored_sequence()
    if anchored is not None and anchored >= journal_head():
        return Answer(
            _("日志锚点"), True, _("已覆盖最新一条日志（{minutes} 分钟前写出）").format(minutes=minutes)
        )
    if age > ANCHOR_STOPS_PAYMENT:
        return Answer(
            _("日志锚点"),
            False,
            _("{minutes} 分钟没有写出，发放已停：检查后台进程与锚点文件").format(minutes=minutes),
        )
    if age > ANCHOR_OLD:
        return Answer(
            _("日志锚点"), False, _("{minutes} 分钟没有写出：检查后台进程与锚点文件").format(minutes=minutes)
        )
    return Answer(_("日志锚点"), True, _("{minutes} 分钟前写出").format(minutes=minutes))


def last_anchored_sequence() -> int | None:
    """The number in the anchor file's last line; None where it cannot be read."""
    with settings.ANCHOR_FILE.open("rb") as file:
        file.seek(max(0, settings.ANCHOR_FILE.stat().st_size - 4096))
        lines = file.read().splitlines()
    try:
        return int(json.loads(lines[-1])["sequence"])
    except (IndexError, KeyError, TypeError, ValueError):
        return None


def journal_head() -> int:
    """The number of the newest journal line, read by table: the kit stands below the journal and cannot import it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT COALESCE(MAX(sequence), 0) FROM journal_journalhead")
        return int(cursor.fetchone()[0])


def clock() -> Answer:
    """Whether this machine's clock agrees with the database's and with what has already been written."""
    now = timezone.now()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            theirs = cursor.fetchone()[0]
        apart = abs((timezone.now() - theirs).total_seconds())
        if apart > 5:
            return Answer(
                _("时钟"), False, _("与数据库相差 {apart:.0f} 秒：请校时（NTP）").format(apart=apart)
            )
    ahead = Worker.objects.filter(seen_at__gt=now + timedelta(minutes=1)).exists()
    if ahead:
        return Answer(_("时钟"), False, _("比已写入的心跳还早：本机时钟可能被拨慢，请校时（NTP）"))
    return Answer(_("时钟"), True, timezone.localtime(now).strftime("%Y-%m-%d %H:%M:%S"))


def answers() -> list[Answer]:
    """Every check; those that need a database with its tables are not asked where there is none."""
    found = [database(), disk()]
    if found[0].well:
        found.append(structure())
        if found[-1].well:
            found += [worker(), anchor(), clock()]
    return found


def report(found: list[Answer]) -> str:
    """The checks as lines a person reads."""
    return "\n".join(f"{'正常' if a.well else '异常'}  {a.name}：{a.words}" for a in found) + "\n"
