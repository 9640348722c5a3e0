"""Charts as SVG: lines over logarithmic axes, and intervals beside each other.

Colours follow the reader's `prefers-color-scheme`; lines differ in marks and dashes,
and every text is a text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10

from kauxgen.picture.lettering import width
from telling.tables import Interval, number

_LIGHT = "#ffffff #1f2328 #59636e #d1d9e0 #0550ae #b35900 #116329 #8250df"
_DARK = "#0d1117 #f0f6fc #a3adb8 #3d444d #79c0ff #ffb77c #7ee2a0 #d2a8ff"
_NAMES = ("page", "ink", "soft", "rule", "a", "b", "c", "d")
_SERIES = ("a", "b", "c", "d")
_DASHES = ("", "7 3", "2 3", "9 3 2 3")
_LEFT, _TOP, _WIDE, _HIGH, _GAP = 66.0, 92.0, 330.0, 230.0, 88.0

Point = tuple[float, float]


@dataclass(frozen=True)
class Plot:
    """Lines over logarithmic axes: by name, the points of each, none of them 0."""

    title: str
    across: str
    up: str
    lines: dict[str, Sequence[Point]]


def plots(title: str, about: str, shown: Sequence[Plot]) -> str:
    """Draw plots of the same lines beside each other, with one legend."""
    wide = _LEFT + len(shown) * _WIDE + (len(shown) - 1) * _GAP + 24
    body = list(_legend(list(shown[0].lines)))
    for index, plot in enumerate(shown):
        left = _LEFT + index * (_WIDE + _GAP)
        body += [f'<g transform="translate({left:g} {_TOP:g})">', *_plot(plot), "</g>"]
    return _document(title, about, wide, _TOP + _HIGH + 56, body)


def _legend(names: list[str]) -> Iterator[str]:
    x = _LEFT
    for index, name in enumerate(names):
        yield f'<g transform="translate({x:g} 52)">{_line(index, [(0, 0), (26, 0)])}'
        yield f'{_mark(index, (13, 0))}<text class="label" x="34" y="4">{_text(name)}'
        yield "</text></g>"
        x += 34 + width(name, 12) + 22


def _plot(plot: Plot) -> Iterator[str]:
    points = [point for line in plot.lines.values() for point in line]
    across = _Axis.over([x for x, _ in points], _WIDE)
    up = _Axis.over([y for _, y in points], _HIGH)
    yield f'<text class="name" x="0" y="-14">{_text(plot.title)}</text>'
    for value in across.ticks():
        x = f"{across.at(value):.1f}"
        yield f'<path class="rule" d="M{x} 0V{_HIGH:g}"/><text class="tick" x="{x}" '
        yield f'y="{_HIGH + 16:g}" text-anchor="middle">{_short(value)}</text>'
    for value in up.ticks():
        y = _HIGH - up.at(value)
        yield f'<path class="rule" d="M0 {y:.1f}H{_WIDE:g}"/><text class="tick" x="-8" '
        yield f'y="{y + 4:.1f}" text-anchor="end">{_short(value)}</text>'
    yield f'<text class="tick" x="{_WIDE / 2:g}" y="{_HIGH + 36:g}" '
    yield f'text-anchor="middle">{_text(plot.across)}</text>'
    yield f'<text class="tick" transform="translate(-50 {_HIGH / 2:g}) rotate(-90)" '
    yield f'text-anchor="middle">{_text(plot.up)}</text>'
    for index, (name, line) in enumerate(plot.lines.items()):
        placed = [(across.at(x), _HIGH - up.at(y)) for x, y in line]
        yield f"<g><title>{_text(name)}</title>{_line(index, placed)}"
        for (x, y), point in zip(line, placed, strict=True):
            told = f"{name}: {number(y)} at {number(x)}"
            yield f"<g><title>{_text(told)}</title>{_mark(index, point)}</g>"
        yield "</g>"


@dataclass(frozen=True)
class _Axis:
    """A logarithmic axis: its ends as powers of ten, and its length."""

    low: float
    high: float
    length: float

    @classmethod
    def over(cls, values: Sequence[float], length: float) -> _Axis:
        """Span values, with whole powers where they reach over several."""
        low, high = log10(min(values)), log10(max(values))
        return cls(floor(low * 2) / 2, max(ceil(high * 2) / 2, low + 0.5), length)

    def at(self, value: float) -> float:
        """Place a value."""
        return (log10(value) - self.low) / (self.high - self.low) * self.length

    def ticks(self) -> Iterator[float]:
        """Yield round values: powers of ten, and their halves where there is room."""
        steps = (1,) if self.high - self.low > 2.5 else (1, 2, 5)
        for power in range(floor(self.low), ceil(self.high) + 1):
            for step in steps:
                if self.low - 1e-9 <= log10(step * 10**power) <= self.high + 1e-9:
                    yield step * 10.0**power


def _short(value: float) -> str:
    """Write the value of a tick."""
    if value >= 1e6:
        return f"{value / 1e6:g}M"
    return f"{value / 1e3:g}k" if value >= 1e4 else f"{value:g}"


def _line(index: int, points: Sequence[Point]) -> str:
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    dash = _DASHES[index]
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<path class="line {_SERIES[index]}" d="M{path}"{dashed}/>'


def _mark(index: int, point: Point) -> str:
    """Draw a disc, a square, a triangle or a lozenge."""
    x, y = point
    start, name = f"M{x:.1f} {y:.1f}", _SERIES[index]
    if index == 0:
        return f'<circle class="mark {name}" cx="{x:.1f}" cy="{y:.1f}" r="4"/>'
    turns = ("m-4 -4h8v8h-8z", "m0 -5l5 9h-10z", "m0 -5.5l5.5 5.5l-5.5 5.5l-5.5 -5.5z")
    return f'<path class="mark {name}" d="{start}{turns[index - 1]}"/>'


def intervals(title: str, about: str, rows: dict[str, Interval]) -> str:
    """Draw 95% confidence intervals below each other, with a line where zero is."""
    names = max(width(name, 12) for name in rows)
    low = min(0.0, *(one.low for one in rows.values()))
    high = max(0.0, *(one.high for one in rows.values()))
    left, room = 24 + names + 20, 420.0

    def at(value: float) -> float:
        return left + (value - low) / (high - low) * room

    bottom = 62 + 30 * len(rows)
    body = [f'<path class="zero" d="M{at(0):.1f} 52V{bottom}"/>']
    for index, (name, one) in enumerate(rows.items()):
        y, ends = 72 + 30 * index, (at(one.low), at(one.high))
        told = f"{name}: {number(one.mean)}, {number(one.low)} to {number(one.high)}"
        body += [
            f'<text class="label" x="{left - 20:.1f}" y="{y + 4}" text-anchor="end">',
            f"{_text(name)}</text><g><title>{_text(told)}</title>",
            f'<path class="line a" d="M{ends[0]:.1f} {y}H{ends[1]:.1f}M{ends[0]:.1f} '
            f'{y - 5}v10M{ends[1]:.1f} {y - 5}v10"/>{_mark(0, (at(one.mean), y))}</g>',
        ]
    for value in {low, 0.0, high}:
        body.append(
            f'<text class="tick" x="{at(value):.1f}" y="{bottom + 16}" '
            f'text-anchor="middle">{number(value, 2)}</text>'
        )
    return _document(title, about, left + room + 40, bottom + 34, body)


def _document(title: str, about: str, wide: float, high: float, body: list[str]) -> str:
    """Put a picture around shapes."""
    light, dark = (
        ";".join(f"--{n}:{v}" for n, v in zip(_NAMES, colours.split(), strict=True))
        for colours in (_LIGHT, _DARK)
    )
    size = f"{wide:.0f} {high:.0f}"
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" '
        f'width="{wide:.0f}" height="{high:.0f}" class="chart" role="img" '
        'aria-labelledby="chart-title chart-about">',
        f'<title id="chart-title">{_text(title)}</title>',
        f'<desc id="chart-about">{_text(about)}</desc>',
        f"<style>.chart{{{light}}}",
        f"@media (prefers-color-scheme:dark){{.chart{{{dark}}}}}",
        '.chart text{font-family:Helvetica,Arial,"Liberation Sans","DejaVu Sans",'
        "sans-serif;fill:var(--ink)}",
        ".page{fill:var(--page)}text.heading{font-size:16px;font-weight:700}",
        "text.name{font-size:13px;font-weight:700}text.label{font-size:12px}",
        ".chart text.tick{font-size:11px;fill:var(--soft)}.rule{stroke:var(--rule)}",
        ".zero{stroke:var(--soft);stroke-dasharray:4 3}",
        ".line{fill:none;stroke-width:2}",
        *(
            f".line.{one}{{stroke:var(--{one})}}.mark.{one}{{fill:var(--{one})}}"
            for one in _SERIES
        ),
        "</style>",
        '<rect class="page" width="100%" height="100%" rx="10"/>',
        f'<text class="heading" x="24" y="30">{_text(title)}</text>',
        *body,
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _text(text: str) -> str:
    return escape(text, quote=False)
