"""A graph in rows: vertices by rank, long arcs broken at every row that they cross."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from kauxgen.frozen import frozen

ENTRY, EXIT, BEND, PART = "entry", "exit", "bend", "part"


@dataclass(eq=False)
class Vertex:
    """What takes a place in a row: a part, a bend of an arc, or a port of the frame.

    `entries` and `exits` say where arcs meet it, by the tensor that they carry, as
    distances from its left edge; elsewhere they meet its middle. A `leaf` hangs beside
    what goes on, such as a term.
    """

    id: str
    kind: str
    width: float
    height: float
    entries: Mapping[str, float] = field(default_factory=dict)
    exits: Mapping[str, float] = field(default_factory=dict)
    leaf: bool = False
    ordinal: int | None = None
    rank: int = 0
    place: int = 0
    x: float = 0.0
    y: float = 0.0

    def entry(self, key: str) -> float:
        """Return where an arc that carries a tensor enters."""
        return self.entries.get(key, self.width / 2)

    def exit(self, key: str) -> float:
        """Return where an arc that carries a tensor leaves."""
        return self.exits.get(key, self.width / 2)


@dataclass(frozen=True, eq=False)
class Arc:
    """A line from a vertex to one of a row below; `key` is the tensor and its role."""

    tail: Vertex
    head: Vertex
    key: str
    arrow: bool = True

    @property
    def shift(self) -> float:
        """How far to the right of the tail the head stands if the line is straight."""
        return self.tail.exit(self.key) - self.head.entry(self.key)

    @property
    def strength(self) -> float:
        """How much a straight line is wanted: most of all where parts go on."""
        if self.head.leaf:
            return 0.05
        bends = (self.tail.kind != PART) + (self.head.kind != PART)
        return (1.0, 0.01, 0.1)[bends]


@frozen
class Lattice:
    """Rows of vertices, and the arcs between neighbouring rows."""

    rows: list[list[Vertex]]
    arcs: list[Arc]

    def above(self) -> dict[Vertex, list[Arc]]:
        """Return the arcs into each vertex."""
        return _grouped(self.rows, ((arc.head, arc) for arc in self.arcs))

    def below(self) -> dict[Vertex, list[Arc]]:
        """Return the arcs out of each vertex."""
        return _grouped(self.rows, ((arc.tail, arc) for arc in self.arcs))


def _grouped(
    rows: Iterable[Iterable[Vertex]], pairs: Iterable[tuple[Vertex, Arc]]
) -> dict[Vertex, list[Arc]]:
    grouped: dict[Vertex, list[Arc]] = {each: [] for row in rows for each in row}
    for vertex, arc in pairs:
        grouped[vertex].append(arc)
    return grouped


def build(vertices: Sequence[Vertex], arcs: Sequence[Arc]) -> Lattice:
    """Put vertices into rows by the longest path that leads to them."""
    _rank(vertices, arcs)
    rows: list[list[Vertex]] = [[] for _ in range(max(v.rank for v in vertices) + 1)]
    for vertex in vertices:
        rows[vertex.rank].append(vertex)
    short = _broken(rows, arcs)
    return Lattice(rows, short)


def _rank(vertices: Sequence[Vertex], arcs: Sequence[Arc]) -> None:
    """Rank by the longest path; what nothing enters stands right above its reader."""
    whole = Lattice([list(vertices)], list(arcs))
    above, below = whole.above(), whole.below()
    waiting = {vertex: len(above[vertex]) for vertex in vertices}
    first = int(any(vertex.kind == ENTRY for vertex in vertices))
    for vertex in vertices:
        vertex.rank = 0 if vertex.kind == ENTRY else first
    ready = deque(vertex for vertex in vertices if not waiting[vertex])
    while ready:
        vertex = ready.popleft()
        for arc in below[vertex]:
            arc.head.rank = max(arc.head.rank, vertex.rank + 1)
            waiting[arc.head] -= 1
            if not waiting[arc.head]:
                ready.append(arc.head)
    last = max(vertex.rank for vertex in vertices)
    for vertex in vertices:
        if vertex.kind == EXIT:
            vertex.rank = last + any(
                v.rank == last and v.kind == PART for v in vertices
            )
        elif vertex.kind == PART and not above[vertex]:
            readers = [arc.head.rank for arc in below[vertex]]
            vertex.rank = min(readers) - 1 if readers else last


def _broken(rows: list[list[Vertex]], arcs: Sequence[Arc]) -> list[Arc]:
    """Break long arcs at bends; arcs that carry one tensor share them."""
    short: list[Arc] = []
    bends: dict[tuple[Vertex, str, int], Vertex] = {}
    for arc in arcs:
        tail = arc.tail
        for rank in range(arc.tail.rank + 1, arc.head.rank):
            bend = bends.get((arc.tail, arc.key, rank))
            if bend is None:
                bend = Vertex(f"{arc.tail.id}:{rank}", BEND, 0, 0, rank=rank)
                bends[arc.tail, arc.key, rank] = bend
                rows[rank].append(bend)
                short.append(Arc(tail, bend, arc.key, arrow=False))
            tail = bend
        short.append(Arc(tail, arc.head, arc.key, arc.arrow))
    return short
