"""Lines over logarithmic axes, several plots of the same lines beside each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from kauxgen.picture.lettering import width
from telling.drawing import Point, document, line, mark, written
from telling.tables import number

_LEFT, _TOP, _WIDE, _HIGH, _GAP = 66.0, 92.0, 330.0, 230.0, 88.0


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
    return document(title, about, wide, _TOP + _HIGH + 56, body)


def _legend(names: list[str]) -> Iterator[str]:
    x = _LEFT
    for index, name in enumerate(names):
        yield f'<g transform="translate({x:g} 52)">{line(index, [(0, 0), (26, 0)])}'
        yield f'{mark(index, (13, 0))}<text class="label" x="34" y="4">{written(name)}'
        yield "</text></g>"
        x += 34 + width(name, 12) + 22


def _plot(plot: Plot) -> Iterator[str]:
    points = [point for line in plot.lines.values() for point in line]
    across = _Axis.over([x for x, _ in points], _WIDE)
    up = _Axis.over([y for _, y in points], _HIGH)
    yield f'<text class="name" x="0" y="-14">{written(plot.title)}</text>'
    for value in across.ticks():
        x = f"{across.at(value):.1f}"
        yield f'<path class="rule" d="M{x} 0V{_HIGH:g}"/><text class="tick" x="{x}" '
        yield f'y="{_HIGH + 16:g}" text-anchor="middle">{_short(value)}</text>'
    for value in up.ticks():
        y = _HIGH - up.at(value)
        yield f'<path class="rule" d="M0 {y:.1f}H{_WIDE:g}"/><text class="tick" x="-8" '
        yield f'y="{y + 4:.1f}" text-anchor="end">{_short(value)}</text>'
    yield f'<text class="tick" x="{_WIDE / 2:g}" y="{_HIGH + 36:g}" '
    yield f'text-anchor="middle">{written(plot.across)}</text>'
    yield f'<text class="tick" transform="translate(-50 {_HIGH / 2:g}) rotate(-90)" '
    yield f'text-anchor="middle">{written(plot.up)}</text>'
    for index, (name, points) in enumerate(plot.lines.items()):
        placed = [(across.at(x), _HIGH - up.at(y)) for x, y in points]
        yield f"<g><title>{written(name)}</title>{line(index, placed)}"
        for (x, y), point in zip(points, placed, strict=True):
            told = f"{name}: {number(y)} at {number(x)}"
            yield f"<g><title>{written(told)}</title>{mark(index, point)}</g>"
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
