"""A box that is far too long, in columns: lines go on at the top of the next one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil, sqrt

from kauxgen.picture.lattice import Arc, Lattice

Point = tuple[float, float]

_LONGEST = 2000.0
"""How long a box may be before it is folded, if it is narrow."""
_NARROW = 3.0
_SPACE = 8.0
_EDGE = 14.0
_NEAR = 4
"""How many rows a column may be longer or shorter, to be cut where few lines are."""


@dataclass
class Folded:
    """What folding changed: the size of what is in the box, and lines between columns.

    `ways` are the corners of the lines that lead from one column to the next.
    """

    width: float
    bottom: float
    ways: dict[Arc, tuple[Point, ...]] = field(default_factory=dict)


def fold(grid: Lattice, within: float, top: float, bottom: float, end: float) -> Folded:
    """Move the rows of a long box into columns; leave others as they are.

    The rows stand between `top` and `bottom`; `end` is the room below the last of them.
    """
    high = bottom - top
    if high < _LONGEST or high < within * _NARROW:
        return Folded(within, bottom)
    columns = ceil(sqrt(high / within) * 0.9)
    cuts = _cuts(grid, columns, top, high / columns)
    starts, ends = [0, *cuts], [*cuts, len(grid.rows)]
    folded, left, lowest = Folded(within, bottom), 0.0, 0.0
    tails: list[Arc] = []
    for start, stop in zip(starts, ends, strict=True):
        rows = grid.rows[start:stop]
        room = _EDGE + _SPACE * len(tails) if tails else 0.0
        up = (
            min(v.y for v in rows[0] if v.y or not start) - top - room if start else 0.0
        )
        for vertex in (each for row in rows for each in row):
            vertex.x += left
            vertex.y -= up
        folded.width = left + within
        _lead(tails, top, folded.ways)
        tails = _crossing(grid, stop)
        foot = max(v.y + v.height for v in rows[-1])
        _leave(tails, foot, left + within, folded.ways)
        lowest = max(lowest, foot + (_EDGE + _SPACE * len(tails) if tails else end))
        left += within + _EDGE * 2 + _SPACE * len(tails)
    folded.bottom = lowest
    return folded


def _cuts(grid: Lattice, columns: int, top: float, high: float) -> list[int]:
    """Return the rows at which columns begin: about so high, where few lines cross."""
    lines = [0] * (len(grid.rows) + 1)
    for arc in grid.arcs:
        lines[arc.head.rank] += 1
    cuts: list[int] = []
    for column in range(1, columns):
        wanted = top + high * column
        row = next(
            r for r, row in enumerate(grid.rows) if max(v.y for v in row) >= wanted
        )
        first = (cuts[-1] if cuts else 0) + 1
        near = range(max(row - _NEAR, first), min(row + _NEAR, len(grid.rows) - 1))
        if near:
            cuts.append(min(near, key=lambda one: (lines[one], abs(one - row))))
    return cuts


def _crossing(grid: Lattice, stop: int) -> list[Arc]:
    """Return the arcs into the first row of the next column, the rightmost first."""
    found = [arc for arc in grid.arcs if arc.head.rank == stop]
    return sorted(found, key=lambda arc: -(arc.tail.x + arc.tail.exit(arc.key)))


def _leave(
    arcs: Sequence[Arc], foot: float, right: float, ways: dict[Arc, tuple[Point, ...]]
) -> None:
    """Lead lines down and into the gap between the columns, none over another."""
    for place, arc in enumerate(arcs):
        x = arc.tail.x + arc.tail.exit(arc.key)
        y = foot + _EDGE + _SPACE * place
        gap = right + _EDGE + _SPACE * place
        ways[arc] = ((x, arc.tail.y + arc.tail.height), (x, y), (gap, y))


def _lead(arcs: Sequence[Arc], top: float, ways: dict[Arc, tuple[Point, ...]]) -> None:
    """Lead lines up to the top of the next column, and down to where they go."""
    for place, arc in enumerate(arcs):
        gap = ways[arc][-1][0]
        x, y = arc.head.x + arc.head.entry(arc.key), top + _SPACE * place
        ways[arc] = (*ways[arc], (gap, y), (x, y), (x, arc.head.y))
