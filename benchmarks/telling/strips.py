"""Values below each other: bars from zero, and intervals around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kauxgen.picture.lettering import width
from telling.drawing import SERIES, document, mark, written
from telling.tables import Interval, number

_ROOM = 420.0


def intervals(title: str, about: str, rows: dict[str, Interval]) -> str:
    """Draw 95% confidence intervals below each other, with a line where zero is."""
    names = max(width(name, 12) for name in rows)
    low = min(0.0, *(one.low for one in rows.values()))
    high = max(0.0, *(one.high for one in rows.values()))
    left = 24 + names + 20

    def at(value: float) -> float:
        return left + (value - low) / (high - low) * _ROOM

    bottom = 62 + 30 * len(rows)
    body = [f'<path class="zero" d="M{at(0):.1f} 52V{bottom}"/>']
    for index, (name, one) in enumerate(rows.items()):
        y, ends = 72 + 30 * index, (at(one.low), at(one.high))
        told = f"{name}: {number(one.mean)}, {number(one.low)} to {number(one.high)}"
        body += [
            f'<text class="label" x="{left - 20:.1f}" y="{y + 4}" text-anchor="end">',
            f"{written(name)}</text><g><title>{written(told)}</title>",
            f'<path class="line a" d="M{ends[0]:.1f} {y}H{ends[1]:.1f}M{ends[0]:.1f} '
            f'{y - 5}v10M{ends[1]:.1f} {y - 5}v10"/>{mark(0, (at(one.mean), y))}</g>',
        ]
    for value in sorted({low, 0.0, high}):
        body.append(
            f'<text class="tick" x="{at(value):.1f}" y="{bottom + 16}" '
            f'text-anchor="middle">{number(value, 2)}</text>'
        )
    return document(title, about, left + _ROOM + 40, bottom + 34, body)


@dataclass(frozen=True)
class Bar:
    """A bar: its name, of which group it is, its median, the least and the most."""

    name: str
    group: str
    median: float
    least: float
    most: float


def bars(title: str, about: str, groups: Sequence[str], shown: Sequence[Bar]) -> str:
    """Draw bars from zero, coloured by their group, with what they range over."""
    left = 24 + max(width(one.name, 12) for one in shown) + 14
    most = max(one.most for one in shown)
    body, x = [], left
    for index, group in enumerate(groups):
        body.append(
            f'<rect class="mark {SERIES[index]}" x="{x:.1f}" y="46" width="12" '
            f'height="12"/><text class="label" x="{x + 18:.1f}" y="56">{written(group)}'
            "</text>"
        )
        x += 18 + width(group, 12) + 20
    for index, one in enumerate(shown):
        y, long = 74 + 24 * index, one.median / most * _ROOM
        series = SERIES[groups.index(one.group)]
        low, high = (left + value / most * _ROOM for value in (one.least, one.most))
        told = f"{one.name}: {number(one.median)}, {number(one.least)} to "
        body += [
            f'<text class="label" x="{left - 10:.1f}" y="{y + 13}" text-anchor="end">'
            f"{written(one.name)}</text>",
            f"<g><title>{written(told + number(one.most))}</title>"
            f'<rect class="mark {series}" x="{left:.1f}" y="{y}" width="{long:.1f}" '
            f'height="18"/><path class="range" d="M{low:.1f} {y + 9}H{high:.1f}M'
            f'{low:.1f} {y + 5}v8M{high:.1f} {y + 5}v8"/></g>',
            f'<text class="tick" x="{high + 8:.1f}" y="{y + 13}">{number(one.median)}'
            "</text>",
        ]
    return document(title, about, left + _ROOM + 70, 90 + 24 * len(shown), body)
