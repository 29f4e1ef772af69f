"""Charts drawn on the server as SVG: they print, need no script, and every one carries its numbers as a table.

`bar`, `line` and `stacked` take labels and whole numbers (fen, households, days) and give a `Chart`; a page shows it
with `<c-chart :chart="chart" />`. `unit="fen"` writes values as yuan; `size=420` draws for half a page.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from tuodi.core.money import yuan_text

WIDE, SERIES_MAX = 640, 6  # units of the drawing, about pixels; type is 12 of them high


@dataclass(frozen=True)
class Chart:
    """A drawn chart: `svg` for the eye, `table` for those who read or copy, `says` in one sentence."""

    title: str
    says: str
    svg: SafeString
    table: SafeString


def bar(
    title: str,
    labels: Sequence[str],
    values: Sequence[int | None],
    *,
    unit: str = "",
    name: str = "",
    size: int = WIDE,
) -> Chart:
    """Horizontal bars, one a label: comparison of places or bureaus. None is 'no report', drawn as such, not as 0."""
    assert len(labels) == len(values), "one value a label"
    write = writer(unit)
    left = min(220, max([60, *(12 * width(label) // 2 + 16 for label in labels)]))
    right = 12 * max([4, *(width(write(v)) for v in values if v is not None)]) // 2 + 24
    row, top = 28, 8
    height = top * 2 + row * max(1, len(labels))
    span = size - left - right
    low, high = (
        min([0, *(v for v in values if v is not None)]),
        max([0, *(v for v in values if v is not None)]),
    )
    reach = high - low or 1
    zero = left + span * -low // reach
    parts = []
    for n, (label, value) in enumerate(zip(labels, values, strict=True)):
        y = top + n * row
        parts.append(
            f'<text x="{left - 8}" y="{y + 18}" text-anchor="end">{escape(short(label, left - 14))}</text>'
        )
        if value is None:
            parts.append(f'<text class="c-soft" x="{zero + 6}" y="{y + 18}">{escape(_("未报"))}</text>')
            continue
        long = span * abs(value) / reach
        x = zero if value >= 0 else zero - long
        parts.append(
            f'<rect class="s-0" fill="currentColor" x="{x:.1f}" y="{y + 5}" width="{long:.1f}" height="{row - 10}"/>'
        )
        parts.append(f'<text x="{max(x + long, zero) + 6:.1f}" y="{y + 18}">{escape(write(value))}</text>')
    parts.append(f'<line class="c-axis" x1="{zero}" y1="{top}" x2="{zero}" y2="{height - top}"/>')
    return done(title, size, height, parts, labels, {name or unit_name(unit) or _("数值"): values}, write)


def line(
    title: str,
    labels: Sequence[str],
    series: Mapping[str, Sequence[int | None]],
    *,
    unit: str = "",
    size: int = WIDE,
) -> Chart:
    """Lines over time, one a series; a None leaves a gap (no report), never a zero."""
    check(labels, series)
    write = writer(unit)
    known = [v for values in series.values() for v in values if v is not None]
    frame = Frame(labels, min([0, *known]), max([1, *known]), write, list(series), size)
    parts = frame.parts()
    for n, values in enumerate(series.values()):
        run: list[str] = []
        for i, value in enumerate(values):
            if value is None:
                parts += stroke(run, n)
                run = []
                continue
            run.append(f"{frame.x(i):.1f},{frame.y(value):.1f}")
            parts.append(
                f'<circle class="s-{n}" fill="currentColor" cx="{frame.x(i):.1f}" cy="{frame.y(value):.1f}" r="3"/>'
            )
        parts += stroke(run, n)
    return done(title, size, frame.height, parts, labels, series, write)


def stacked(
    title: str,
    labels: Sequence[str],
    series: Mapping[str, Sequence[int | None]],
    *,
    unit: str = "",
    size: int = WIDE,
) -> Chart:
    """Stacked columns: what a total is made of, month by month or place by place. Values may not be negative."""
    check(labels, series)
    write = writer(unit)
    sums = [sum(values[i] or 0 for values in series.values()) for i in range(len(labels))]
    assert all((v or 0) >= 0 for values in series.values() for v in values), "a stack has no negative parts"
    frame = Frame(labels, 0, max([1, *sums]), write, list(series), size)
    parts = frame.parts()
    thick = min(56.0, frame.pitch * 0.62)
    for i in range(len(labels)):
        base = 0
        for n, values in enumerate(series.values()):
            value = values[i] or 0
            if value:
                y = frame.y(base + value)
                parts.append(
                    f'<rect class="s-{n}" fill="currentColor" x="{frame.x(i) - thick / 2:.1f}" y="{y:.1f}" width="{thick:.1f}"'
                    f' height="{frame.y(base) - y:.1f}"/>'
                )
            base += value
    return done(title, size, frame.height, parts, labels, series, write)


class Frame:
    """Axes, grid and legend of a chart with an upright value axis."""

    def __init__(
        self,
        labels: Sequence[str],
        low: int,
        high: int,
        write: Callable[[int], str],
        legend: list[str],
        size: int,
    ) -> None:
        self.labels, self.write, self.legend, self.size = labels, write, legend, size
        self.ticks = ticks(low, high)
        self.low, self.high = self.ticks[0], self.ticks[-1]
        self.left = 12 * max(width(write(t)) for t in self.ticks) // 2 + 20
        self.top, self.bottom = 38 if len(legend) > 1 else 14, 30
        self.height = 280
        self.pitch = (size - self.left - 14) / max(1, len(labels))

    def x(self, n: int) -> float:
        return self.left + self.pitch * (n + 0.5)

    def y(self, value: int) -> float:
        return self.top + (self.height - self.top - self.bottom) * (self.high - value) / (
            self.high - self.low
        )

    def parts(self) -> list[str]:
        parts = []
        for tick in self.ticks:
            y = self.y(tick)
            css = "c-axis" if tick == 0 else "c-rule"
            parts.append(
                f'<line class="{css}" x1="{self.left}" y1="{y:.1f}" x2="{self.size - 14}" y2="{y:.1f}"/>'
            )
            parts.append(
                f'<text class="c-soft" x="{self.left - 8}" y="{y + 4:.1f}" text-anchor="end">{escape(self.write(tick))}</text>'
            )
        widest = max([1, *(width(label) for label in self.labels)]) * 6 + 10
        every = max(1, -(-widest // max(1, int(self.pitch))))  # as many labels as fit side by side
        for n, label in enumerate(self.labels):
            if n % every == 0:
                parts.append(
                    f'<text x="{self.x(n):.1f}" y="{self.height - 10}" text-anchor="middle">'
                    f"{escape(short(label, int(self.pitch * every)))}</text>"
                )
        if len(self.legend) > 1:
            x = self.left
            for n, name in enumerate(self.legend):
                parts.append(
                    f'<rect class="s-{n}" fill="currentColor" x="{x}" y="10" width="12" height="12"/>'
                )
                parts.append(f'<text x="{x + 18}" y="20">{escape(name)}</text>')
                x += 18 + width(name) * 6 + 22
        return parts


def stroke(run: list[str], n: int) -> list[str]:
    """A line through the points of one unbroken run."""
    return [f'<polyline class="c-line s-{n}" points="{" ".join(run)}"/>'] if len(run) > 1 else []


def done(
    title: str,
    size: int,
    height: int,
    parts: list[str],
    labels: Sequence[str],
    series: Mapping[str, Sequence[int | None]],
    write: Callable[[int], str],
) -> Chart:
    """Put the drawing, its sentence and its table together."""
    says = sentence(labels, series, write)
    key = hashlib.sha256(f"{title}{says}{labels}".encode()).hexdigest()[:8]
    svg = (
        f'<svg class="{"c-wide" if size > 500 else "c-half"}" viewBox="0 0 {size} {height}"'
        f' role="img" aria-labelledby="t{key} d{key}">'
        f'<title id="t{key}">{escape(title)}</title><desc id="d{key}">{escape(says)}</desc>{"".join(parts)}</svg>'
    )
    return Chart(title, says, mark_safe(svg), table(title, labels, series, write))  # noqa: S308 - every text escaped above


def sentence(
    labels: Sequence[str], series: Mapping[str, Sequence[int | None]], write: Callable[[int], str]
) -> str:
    """What a look at the chart tells: the highest and the lowest of each series."""
    said = []
    for name, values in series.items():
        known = [(v, label) for v, label in zip(values, labels, strict=True) if v is not None]
        if known:
            (high, at_high), (low, at_low) = max(known, key=lambda p: p[0]), min(known, key=lambda p: p[0])
            said.append(
                _("{name}：最高 {at_high} {high}，最低 {at_low} {low}").format(
                    name=name, at_high=at_high, high=write(high), at_low=at_low, low=write(low)
                )
            )
    return "；".join(said) or _("还没有数据")


def table(
    title: str, labels: Sequence[str], series: Mapping[str, Sequence[int | None]], write: Callable[[int], str]
) -> SafeString:
    """The same numbers as a table."""
    heads = format_html_join("", '<th scope="col" class="num">{}</th>', ((name,) for name in series))
    rows = format_html_join(
        "",
        '<tr><th scope="row">{}</th>{}</tr>',
        (
            (
                label,
                format_html_join(
                    "",
                    '<td class="num">{}</td>',
                    (
                        (_("未报") if values[i] is None else write(values[i] or 0),)
                        for values in series.values()
                    ),
                ),
            )
            for i, label in enumerate(labels)
        ),
    )
    return format_html(
        '<div class="scroll" tabindex="0" role="group" aria-label="{0}"><table class="table">'
        '<caption class="away">{0}</caption><thead><tr><th scope="col">{1}</th>{2}</tr></thead>'
        "<tbody>{3}</tbody></table></div>",
        title,
        _("项目"),
        heads,
        rows,
    )


def check(labels: Sequence[str], series: Mapping[str, Sequence[int | None]]) -> None:
    assert 1 <= len(series) <= SERIES_MAX, f"a chart holds 1 to {SERIES_MAX} series"
    assert all(len(values) == len(labels) for values in series.values()), "one value a label in every series"


def ticks(low: int, high: int) -> list[int]:
    """Four to seven round numbers from at or below `low` to at or above `high`, zero among them."""
    span = max(1, high - low)
    step = 1
    while True:
        for size in (step, 2 * step, 5 * step):
            if span <= 5 * size:
                first, last = low // size * size, -(-high // size) * size
                return list(range(first, max(last, first + size) + 1, size))
        step *= 10


def writer(unit: str) -> Callable[[int], str]:
    """How values are written: fen as yuan, anything else with thousands."""
    return (lambda v: yuan_text(v)) if unit == "fen" else (lambda v: f"{v:,}")


def unit_name(unit: str) -> str:
    return _("元") if unit == "fen" else unit


def width(text: str) -> int:
    """Columns a text takes: two for a Chinese character, one for a Latin one."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def short(text: str, room: int) -> str:
    """`text` cut to `room` pixels at 12 px type."""
    if width(text) * 6 <= room:
        return text
    while text and width(text) * 6 + 12 > room:
        text = text[:-1]
    return text + "…"
