"""G10: a roster of 100,000 rows × 20 columns read with all row checks beside the bare reader, and written beside the bare writer."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.run import Figure, Run, benchmark, pairs

LABELS = (
    "证件号码", "姓名", "乡镇", "村", "银行账号", "关系", "民族", "备注",
    *(f"金额{i}" for i in range(1, 9)), "起始日", "截止日", "人数", "编号",
)  # fmt: skip
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def rows(count: int) -> Iterator[tuple[Any, ...]]:
    """A believable roster: valid numbers, text accounts, amounts in fen, days."""
    since, until = date(2026, 1, 1), date(2026, 12, 31)
    for i in range(count):
        body = f"533103{1940 + i % 70}{1 + i % 12:02d}{1 + i % 28:02d}{i % 1000:03d}"
        check = "10X98765432"[sum(int(c) * w for c, w in zip(body, WEIGHTS, strict=True)) % 11]
        yield (
            body + check, f"岩{i % 997}", "风平镇", "法帕村民委员会", f"6217{i:012d}", "户主", "傣族", "无",
            *(i * 7 % 90_000 + k for k in range(8)), since, until, i % 9 + 1, f"DB{i:08d}",
        )  # fmt: skip


def columns() -> list[Any]:
    from tuodi.kit.sheets import Column

    kinds = ["text"] * 8 + ["yuan"] * 8 + ["day", "day", "number", "text"]
    return [
        Column(label, lambda row, i=i: row[i], kind)
        for i, (label, kind) in enumerate(zip(LABELS, kinds, strict=True))
    ]


def checks() -> list[Any]:
    """The checks a bank or department roster gets: number with its check digit, account, amounts, days, lengths."""
    from tuodi.kit.sheets import Check, citizen_test

    citizen = citizen_test(date(2026, 11, 23))

    def amount(value: Any) -> str:
        return "" if isinstance(value, float | int) and 0 <= value < 1e12 else "金额应为不小于零的数字"

    def day(value: Any) -> str:
        return "" if isinstance(value, date) else "应为日期"

    text, numbers = re.compile(r".{0,60}", re.S), frozenset({int, float})
    return [
        Check("证件号码", citizen, required=True, text_only=True),
        *(
            Check(label, lambda v: "" if len(str(v)) <= 60 else "太长", text)
            for label in LABELS[1:8]
            if label != "银行账号"
        ),
        Check(
            "银行账号",
            lambda v: "应为 8 至 30 位数字",
            re.compile(r"\d{8,30}"),
            required=True,
            text_only=True,
        ),
        *(Check(label, amount, required=True, kinds=numbers, least=0, most=1e12) for label in LABELS[8:16]),
        Check("起始日", day, required=True, kinds=frozenset({date})),
        Check("截止日", day, kinds=frozenset({date})),
        Check("人数", amount, kinds=numbers, least=0, most=100),
        Check("编号", lambda v: "应为 DB 加 8 位数字", re.compile(r"DB\d{8}"), required=True),
    ]


def roster(count: int) -> bytes:
    from tuodi.kit.sheets import export_rows

    stream = io.BytesIO()
    export_rows("名册", columns(), rows(count), stream)
    return stream.getvalue()


def prepare() -> None:
    import django

    django.setup()


@benchmark("sheets.import", "s", anchor="bare python-calamine, same file", goal=2.0)
def reading(run: Run) -> Figure:
    prepare()
    import python_calamine

    from tuodi.kit.sheets import read_roster

    count = run.size(100_000, 300_000)
    content, wanted = roster(count), checks()

    def product() -> None:
        found, faults, _book = read_roster(content, wanted)
        assert len(found) == count and not faults

    def bare() -> None:
        sheet = python_calamine.load_workbook(io.BytesIO(content)).get_sheet_by_index(0)
        assert sum(1 for _row in sheet.iter_rows()) == count + 1

    return pairs(product, bare, rows=count, columns=len(LABELS), megabytes=round(len(content) / 1e6, 1))


@benchmark("sheets.import.fastexcel", "s", anchor="bare fastexcel to Arrow, same file", goal=2.0)
def reading_fast(run: Run) -> Figure:
    prepare()
    import fastexcel

    from tuodi.kit.sheets import read_roster

    count = run.size(100_000, 300_000)
    content, wanted = roster(count), checks()

    def bare() -> None:
        assert fastexcel.read_excel(content).load_sheet(0).to_arrow().num_rows == count

    return pairs(lambda: read_roster(content, wanted), bare, rows=count)


@benchmark("sheets.export", "s", anchor="bare rustpy-xlsxwriter, same rows", goal=1.5)
def writing(run: Run) -> Figure:
    prepare()
    import rustpy_xlsxwriter

    from tuodi.kit.sheets import export_rows

    count = run.size(100_000, 300_000)
    data = list(rows(count))
    target = run.scratch / "roster.xlsx"
    made = columns()

    def bare() -> None:
        rustpy_xlsxwriter.write_worksheet(
            (dict(zip(LABELS, row, strict=True)) for row in data),
            str(run.scratch / "bare.xlsx"),
            sheet_name="名册",
        )

    return pairs(lambda: export_rows("名册", made, data, target), bare, rows=count)


MEASURE = """
import json, resource, sys
import django; django.setup()
from benchmarks.bench_sheets import columns, rows
from tuodi.kit.sheets import export_rows
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
export_rows("名册", columns(), rows(int(sys.argv[1])), sys.argv[2])
print(json.dumps({"before": before, "after": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}))
"""


@benchmark("sheets.export.memory", "MB", goal=80.0)
def memory(run: Run) -> Figure:
    """What writing 100,000 streamed rows adds to a process that has Django loaded; ten times as many should add no more."""
    grown = {}
    for count in (100_000, run.size(300_000, 1_000_000)):
        done = subprocess.run(
            [sys.executable, "-c", MEASURE, str(count), str(run.scratch / "memory.xlsx")],
            capture_output=True,
            text=True,
            check=True,
            cwd=Path(__file__).resolve().parents[1],
        )
        told = json.loads(done.stdout.strip().splitlines()[-1])
        grown[count] = (told["after"] - told["before"]) / 1024
    return Figure(grown[100_000], None, {f"mb_at_{k}": round(v, 1) for k, v in grown.items()})
