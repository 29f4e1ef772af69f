"""The busiest pages under 32 officers at once (performance goal G9): p50, p95, requests a second, questions a page.

A prefecture is seeded as `tuodi demo seed` does (2,000 households; 150,000 with --long, some ten minutes), gunicorn
serves it as in production (2 workers × 4 threads, PostgreSQL), and officers of every role sign in and open pages, each
the next as soon as the last has come: there is no thinking time, so the server is full from beginning to end. Beside
them, in the same mixture, stands a bare page of the same server: the sign-in form, which asks the database nothing.

TUODI_BENCH_HOUSEHOLDS  another size
TUODI_BENCH_SEEDED      folder (TUODI_VAR) whose keys belong to the prefecture already in TUODI_BENCH_DATABASE: not seeded anew
TUODI_BENCH_SECONDS     how long the 32 work (default 20, long 120)
"""

from __future__ import annotations

import http.client
import os
import random
import re
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from benchmarks.run import ROOT, Figure, Run, benchmark, percentile

AT_MOST = 10
BARE = "sign-in form (bare)"
# Who sits at the 32 desks.
DESKS = {
    "jingban": 8,
    "jingban2": 4,
    "yingjiang": 2,
    "shenhe": 5,
    "queren": 4,
    "minzheng": 4,
    "fafang": 2,
    "shenji": 2,
    "lingdao": 1,
}
COUNTERS = ("jingban", "jingban2")
SAMPLE = 200  # records of a kind that are opened, at random


@dataclass(frozen=True)
class Busy:
    """A page, the people who open it, and the addresses of it that are opened."""

    name: str
    who: tuple[str, ...]
    urls: tuple[str, ...]


@dataclass
class Samples:
    """Seconds per page, and what went wrong."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    faults: list[str] = field(default_factory=list)


def seeded(run: Run) -> int:
    """A prefecture in the benchmark's database; how many households it has."""
    wanted = int(os.environ.get("TUODI_BENCH_HOUSEHOLDS") or run.size(2_000, 150_000))
    there = os.environ.get("TUODI_BENCH_SEEDED")
    if there:
        os.environ["TUODI_KEYS"] = str(Path(there) / "keys.json")
    os.environ["TUODI_DATABASE"] = run.postgres
    import django

    django.setup()
    from django.core.management import call_command

    from tuodi.records.people.models import Household

    call_command("migrate", interactive=False, verbosity=0)
    if not there:
        assert not Household.objects.exists(), "TUODI_BENCH_DATABASE must be empty"
        call_command("demo_seed", households=wanted, stdout=sys.stderr)
    call_command("collectstatic", interactive=False, verbosity=0)
    return Household.objects.count()


def pages(rng: random.Random) -> list[Busy]:
    """The ten busiest pages, then three more that leaders and auditors open."""
    from tuodi.delivery.determination.models import Review
    from tuodi.delivery.intake.models import Application
    from tuodi.delivery.payment.models import Payment, PaymentBatch
    from tuodi.delivery.verification.models import Check
    from tuodi.demo.accounts import COUNTY, TOWN
    from tuodi.records.org.rights import area_condition

    town, county = area_condition(TOWN), area_condition(COUNTY)

    def some(rows: Any, name: str, url: str) -> tuple[str, ...]:
        values = list(rows.order_by("?").values_list(name, flat=True)[: SAMPLE * 5])
        return tuple(url.format(v) for v in rng.sample(values, min(len(values), SAMPLE)))

    paid = Payment.objects.filter(area_condition(COUNTY, "entitlement__area_id"))
    return [
        Busy("worklist", tuple(DESKS), ("/",)),
        Busy("applications", (*COUNTERS, "shenhe", "minzheng"), ("/intake/", "/intake/?page=2")),
        Busy("new form", COUNTERS, ("/intake/new/",)),
        Busy("case", (*COUNTERS, "shenhe", "queren", "minzheng"), some(Application.objects.filter(town), "number", "/cases/{}/")),
        Busy("checks", COUNTERS, ("/verification/", "/verification/?pile=ask")),
        Busy("check", (*COUNTERS, "shenhe"), some(Check.objects.filter(town), "pk", "/verification/checks/{}/")),
        Busy("reviews", ("shenhe", "queren"), ("/determination/", "/determination/?pile=ended")),
        Busy("review", ("shenhe", "queren"), some(Review.objects.filter(town), "pk", "/determination/{}/")),
        Busy("roll", ("minzheng", "queren"), ("/entitlement/", "/entitlement/?page=3")),
        Busy("trace", ("minzheng", "shenji"), some(paid, "reference", "/trace/{}/")),
        Busy("batch", ("minzheng", "fafang"), some(PaymentBatch.objects.filter(county), "pk", "/payment/{}/")),
        Busy("overview", ("lingdao",), ("/overview/",)),
        Busy("journal", ("shenji",), ("/journal/",)),
    ]  # fmt: skip


