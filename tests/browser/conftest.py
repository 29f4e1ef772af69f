"""The real product in front of a real browser: prepared, seeded, served and worked as `make run` does, on a free port.

Every module gets data of its own (on SQLite a copy of one seeded folder), so that a walk and a look round do not meet.
Playwright is opened for a module and closed after it: its loop and Django's ORM do not live in one thread.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.conftest import TEST_DATABASE, chromium

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
HOUSEHOLDS = 120
DESK, PHONE = 1366, 360
PATIENCE = 30_000  # ms a page may take on a machine that does other things too
# What a browser says about an answer we gave on purpose: a form with faults, a notice that is over, a page refused.
MEANT = re.compile(r"the server responded with a status of (403|404|409|410|422)")


@dataclass
class Product:
    """The running product: where it answers and what it owns."""

    url: str
    var: Path
    environment: dict[str, str]

    def tuodi(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a `tuodi` command on the product's own data."""
        return subprocess.run(
            [sys.executable, "-m", "tuodi.config.cli", *words],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        """Start a `tuodi` command that runs until it is ended."""
        log = (self.var / f"{words[0]}.log").open("ab")
        return subprocess.Popen(
            [sys.executable, "-m", "tuodi.config.cli", *words], cwd=ROOT, env=self.environment, stdout=log, stderr=log
        )  # fmt: skip


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Pages look the same on either database: the pass on PostgreSQL walks, it does not look at every page again."""
    if os.environ.get("TUODI_PASS") == "postgres":
        again = [
            item for item in items if item.path.name == "test_pages.py" and item.path.parent.name == "browser"
        ]
        if again:
            config.hook.pytest_deselected(items=again)
            items[:] = [item for item in items if item not in again]


def environment_for(var: Path) -> dict[str, str]:
    """Demo settings on SQLite in a folder, nothing left of the test settings."""
    kept = {
        k: v for k, v in os.environ.items() if not k.startswith("TUODI_") and k != "DJANGO_SETTINGS_MODULE"
    }
    return {**kept, "TUODI_VAR": str(var), "TUODI_MODE": "demo", "PYTHONUNBUFFERED": "1"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def seed(product: Product) -> None:
    """What `make run` does before it serves, with a small prefecture."""
    for words in (("prepare", "--no-seed"), ("demo", "seed", "--households", str(HOUSEHOLDS))):
        done = product.tuodi(*words)
        assert done.returncode == 0, f"{words}: {done.stdout}\n{done.stderr}"


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the seeded prefecture on SQLite, made once for all workers of a run and copied from there."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    var = shared / "seeded-var"
    with (shared / "seeded.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (var / "done").exists():
            shutil.rmtree(var, ignore_errors=True)
            var.mkdir()
            seed(Product("", var, environment_for(var)))
            (var / "done").touch()
    return var


@contextlib.contextmanager
def database_of_its_own() -> Iterator[str]:
    """A database on the server of this pass, for as long as the product runs."""
    whole = urlsplit(TEST_DATABASE)
    name = f"tuodi_walk_{os.getpid()}"
    with psycopg.connect(urlunsplit(whole._replace(path="/postgres")), autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            yield urlunsplit(whole._replace(path=f"/{name}"))
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="module")
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The product's data, not yet served: on the database of this pass of `make test`."""
    var = tmp_path_factory.mktemp("product") / "var"
    if not TEST_DATABASE:
        shutil.copytree(request.getfixturevalue("seeded"), var)
        yield Product("", var, environment_for(var))
        return
    var.mkdir()
    with database_of_its_own() as database:
        made = Product("", var, {**environment_for(var), "TUODI_DATABASE": database})
        seed(made)
        yield made


@pytest.fixture(scope="module")
def product(place: Product) -> Iterator[Product]:
    """Web server and worker, ended at the end."""
    var = place.var
    port = free_port()
    made = Product(f"http://127.0.0.1:{port}", var, place.environment)
    running = [
        made.start("serve", "--bind", f"127.0.0.1:{port}"),
        made.start("worker", "--poll", "0.5", "--verbosity", "0"),
    ]
    try:
        deadline = time.monotonic() + 90
        while True:
            assert all(p.poll() is None for p in running), (var / "serve.log").read_text()[-2000:]
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{made.url}/login/", timeout=10).close()
                break
            assert time.monotonic() < deadline, "the web server does not answer"
            time.sleep(0.2)
        yield made
    finally:
        for process in running:
            process.terminate()
        for process in running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(20)
            if process.poll() is None:
                process.kill()
                process.wait()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as play:
        opened = play.chromium.launch(
            executable_path=chromium(),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--lang=zh-CN"],
            env={**os.environ, "LANGUAGE": "zh_CN"},  # the browser's own words, as in its calendars
        )
        yield opened
        opened.close()


@dataclass
class Office:
    """Desks of the demo's people in one browser, each signed in once; what the browser complained about is kept."""

    product: Product
    browser: Browser
    complaints: list[str] = field(default_factory=list)
    desks: dict[str, Page] = field(default_factory=dict)
    states: dict[str, dict] = field(default_factory=dict)

    def watch(self, page: Page) -> Page:
        """Note what goes wrong on a page without anybody seeing it."""
        page.set_default_timeout(PATIENCE)
        page.on(
            "console",
            lambda m: (
                self._note(f"{page.url}: {m.text} {m.location}") if m.type in ("error", "warning") else None
            ),
        )
        page.on("pageerror", lambda e: self._note(f"{page.url}: {e}"))
        page.on(
            "request",
            lambda r: (
                self._note(f"asked for {r.url}")
                if not r.url.startswith((self.product.url, "data:", "blob:", "about:"))
                else None
            ),
        )
        return page

    def _note(self, text: str) -> None:
        if not MEANT.search(text):
            self.complaints.append(text)

    def context(self, username: str = "", width: int = DESK) -> BrowserContext:
        """A browser window as one of the demo's people (or nobody), already signed in."""
        from tuodi.demo.accounts import PASSWORD

        if username and username not in self.states:
            fresh = self.browser.new_context(locale="zh-CN")
            page = self.watch(fresh.new_page())
            page.goto(f"{self.product.url}/login/")
            page.locator("input[name=username]").fill(username)
            page.locator("input[name=password]").fill(PASSWORD)
            page.keyboard.press("Enter")
            page.wait_for_url(lambda u: "/login" not in u)
            self.states[username] = fresh.storage_state()
            fresh.close()
        return self.browser.new_context(
            viewport={"width": width, "height": 800}, locale="zh-CN", timezone_id="Asia/Shanghai",
            base_url=self.product.url, storage_state=self.states.get(username), reduced_motion="reduce",
        )  # fmt: skip

    def desk(self, username: str) -> Page:
        """The desk of one of the demo's people, kept open."""
        if username not in self.desks:
            page = self.watch(self.context(username).new_page())
            page.goto("/")
            self.desks[username] = page
        return self.desks[username]


@pytest.fixture(scope="module")
def office(product: Product, browser: Browser) -> Office:
    return Office(product, browser)


@pytest.fixture(scope="module")
def shots() -> Callable[[str], Path]:
    """`shots("walk")` is an emptied folder under build/ for screenshots."""

    def folder(name: str) -> Path:
        path = BUILD / name
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(parents=True, exist_ok=True)  # another run may be looking too
        return path

    return folder
