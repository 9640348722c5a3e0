"""Where everything of a picture stands: boxes from the inside out, each a sized part.

A box is laid out like a small picture of its own. What enters or leaves it does so at
ports of its frame, which take part in its rows; outside, lines meet the box there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import field, replace

from kauxgen.frozen import frozen
from kauxgen.picture import columns, crossings, heads, lattice, links, packing
from kauxgen.picture.cards import card
from kauxgen.picture.folding import fold
from kauxgen.picture.lattice import ENTRY, EXIT, PART, Arc, Lattice, Vertex
from kauxgen.picture.lines import Line, lines
from kauxgen.picture.links import Link
from kauxgen.picture.model import Box, Node, Part, Picture

_SIDE = 16.0
_BOTTOM = 14.0
_GAP = 24.0
_PORT_GAP = 12.0
_ROUNDS = 5.0
"""How far the sheets of a repeat stick out behind it."""


@frozen
class Placed:
    """A part with its size, and its place in the box around it.

    `entries` and `exits` are the places of its ports, from its left edge. `parts`,
    `lines` and `head` are what is in a box, from its upper left corner.
    """

    part: Part
    width: float
    height: float
    x: float = 0.0
    y: float = 0.0
    parts: tuple[Placed, ...] = ()
    lines: tuple[Line, ...] = ()
    head: tuple[heads.Chunk, ...] = ()
    entries: dict[str, float] = field(default_factory=dict)
    exits: dict[str, float] = field(default_factory=dict)


@frozen
class Sheet:
    """A whole picture laid out."""

    picture: Picture
    width: float
    height: float
    parts: tuple[Placed, ...]


def lay_out(picture: Picture) -> Sheet:
    """Lay out a picture."""
    linked = links.cut(picture)
    placed = [_box(box, linked.inside) for box in linked.boxes]
    spots, wide, high = packing.pack([(each.width, each.height) for each in placed])
    parts = tuple(
        replace(each, x=x, y=y) for each, (x, y) in zip(placed, spots, strict=True)
    )
    return Sheet(picture, wide, high, parts)


def _box(box: Box, inside: dict[str, dict[Link, None]]) -> Placed:
    if box.role == "terms":
        return _pile(box)
    parts = [
        _box(part, inside) if isinstance(part, Box) else _node(part)
        for part in box.parts
    ]
    if not parts:
        return _framed(box, [], None)
    own = list(inside.get(box.id, ()))
    vertices, arcs = _vertices(parts, own)
    grid = lattice.build(list(vertices.values()), arcs)
    crossings.order(grid)
    return _framed(box, parts, grid)


def _node(node: Node) -> Placed:
    own = card(node)
    return Placed(node, own.width, own.height)


def _pile(box: Box) -> Placed:
    """Pile the cards of terms, each as wide as the widest."""
    cards = [_node(part) for part in box.parts if isinstance(part, Node)]
    wide, y, parts = max(each.width for each in cards), 0.0, []
    for each in cards:
        parts.append(replace(each, width=wide, y=y))
        y += each.height
    return Placed(box, wide, y, parts=tuple(parts))


def _vertices(
    parts: Sequence[Placed], own: Iterable[Link]
) -> tuple[dict[str, Vertex], list[Arc]]:
    """Make vertices of parts and ports, and arcs of links."""
    vertices = {
        f"part:{each.part.id}": Vertex(
            each.part.id,
            PART,
            each.width,
            each.height,
            each.entries,
            each.exits,
            _hangs(each.part),
            place if _has_turn(each.part) else None,
        )
        for place, each in enumerate(parts)
    }
    arcs = []
    for link in own:
        ends = []
        for kind, id in ((ENTRY, link.tail), (EXIT, link.head)):
            name = f"{kind}:{link.key}" if id is None else f"part:{id}"
            vertices.setdefault(name, Vertex(link.key, kind, 0, 0))
            ends.append(vertices[name])
        arcs.append(Arc(ends[0], ends[1], link.key, link.arrow))
    return vertices, arcs


def _hangs(part: Part) -> bool:
    if isinstance(part, Box):
        return part.role == "terms"
    return part.is_term or part.role == "output"


def _has_turn(part: Part) -> bool:
    return isinstance(part, Box) and part.role in ("phase", "evaluation")


def _framed(box: Box, parts: Sequence[Placed], grid: Lattice | None) -> Placed:
    """Put a frame and a head around what is in a box."""
    within = columns.spread(grid) if grid else 0.0
    back = _ROUNDS if box.role == "repeat" else 0.0
    rows = grid.rows if grid else []
    entering = list(_ports(rows, ENTRY).values())
    least = max(within + 2 * _SIDE, heads.least(box))
    head, wide, top = heads.fit(box, least, within, entering)
    inset = (wide - within) / 2
    for vertex in (each for row in rows for each in row):
        vertex.x += inset
    wide = max(wide, heads.reach(head))
    bottom, ways = top, {}
    if grid:
        folded = fold(grid, within, top, _drop(grid, top), _BOTTOM)
        wide, bottom, ways = wide + folded.width - within, folded.bottom, folded.ways
    placed = {each.id: each for row in rows for each in row if each.kind == PART}
    inner = [(each, placed[each.part.id]) for each in parts]
    return Placed(
        box,
        wide + back,
        bottom + back,
        parts=tuple(replace(each, x=v.x, y=v.y) for each, v in inner),
        lines=tuple(lines(grid, bottom, ways)) if grid else (),
        head=tuple(head),
        entries=_ports(rows, ENTRY),
        exits=_ports(rows, EXIT),
    )


def _ports(rows: Iterable[list[Vertex]], kind: str) -> dict[str, float]:
    return {v.id: v.x for row in rows for v in row if v.kind == kind}


def _drop(grid: Lattice, top: float) -> float:
    """Give every vertex its y below a head; return where the frame ends."""
    y, above = top, grid.above()
    steepest = [0.0] * len(grid.rows)
    for arc in grid.arcs:
        over = abs(arc.tail.x + arc.shift - arc.head.x)
        steepest[arc.tail.rank] = max(steepest[arc.tail.rank], over)
    for rank, row in enumerate(grid.rows):
        high = max(v.height if v.kind != ENTRY else 0.0 for v in row)
        ports = rank == 0 and any(vertex.kind == ENTRY for vertex in row)
        exits = all(vertex.kind == EXIT for vertex in row)
        for vertex in row:
            vertex.y = 0.0 if vertex.kind == ENTRY else y
            vertex.height = top if vertex.kind == ENTRY else vertex.height
            if vertex.kind == PART and not above[vertex] and rank:
                vertex.y = y + high - vertex.height
        if exits:
            break
        slope = min(steepest[rank] * 0.06, 40)
        bent = steepest[rank] > 0.5
        y += high + slope + (_GAP if not ports else _PORT_GAP if bent else 0)
        if rank == len(grid.rows) - 1:
            y += _BOTTOM - _GAP - slope
    return y
