"""The order of each row of a graph: few crossings, by the barycenter heuristic.

Source: Sugiyama, Tagawa, Toda, "Methods for visual understanding of hierarchical system
structures" (1981).
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Callable, Iterable

from kauxgen.picture.lattice import Arc, Lattice, Vertex

_SWEEPS = 8
_Order = list[list[Vertex]]


def order(lattice: Lattice) -> None:
    """Order every row; what has an ordinal keeps its turn among those beside it.

    What no line leads to stands behind the others.
    """
    above, below = lattice.above(), lattice.below()
    _number(lattice.rows)
    best, fewest = _copy(lattice.rows), _crossings(lattice)
    for sweep in range(_SWEEPS):
        if not fewest:
            break
        if sweep % 2 == 0:
            _sweep(lattice.rows[1:], lambda each: map(_from, above[each]))
        else:
            _sweep(lattice.rows[-2::-1], lambda each: map(_to, below[each]))
        found = _crossings(lattice)
        if found < fewest:
            best, fewest = _copy(lattice.rows), found
    lattice.rows[:] = best
    for row in lattice.rows:
        row.sort(key=lambda each: not above[each] and not below[each])
        _in_turn(row)
    _number(lattice.rows)


def _copy(rows: _Order) -> _Order:
    return [list(row) for row in rows]


def _number(rows: Iterable[list[Vertex]]) -> None:
    for row in rows:
        for place, vertex in enumerate(row):
            vertex.place = place


def _from(arc: Arc) -> float:
    """Say where in its row an arc begins: the vertex, and the place on it."""
    return arc.tail.place + arc.tail.exit(arc.key) / (arc.tail.width + 1)


def _to(arc: Arc) -> float:
    return arc.head.place + arc.head.entry(arc.key) / (arc.head.width + 1)


def _sweep(
    rows: Iterable[list[Vertex]], ends: Callable[[Vertex], Iterable[float]]
) -> None:
    """Sort each row by the mean place of its neighbours in the row before."""
    for row in rows:
        wanted: dict[Vertex, float] = {}
        for vertex in row:
            places = list(ends(vertex))
            wanted[vertex] = sum(places) / len(places) if places else vertex.place
        row.sort(key=wanted.__getitem__)
        _number([row])


def _in_turn(row: list[Vertex]) -> None:
    """Put the vertices that have ordinals into their order, on the places they have."""
    places = [place for place, each in enumerate(row) if each.ordinal is not None]
    turns = sorted((row[place] for place in places), key=lambda each: each.ordinal or 0)
    for place, vertex in zip(places, turns, strict=True):
        row[place] = vertex


def _crossings(lattice: Lattice) -> int:
    """Count the crossings of arcs between neighbouring rows."""
    gaps: list[list[tuple[float, float]]] = [[] for _ in lattice.rows]
    for arc in lattice.arcs:
        gaps[arc.tail.rank].append((_from(arc), _to(arc)))
    return sum(map(_inversions, gaps))


def _inversions(ends: list[tuple[float, float]]) -> int:
    passed: list[float] = []
    count = 0
    for _, head in sorted(ends):
        count += len(passed) - bisect_right(passed, head)
        insort(passed, head)
    return count
