"""A PostgreSQL server of one's own for as long as a test run lasts; it can also be killed and started again.

Needs only Debian's `postgresql` package (no service): the server's files are in a temporary folder, it listens on a
free port of the loopback address, and as root it is run by the user `postgres` (or `nobody`), as it refuses root.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

SETTINGS = {
    # As in production: a test that kills the server must meet the same promises.
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "shared_buffers": "256MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "max_connections": "100",
    "autovacuum": "on",
}


def programs() -> Path | None:
    """The newest folder with a PostgreSQL server's programs (14 or later), or None."""
    folders = [Path(p).resolve().parent for p in filter(None, [shutil.which("initdb")])]
    folders += [p.parent for p in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    folders += [p.parent for p in Path("/usr").glob("pgsql-*/bin/initdb")]
    found = []
    for folder in folders:
        if not all((folder / name).exists() for name in ("postgres", "initdb", "pg_isready", "createdb")):
            continue
        said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False)
        number = re.search(r"\b(\d+)[.\s]", said.stdout + " ")
        if number and int(number[1]) >= 14:
            found.append((int(number[1]), folder))
    return max(found)[1] if found else None


def server_user() -> dict[str, Any]:
    """Who runs the server: oneself, or as root an unprivileged user."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise RuntimeError("no unprivileged user to run PostgreSQL as")


class Server:
    """A throw-away server: start, stop, kill, start again. Use as a context manager."""

    def __init__(self, **settings: str) -> None:
        folder = programs()
        if folder is None:
            raise RuntimeError("no PostgreSQL 14 or later is installed (Debian: apt-get install postgresql)")
        self.programs = folder
        self.who = server_user()
        self.home = Path(tempfile.mkdtemp(prefix="tuodi-pg-"))
        self.home.chmod(0o755)
        self.data = self.home / "data"
        self.data.mkdir(mode=0o700)
        if self.who:
            os.chown(self.data, self.who["user"], self.who["group"])
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.password = secrets.token_hex(12)
        self.process: subprocess.Popen[bytes] | None = None
        self.settings = {**SETTINGS, **settings}
        secret = self.home / "password"
        secret.write_text(self.password)
        secret.chmod(0o644)
        subprocess.run(
            [folder / "initdb", "-D", self.data, "-U", "tuodi", "--pwfile", secret, "-A", "scram-sha-256", "-E", "UTF8",
             "--locale=C.UTF-8", "--data-checksums", "--no-sync"],
            check=True, stdout=subprocess.DEVNULL, cwd="/", **self.who,
        )  # fmt: skip
        secret.unlink()

    def url(self, name: str = "tuodi") -> str:
        """The address of database `name`, as TUODI_DATABASE takes it."""
        return f"postgresql://tuodi:{self.password}@127.0.0.1:{self.port}/{name}"

    def start(self) -> None:
        """Start, or start again after a kill, and wait until it answers."""
        given = [f"-c{name}={value}" for name, value in self.settings.items()]
        log = (self.home / "log").open("ab")
        for _try in range(40):  # after a kill, old children may hold the shared memory for a moment
            self.process = subprocess.Popen(
                [self.programs / "postgres", "-D", self.data, f"-p{self.port}", "-clisten_addresses=127.0.0.1",
                 "-cunix_socket_directories=", *given],
                stdout=log, stderr=log, cwd="/", start_new_session=True, **self.who,
            )  # fmt: skip
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline and self.process.poll() is None:
                if self.ready():
                    log.close()
                    return
                time.sleep(0.05)
            time.sleep(0.25)
        log.close()
        raise RuntimeError(f"PostgreSQL did not start:\n{(self.home / 'log').read_text()[-2000:]}")

    def ready(self) -> bool:
        said = subprocess.run(
            [self.programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)], check=False
        )
        return said.returncode == 0

    def create(self, name: str = "tuodi") -> str:
        """Make an empty database; its address."""
        environment = {**os.environ, "PGPASSWORD": self.password}
        subprocess.run(
            [self.programs / "createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "tuodi", name],
            check=True, env=environment,
        )  # fmt: skip
        return self.url(name)

    def kill(self) -> None:
        """Kill -9 the server and every process of it, as a power cut would."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        for child in self.children():
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        self.process.wait()

    def children(self) -> list[int]:
        """The server's backends: processes whose working directory is its data folder."""
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if (entry / "cwd").readlink() == self.data:
                    found.append(int(entry.name))
        return found

    def stop(self) -> None:
        """Stop it and remove its files."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)  # fast shutdown
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.kill()
        shutil.rmtree(self.home, ignore_errors=True)

    def __enter__(self) -> Server:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()
