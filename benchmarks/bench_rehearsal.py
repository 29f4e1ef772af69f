"""The rehearsal: from the click to the table over a prefecture, and twenty scenarios over a million households (G5)."""

from __future__ import annotations

from datetime import date
from typing import Any

from benchmarks.bench_answers import files_of
from benchmarks.bench_rules import populate
from benchmarks.run import Figure, Run, benchmark, repeated, timed

ON, MONTH = date(2026, 11, 24), date(2027, 1, 1)
RURAL = "dibao.standard.rural_year_fen"


def _raised(value: int) -> Any:
    from tuodi.core.parameters import ParameterRow
    from tuodi.policy.parameters import shipped

    return shipped().with_rows([ParameterRow(RURAL, "533100", date(2026, 12, 1), value, "草案", "test")])


def _roll(households: int) -> Any:
    """Two of five on the roll, all with the same amount by the rule."""
    import numpy as np
    import pyarrow as pa

    ids = np.arange(households)
    return pa.table({"household_id": ids, "source_id": ids, "on_roll": ids * 7919 % 5 < 2,
                     "paid_fen": np.full(households, 40_000), "by_rule": np.full(households, True)})  # fmt: skip


def _frozen(run: Run, households: int) -> Any:
    """A month's frozen facts as sealed files, invented in the engine, and the row that names them."""
    import duckdb

    from tuodi.oversight.rehearsal.models import FrozenMonth
    from tuodi.oversight.rehearsal.services import freezing

    folder = freezing.root() / "2026-11.1"
    folder.mkdir()
    connection = duckdb.connect()
    populate(connection, households, run.seed)
    members = 0
    for number, begin in enumerate(range(0, households, freezing.PART)):
        for level in ("households", "members"):
            some = connection.sql(
                f"SELECT * FROM {level} WHERE household_id BETWEEN {begin} AND {begin + freezing.PART - 1} ORDER BY ALL"
            ).to_arrow_table()
            freezing._put(some, folder / level / f"part-{number:05d}{freezing.ENDING}")
            members += some.num_rows if level == "members" else 0
    freezing._put(_roll(households), folder / f"roll{freezing.ENDING}")
    return FrozenMonth.objects.create(
        month=date(2026, 11, 1), as_of=ON, folder=folder.name, households=households, members=members, on_roll=households // 5 * 2,
        digest="0" * 64, made_on=ON,
    )  # fmt: skip


@benchmark("rehearsal.click_to_table_150k", "s", goal=3.0)
def click_to_table(run: Run) -> Figure:
    """A raised rural standard over 150,000 households: POST, answer, the page with tables and charts."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    from django.test import Client

    from tuodi.oversight.rehearsal import services
    from tuodi.records.org import clock
    from tuodi.records.org.load import load_areas, load_departments
    from tuodi.records.org.models import Area, Assignment, Officer
    from tuodi.records.standards import selectors as standards
    from tuodi.records.standards.load import load_calendar

    load_areas()
    load_departments()
    load_calendar()
    clock.today = lambda: ON
    by = Officer.objects.create(username="bench", name="测试", password="!")
    Assignment.objects.create(
        officer=by, role="civil_affairs", area_id="533100", since=date(2020, 1, 1), given_by="bench"
    )
    area = Area.objects.get(pk="533100")
    draft = services.begin(title="农村标准提高", area=area, by=by, on=ON)
    services.add_value(
        draft=draft, info=standards.parameters().info[RURAL], area=area, since=date(2026, 12, 1), value=720_000, basis="年度调标测算稿", mark="test",
        by=by, on=ON,
    )  # fmt: skip
    frozen = _frozen(run, run.size(150_000, 150_000))
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(by)

    def click() -> None:
        answer = client.post(f"/rehearsal/{draft.pk}/run/", follow=True)
        assert answer.status_code == 200 and "<svg" in answer.content.decode()

    return repeated(click, n=5, households=frozen.households, members=frozen.members)


def _million(run: Run, households: int) -> Any:
    from tuodi.bulk.scenarios import Scenarios
    from tuodi.bulk.snapshot import Snapshot

    folder = files_of(run, households // 250_000)
    return Scenarios(
        Snapshot(folder / "households", folder / "members"), on=MONTH, as_of=date(2027, 1, 31), places={"533103205": 0},
        roll=_roll(households),
    )  # fmt: skip


@benchmark("rehearsal.twenty_1m", "s", goal=5.0)
def twenty(run: Run) -> Figure:
    """Twenty rural standards over a million households at once, counted by place, person and roll; what the standard leaves alone
    stands from the rehearsal before."""
    from tuodi.bulk.scenarios import totals
    from tuodi.policy.parameters import shipped

    ready = _million(run, 1_000_000)
    ready.run("minimum_living", [shipped(), _raised(699_000)])
    turn = [0]

    def work() -> None:
        turn[0] += 1
        base = 680_000 + turn[0] * 7
        answers = ready.run("minimum_living", [shipped(), *(_raised(base + n * 4_000) for n in range(20))])
        assert len(answers) == 20 and answers[0].roll is not None
        for one in answers:
            for dimension in ("sex", "age", "disability", "people"):
                totals(one.persons, dimension)

    return repeated(work, n=3, households=1_000_000, passes=ready.passes)


@benchmark("rehearsal.second_1m", "s", anchor="the first rehearsal on the same data", goal=0.35)
def second(run: Run) -> Figure:
    """A second standard, with what the first left held, against the first with nothing (G5)."""
    from tuodi.policy.parameters import shipped

    ready = _million(run, 1_000_000)
    first = timed(lambda: ready.run("minimum_living", [shipped(), _raised(700_000)]))
    ready.run("minimum_living", [shipped(), _raised(701_000)])
    seconds = [
        timed(lambda n=n: ready.run("minimum_living", [shipped(), _raised(702_000 + n)])) for n in range(5)
    ]
    value = sorted(seconds)[2]
    return Figure(value, first, {"runs": 5, "min_max": [round(min(seconds), 3), round(max(seconds), 3)]})
