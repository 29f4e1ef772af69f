"""Backup and restore: the database and the files of an installation, never its keys; checked before they are trusted.

A backup is a folder: `database.sqlite3` or `database.dump`, the data folders (`files/`, `anchors/`, `bank/`; bank files,
which name accounts in plain because the bank reads them, are sealed here), and `manifest.json` with a digest per file, the
rows per table, the journal's head and a fingerprint of the keys it needs. It gets its final name only when it has been
read back, so a folder without `.partial` in its name is whole.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command, get_commands
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from tuodi.core.refusal import Refused
from tuodi.kit.models import Job, Worker
from tuodi.kit.sealed import seal_content, unseal_content

FOLDERS = ("files", "anchors", "bank")
SEALED = ("bank",)  # in the backup a file of these stands sealed, under its name with this at the end
ENDING = ".sealed"
FORMAT = 2


def backup(to: Path) -> dict[str, Any]:
    """Write a backup to the new folder `to` while the platform runs; returns the manifest. Raises Refused."""
    if to.exists():
        raise Refused(f"{to} 已存在：请给一个新的目录名，备份不会覆盖旧备份")
    partial = to.with_name(to.name + ".partial")
    if partial.exists():
        shutil.rmtree(partial)
    partial.mkdir(parents=True, mode=0o700)
    # 先数据库、后文件：文件总在登记之前写好，所以备份里的登记都找得到文件
    counts, head = dump_sqlite(partial) if connection.vendor == "sqlite" else dump_postgresql(partial)
    for name in FOLDERS:
        source = settings.VAR / name
        if source.is_dir():
            shutil.copytree(
                source, partial / name, copy_function=seal_file if name in SEALED else shutil.copy2
            )
    manifest = {
        "format": FORMAT,
        "made_at": timezone.now().isoformat(),
        "engine": connection.vendor,
        "rows": counts,
        "journal_head": head,
        "keys": key_fingerprint(),
        "files": {str(p.relative_to(partial)): digest(p) for p in files_below(partial)},
    }
    (partial / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=1))
    for path in files_below(partial):
        with path.open("rb") as handle:
            os.fsync(handle.fileno())
    check(partial)
    partial.rename(to)
    return manifest


def restore(source: Path, *, replace: bool = False) -> dict[str, Any]:
    """Put a backup in place of what is here, and verify it. Raises Refused for a damaged backup, other keys, a
    running worker, or data that is here and not to be replaced."""
    manifest = check(source)
    if manifest["keys"] != key_fingerprint():
        raise Refused("密钥不符：此备份是用另一份密钥加密的。请先把当时的密钥文件放到 TUODI_KEYS 所指的位置")
    if manifest["engine"] != connection.vendor:
        raise Refused(f"备份来自 {manifest['engine']}，当前数据库是 {connection.vendor}，不能直接恢复")
    if here() and not replace:
        raise Refused("当前数据库里已有数据。确认要用备份替换它，请加 --replace（建议先另做一份备份）")
    if somebody_works():
        raise Refused("后台进程仍在运行：请先停止网页服务与后台进程，再恢复")
    connection.close()
    if connection.vendor == "sqlite":
        restore_sqlite(source)
    else:
        postgresql(
            "pg_restore",
            "--clean",
            "--if-exists",
            "--no-owner",
            "--exit-on-error",
            "--single-transaction",
            "--dbname",
            settings.DATABASES["default"]["NAME"],
            str(source / "database.dump"),
        )
    for name in FOLDERS:
        target = settings.VAR / name
        if target.exists():
            shutil.rmtree(target)
        if (source / name).is_dir():
            copy = unseal_file if name in SEALED else shutil.copy2
            shutil.copytree(source / name, target, copy_function=copy)
    verify_restored(manifest, source)
    return manifest


def check(folder: Path) -> dict[str, Any]:
    """Read a backup back, every byte of it; its manifest. Raises Refused naming the first fault."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text())
    except (OSError, ValueError):
        raise Refused(f"{folder} 不是完整的备份：缺少清单或清单损坏") from None
    if manifest.get("format") != FORMAT:
        raise Refused(f"{folder} 的备份格式是 {manifest.get('format')}，本版本只认 {FORMAT}")
    present = {str(p.relative_to(folder)) for p in files_below(folder)} - {"manifest.json"}
    for name, wanted in manifest["files"].items():
        if name not in present:
            raise Refused(f"备份不完整：缺少 {name}")
        if digest(folder / name) != wanted:
            raise Refused(f"备份已损坏：{name} 与清单不符")
    if extra := sorted(present - set(manifest["files"])):
        raise Refused(f"备份里多出清单没有的文件：{extra[0]}")
    if manifest["engine"] == "sqlite":
        with closing(
            sqlite3.connect(f"file:{folder / 'database.sqlite3'}?mode=ro&immutable=1", uri=True)
        ) as copy:
            said = copy.execute("PRAGMA integrity_check").fetchone()[0]
            if said != "ok":
                raise Refused(f"备份已损坏：数据库自检未通过（{said}）")
    else:
        postgresql("pg_restore", "--list", str(folder / "database.dump"))
    return manifest


def seal_file(source: str, target: str) -> str:
    """Copy a file sealed, as `shutil.copytree` asks: not even a copy on another disk tells an account."""
    Path(target + ENDING).write_bytes(seal_content(Path(source).read_bytes(), "backup"))
    return target


def unseal_file(source: str, target: str) -> str:
    """The way back: a copy under its own name, open to its owner alone."""
    plain = Path(target.removesuffix(ENDING))
    plain.touch(mode=0o600)
    plain.write_bytes(unseal_content(Path(source).read_bytes(), "backup"))
    return str(plain)


