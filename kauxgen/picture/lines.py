"""The lines of a laid out graph: straight down, and bent between its rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kauxgen.frozen import frozen
from kauxgen.picture.folding import Point
from kauxgen.picture.lattice import ENTRY, EXIT, Arc, Lattice


@frozen
class Line:
    """A line of the picture: straight down, a bend between rows, straight down.

    From (x, y) to `bend`, from there to `landing` at `to`, and down to `end`. One that
    has a `way` goes along its corners instead.
    """

    key: str
    x: float
    y: float
    bend: float
    to: float
    landing: float
    end: float
    arrow: bool
    way: tuple[Point, ...] = ()


def lines(
    grid: Lattice, bottom: float, ways: Mapping[Arc, tuple[Point, ...]]
) -> Iterable[Line]:
    """Draw the arcs: bends lie between rows, where no part stands."""
    ends = [max(v.y + v.height for v in row) for row in grid.rows]
    starts = [min(v.y for v in row) for row in grid.rows]
    for arc in grid.arcs:
        tail, head = arc.tail, arc.head
        x, to = tail.x + tail.exit(arc.key), head.x + head.entry(arc.key)
        bend, landing = ends[tail.rank], starts[head.rank]
        y = 0.0 if tail.kind == ENTRY else tail.y + tail.height
        end = bottom if head.kind == EXIT else head.y
        way = ways.get(arc, ())
        yield Line(arc.key, x, y, bend, to, landing, end, arc.arrow, way)