def questions(every: list[Busy]) -> dict[str, int]:
    """The most questions each page asks the database, over a few of its addresses and everybody who opens it."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from tuodi.records.org.models import Officer

    settings.ALLOWED_HOSTS = ["*"]
    most: dict[str, int] = {}
    for page in every:
        for who in page.who:
            client = Client()
            client.force_login(
                Officer.objects.get(username=who), backend="tuodi.records.org.backend.OfficerBackend"
            )
            client.get("/")
            for url in page.urls[:5]:
                with CaptureQueriesContext(connection) as asked:
                    answer = client.get(url)
                assert answer.status_code == 200, f"{url} as {who}: {answer.status_code}"
                most[page.name] = max(most.get(page.name, 0), len(asked.captured_queries))
    return most


class Desk:
    """One officer's browser: a connection kept open, the cookies of one session."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(self, method: str, url: str, body: str | None = None) -> tuple[int, bytes]:
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
        try:
            self.line.request(method, url, body, headers)
            answer = self.line.getresponse()
        except (http.client.RemoteDisconnected, ConnectionResetError):  # the server ended an idle line
            self.line.close()
            self.line.request(method, url, body, headers)
            answer = self.line.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, value = cookie.split(";", 1)[0].split("=", 1)
            self.cookies[name] = value
        return answer.status, answer.read()

    def sign_in(self, username: str, password: str) -> None:
        _status, form = self.ask("GET", "/login/")
        token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', form)
        assert token, "the sign-in form has no token"
        fields = {"csrfmiddlewaretoken": token[1].decode(), "username": username, "password": password}
        status, _body = self.ask("POST", "/login/", urlencode(fields))
        assert status == 302, f"{username} cannot sign in: {status}"