def verify_restored(manifest: dict[str, Any], source: Path) -> None:
    """What is in the database now equals what was backed up, and the journal holds together."""
    counts = rows_per_table()
    for table, wanted in manifest["rows"].items():
        if counts.get(table) != wanted:
            raise Refused(f"恢复后核对不符：{table} 应有 {wanted} 行，实有 {counts.get(table)} 行")
    if journal_head() != manifest["journal_head"]:
        raise Refused("恢复后核对不符：日志链头与备份时不同")
    for name in FOLDERS:
        for path in files_below(settings.VAR / name):
            relative = f"{name}/{path.relative_to(settings.VAR / name)}"
            if name in SEALED:
                kept = source / f"{relative}{ENDING}"
                same = kept.exists() and unseal_content(kept.read_bytes(), "backup") == path.read_bytes()
            else:
                same = manifest["files"].get(relative) == digest(path)
            if not same:
                raise Refused(f"恢复后核对不符：{relative}")
    if "journal_verify" in get_commands():
        call_command("journal_verify")


# --- SQLite -------------------------------------------------------------------------------------------


def dump_sqlite(folder: Path) -> tuple[dict[str, int], list[Any]]:
    """Copy the database through SQLite's online backup, while others write; counts are taken from the copy."""
    target = folder / "database.sqlite3"
    with (
        closing(sqlite3.connect(settings.DATABASES["default"]["NAME"], timeout=60)) as live,
        closing(sqlite3.connect(target)) as copy,
    ):
        live.backup(copy, pages=4096)
        copy.execute("PRAGMA journal_mode=DELETE")
        tables = [row[0] for row in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        counts = {
            t: copy.execute(f'SELECT COUNT(*) FROM "{t}"').fetchone()[0]  # noqa: S608 - names from the catalogue
            for t in tables
            if not t.startswith("sqlite_")
        }
        head = copy.execute("SELECT sequence, digest FROM journal_journalhead").fetchone()
    return counts, list(head or ())


def restore_sqlite(source: Path) -> None:
    """Put the copy in place by a rename, so that a kill leaves the old database or the new one."""
    target = Path(settings.DATABASES["default"]["NAME"])
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_suffix(".restoring")
    shutil.copyfile(source / "database.sqlite3", fresh)
    with fresh.open("rb") as handle:
        os.fsync(handle.fileno())
    if target.exists():
        # 先把旧库的预写日志并入并清空，免得旧日志被当成新库的
        with closing(sqlite3.connect(target, timeout=5)) as old:
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for leftover in (f"{target}-wal", f"{target}-shm"):
        Path(leftover).unlink(missing_ok=True)
    fresh.replace(target)


# --- PostgreSQL ---------------------------------------------------------------------------------------


def dump_postgresql(folder: Path) -> tuple[dict[str, int], list[Any]]:
    """pg_dump on the very snapshot on which the rows are counted."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SELECT pg_export_snapshot()")
            snapshot = cursor.fetchone()[0]
        counts, head = rows_per_table(), journal_head()
        postgresql(
            "pg_dump",
            "--format=custom",
            "--no-owner",
            f"--snapshot={snapshot}",
            f"--file={folder / 'database.dump'}",
            settings.DATABASES["default"]["NAME"],
        )
    return counts, head


def postgresql(tool: str, *arguments: str) -> None:
    """Run one of PostgreSQL's tools against the database; the password goes by environment, never in sight of `ps`."""
    program = shutil.which(tool)
    if program is None:
        raise Refused(f"找不到 {tool}：请安装 PostgreSQL 客户端（Debian：postgresql-client）")
    database = settings.DATABASES["default"]
    where = {
        "PGHOST": database["HOST"],
        "PGPORT": str(database["PORT"]),
        "PGUSER": database["USER"],
        "PGPASSWORD": database["PASSWORD"],
    }
    environment = os.environ | {name: value for name, value in where.items() if value}
    done = subprocess.run([program, *arguments], env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["?"])[-1]
        raise Refused(f"{tool} 未成功：{last}")


# --- both ---------------------------------------------------------------------------------------------


def rows_per_table() -> dict[str, int]:
    """How many rows each table of the live database has."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        counts = {}
        for table in tables:
            cursor.execute(f"SELECT COUNT(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608 - from the catalogue
            counts[table] = cursor.fetchone()[0]
    return counts


def journal_head() -> list[Any]:
    """The journal's newest number and digest."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sequence, digest FROM journal_journalhead")
        return list(cursor.fetchone() or ())


def here() -> bool:
    """Whether the database holds anything that a restore would replace: people, work, or a journal."""
    try:
        with transaction.atomic():
            head = journal_head()
            return Job.objects.exists() or get_user_model().objects.exists() or bool(head and head[0])
    except DatabaseError:
        return False


def somebody_works() -> bool:
    """Whether a worker has been seen in the last half minute."""
    try:
        with transaction.atomic():
            return Worker.objects.filter(seen_at__gt=timezone.now() - timedelta(seconds=30)).exists()
    except DatabaseError:
        return False


def key_fingerprint() -> str:
    """Tells whether two installations hold the same keys, and nothing else about them."""
    keys = settings.KEYS
    material = b"".join(bytes([n]) + keys.field_keys[n] for n in sorted(keys.field_keys)) + keys.anchor_key
    return hmac.new(keys.lookup_key, b"tuodi backup keys 1" + material, hashlib.sha256).hexdigest()[:32]


def files_below(folder: Path) -> Iterator[Path]:
    """Every file below a folder, in order."""
    return (p for p in sorted(folder.rglob("*")) if p.is_file())


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
