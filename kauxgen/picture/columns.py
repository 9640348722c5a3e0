"""Where the vertices of a graph stand in their rows: lines as straight as can be.

Each vertex wants to stand under the weighted median of its neighbours. A row is fitted
to these wishes in its order, with the gaps that it needs: isotonic regression, by
pooling neighbours that are in each other's way. What goes on outweighs what hangs
beside it, and this outweighs bends: a chain of layers is straight, the rest gives way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from kauxgen.picture.lattice import BEND, PART, Arc, Lattice, Vertex

_SWEEPS = 6
_GAP = 22.0
_BEND_GAP = 14.0
_HEAVY = 1e6


def spread(lattice: Lattice) -> float:
    """Give every vertex its x; return the width of all rows, which begin at 0."""
    above, below = lattice.above(), lattice.below()
    for row in lattice.rows:
        _fit(row, {})
    for _ in range(_SWEEPS):
        _sweep(lattice.rows, above, _under)
        _sweep(lattice.rows[::-1], below, _over)
    _sweep(lattice.rows, above, _under)
    _straighten(list(_chains(lattice, below)), lattice.rows)
    vertices = [each for row in lattice.rows for each in row]
    left = min(each.x for each in vertices)
    for vertex in vertices:
        vertex.x = round(vertex.x - left, 2)
    return max(each.x + each.width for each in vertices)


_Wish = tuple[float, float]


def _under(arc: Arc) -> _Wish:
    return arc.tail.x + arc.shift, arc.strength


def _over(arc: Arc) -> _Wish:
    return arc.head.x - arc.shift, arc.strength


def _sweep(
    rows: list[list[Vertex]],
    arcs: Mapping[Vertex, list[Arc]],
    wish: Callable[[Arc], _Wish],
) -> None:
    for row in rows:
        wishes = {each: [wish(arc) for arc in arcs[each]] for each in row}
        _fit(row, {each: _median(found) for each, found in wishes.items() if found})


def _median(wishes: list[_Wish]) -> float:
    """Return the weighted median; in the middle between two of equal weight."""
    wishes = sorted(wishes)
    half, passed = sum(weight for _, weight in wishes) / 2, 0.0
    for place, (wanted, weight) in enumerate(wishes):
        passed += weight
        if abs(passed - half) < 1e-9:
            return (wanted + wishes[place + 1][0]) / 2
        if passed > half:
            return wanted
    return wishes[-1][0]


def _fit(row: list[Vertex], wanted: Mapping[Vertex, float]) -> None:
    """Put a row as close to its wishes as its order and gaps allow."""
    pools: list[tuple[float, float, int]] = []
    starts, start = [], 0.0
    for place, vertex in enumerate(row):
        if place:
            start += row[place - 1].width + _gap(row[place - 1], vertex)
        starts.append(start)
        weight = _weight(vertex) if vertex in wanted else 1e-3
        pools.append((wanted.get(vertex, vertex.x) - start, weight, 1))
        while len(pools) > 1 and pools[-2][0] >= pools[-1][0]:
            pools.append(_pooled(pools.pop(), pools.pop()))
    fitted = [value for value, _, count in pools for _ in range(count)]
    for vertex, start, value in zip(row, starts, fitted, strict=True):
        vertex.x = start + value


def _pooled(
    one: tuple[float, float, int], other: tuple[float, float, int]
) -> tuple[float, float, int]:
    weight = one[1] + other[1]
    mean = (one[0] * one[1] + other[0] * other[1]) / weight
    return mean, weight, one[2] + other[2]


def _weight(vertex: Vertex) -> float:
    if vertex.kind != PART:
        return 1.0
    return _HEAVY if vertex.leaf else _HEAVY**2


def _gap(left: Vertex, right: Vertex) -> float:
    bends = left.kind == BEND or right.kind == BEND
    return _BEND_GAP if bends else _GAP


def _chains(
    lattice: Lattice, below: Mapping[Vertex, list[Arc]]
) -> Iterator[list[Vertex]]:
    """Yield the bends of each long line, from above."""
    for arc in lattice.arcs:
        if arc.head.kind != BEND or arc.tail.kind == BEND:
            continue
        chain, here = [], [arc.head]
        while here:
            chain.append(here[0])
            here = [one.head for one in below[here[0]] if one.head.kind == BEND]
        yield chain


def _straighten(chains: list[list[Vertex]], rows: list[list[Vertex]]) -> None:
    """Put bends of a line under each other, as far as the parts leave room for that.

    Parts stay where they are; lines that then come too close move apart again.
    """
    wanted: dict[Vertex, float] = {}
    for chain in chains:
        start = 0
        while start < len(chain):
            run, where = _straight(chain[start:], rows)
            wanted.update(dict.fromkeys(run, where))
            start += len(run)
    for row in rows:
        if any(vertex in wanted for vertex in row):
            _fit(row, {each: wanted.get(each, each.x) for each in row})


def _straight(
    chain: list[Vertex], rows: list[list[Vertex]]
) -> tuple[list[Vertex], float]:
    """Return the bends from the first on that one x has room for, and that x."""
    low, high = float("-inf"), float("inf")
    run: list[Vertex] = []
    for vertex in chain:
        left, right = _room(vertex, rows[vertex.rank])
        if run and max(low, left) > min(high, right):
            break
        low, high = max(low, left), min(high, right)
        run.append(vertex)
    middle = sorted(each.x for each in run)[len(run) // 2]
    return run, min(max(middle, low), max(low, high))


def _room(vertex: Vertex, row: list[Vertex]) -> tuple[float, float]:
    """Return how far to the left and right a bend may move, between parts."""
    low, high, gap = float("-inf"), float("inf"), _BEND_GAP
    place = vertex.place
    for count, left in enumerate(reversed(row[:place]), 1):
        if left.kind != BEND:
            low = left.x + left.width + gap * count
            break
    for count, right in enumerate(row[place + 1 :], 1):
        if right.kind != BEND:
            high = right.x - gap * count
            break
    return low, high