@contextmanager
def served(run: Run, folder: Path):  # type: ignore[no-untyped-def]
    """gunicorn as in production, on a free port of the loopback address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = (folder / "gunicorn.log").open("wb")
    words = ["-m", "gunicorn", "tuodi.config.wsgi", "--workers", "2", "--threads", "4", "--worker-class", "gthread",
             "--keep-alive", "30", "--bind", f"127.0.0.1:{port}"]  # fmt: skip
    server = subprocess.Popen([sys.executable, *words], cwd=ROOT, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + 60
        while True:
            assert server.poll() is None, (folder / "gunicorn.log").read_text()[-2000:]
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                assert time.monotonic() < deadline, "gunicorn does not answer"
                time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait(30)


def signed_in(port: int, names: list[str]) -> list[Desk]:
    """A desk for each name, one after the other: a password costs the server on purpose."""
    from tuodi.demo.accounts import PASSWORD

    desks = []
    for name in names:
        desk = Desk(port)
        desk.sign_in(name, PASSWORD)
        desks.append(desk)
    return desks


def alone(port: int, every: list[Busy], rounds: int) -> Samples:
    """One officer at a time, page after page, the bare page between: what a page costs when nobody else is there."""
    found = Samples()
    bare = Desk(port)
    desks = dict(zip(DESKS, signed_in(port, list(DESKS)), strict=True))
    for turn in range(rounds + 1):  # the first round warms the templates up
        for page in every:
            for name, desk, url in (
                (BARE, bare, "/login/"),
                (page.name, desks[page.who[turn % len(page.who)]], page.urls[turn % len(page.urls)]),
            ):
                began = time.perf_counter()
                status, _body = desk.ask("GET", url)
                spent = time.perf_counter() - began
                assert status == 200, f"{url}: {status}"
                if turn:
                    found.seconds[name].append(spent)
    return found


def together(port: int, every: list[Busy], seconds: float, seed: int) -> tuple[Samples, float]:
    """All desks at once for so many seconds, a fourteenth of what each asks being the bare page; requests a second."""
    names = [who for who, count in DESKS.items() for _n in range(count)]
    assert len(names) == 32
    desks = signed_in(port, names)
    found, lock = Samples(), threading.Lock()
    start = threading.Barrier(len(desks) + 1)
    stop = threading.Event()

    def work(desk: Desk, who: str, number: int) -> None:
        rng = random.Random(f"{seed}:{number}")
        mine = [page for page in every if who in page.who]
        bare = Desk(port)
        own: list[tuple[str, float]] = []
        faults: list[str] = []
        start.wait()
        while not stop.is_set():
            page = None if rng.random() < 1 / 14 else rng.choice(mine)
            url = "/login/" if page is None else rng.choice(page.urls)
            began = time.perf_counter()
            try:
                status, _body = (bare if page is None else desk).ask("GET", url)
            except (OSError, http.client.HTTPException) as fault:
                faults.append(f"{who} {url}: {fault!r}")
                continue
            own.append((BARE if page is None else page.name, time.perf_counter() - began))
            if status != 200:
                faults.append(f"{who} {url}: {status}")
        with lock:
            found.faults.extend(faults)
            for name, spent in own:
                found.seconds[name].append(spent)

    threads = [
        threading.Thread(target=work, args=(desk, who, n), daemon=True)
        for n, (desk, who) in enumerate(zip(desks, names, strict=True))
    ]
    for thread in threads:
        thread.start()
    start.wait()
    began = time.perf_counter()
    time.sleep(seconds)
    stop.set()
    for thread in threads:
        thread.join(90)
    spent = time.perf_counter() - began
    return found, sum(map(len, found.seconds.values())) / spent


def milliseconds(samples: list[float], share: float) -> float:
    return round(percentile(samples, share) * 1000, 1)


@benchmark("pages.busiest", "ms p95", anchor="p95 of a bare page in the same run", goal=3.0)
def busiest(run: Run) -> Figure:
    """The p95 over all pages at 32 users beside the bare page's; every page on a line of its own, and how many questions."""
    households = seeded(run)
    every = pages(run.random())
    asked = questions(every)
    too_many = {name: count for name, count in asked.items() if count > AT_MOST}
    assert not too_many, f"more than {AT_MOST} questions: {too_many}"
    with served(run, run.scratch) as port:
        single = alone(port, every, rounds=20)
        seconds = float(os.environ.get("TUODI_BENCH_SECONDS") or run.size(20, 120))
        crowd, rate = together(port, every, seconds, run.seed)
    assert not crowd.faults, crowd.faults[:5]
    told = {}
    for name in [*(p.name for p in every), BARE]:
        one, many = single.seconds[name], crowd.seconds[name]
        told[name] = {
            "alone_p50_ms": milliseconds(one, 0.5),
            "alone_p95_ms": milliseconds(one, 0.95),
            "users32_p50_ms": milliseconds(many, 0.5),
            "users32_p95_ms": milliseconds(many, 0.95),
            "users32_p99_ms": milliseconds(many, 0.99),
            "requests": len(many),
            "questions": asked.get(name, 0),
        }
    lines = [
        f"{'page':<24}{'alone p50':>10}{'p95':>8}{'32: p50':>10}{'p95':>8}{'p99':>8}{'requests':>10}{'questions':>11}"
    ]
    for name, row in told.items():
        lines.append(
            f"{name:<24}{row['alone_p50_ms']:>10}{row['alone_p95_ms']:>8}{row['users32_p50_ms']:>10}"
            f"{row['users32_p95_ms']:>8}{row['users32_p99_ms']:>8}{row['requests']:>10}{row['questions']:>11}"
        )
    lines.append(f"{households:,} households, {rate:.0f} requests/s in all, 32 users, 2 workers x 4 threads")
    whole = [s for name, some in crowd.seconds.items() if name != BARE for s in some]
    return Figure(
        percentile(whole, 0.95) * 1000,
        percentile(crowd.seconds[BARE], 0.95) * 1000,
        {
            "table": lines,
            "pages": told,
            "households": households,
            "requests_per_second": round(rate, 1),
            "alone_p50_over_bare": round(
                statistics.median(s for n, some in single.seconds.items() if n != BARE for s in some)
                / statistics.median(single.seconds[BARE]),
                2,
            ),
        },
    )
