"""Edges of a picture, cut at the frames of the boxes that they cross."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field, replace

from kauxgen.frozen import frozen
from kauxgen.picture.model import Box, Edge, Node, Part, Picture


@frozen
class Link:
    """An edge inside one box: from a part, or None for the frame, to a part or None.

    `key` is the tensor at its beginning with the role of the edge.
    """

    tail: str | None
    head: str | None
    key: str
    arrow: bool = True


@frozen
class Linked:
    """A picture's boxes with labels as nodes, and the links inside each box by id."""

    boxes: tuple[Box, ...]
    inside: dict[str, dict[Link, None]] = field(default_factory=dict)


def cut(picture: Picture) -> Linked:
    """Cut all edges at the frames that they cross; edges of one tensor go together."""
    edges, labels = _labelled(picture.edges)
    boxes = tuple(_with_labels(box, labels) for box in picture.boxes)
    ways: dict[str, tuple[str, ...]] = {}
    for box in boxes:
        _ways(box, (), ways)
    linked = Linked(boxes)
    for edge in edges:
        _link(edge, ways[edge.source], ways[edge.target], linked.inside)
    return linked


def _labelled(edges: Iterable[Edge]) -> tuple[list[Edge], dict[str, dict[str, Node]]]:
    """Make a node of each label, between its tensor and what reads it."""
    plain: dict[Edge, None] = {}
    labels: dict[str, dict[str, Node]] = {}
    for edge in edges:
        if not edge.label:
            plain[edge] = None
            continue
        id = f"{edge.source}~{edge.role}~{edge.label}"
        labels.setdefault(edge.source, {})[id] = Node(id, "label", edge.label)
        plain[Edge(edge.source, id, edge.role)] = None
        plain[Edge(id, edge.target, edge.role)] = None
    return list(plain), labels


def _with_labels(box: Box, labels: dict[str, dict[str, Node]]) -> Box:
    """Put labels behind the nodes that they name the tensors of."""
    parts: list[Part] = []
    for part in box.parts:
        parts.append(_with_labels(part, labels) if isinstance(part, Box) else part)
        parts += labels.get(part.id, {}).values()
    return replace(box, parts=tuple(parts))


def _ways(part: Part, way: tuple[str, ...], ways: dict[str, tuple[str, ...]]) -> None:
    """Note the boxes that lead to each part; a term's way ends at its pile."""
    ways[part.id] = (*way, part.id)
    if isinstance(part, Box):
        for each in part.parts:
            if part.role == "terms":
                ways[each.id] = ways[part.id]
            else:
                _ways(each, ways[part.id], ways)


def _link(
    edge: Edge,
    source: tuple[str, ...],
    target: tuple[str, ...],
    inside: dict[str, dict[Link, None]],
) -> None:
    """Cut one edge, given the ways to its ends."""
    key = f"{source[-1]}|{edge.role}"
    arrow = "~" not in target[-1]
    common = next(
        place
        for place, (one, other) in enumerate(zip(source, target, strict=False))
        if one != other
    )

    def add(box: str, tail: str | None, head: str | None, ends: bool) -> None:
        inside.setdefault(box, {})[Link(tail, head, key, ends and arrow)] = None

    for box, part in zip(source[common:-1], source[common + 1 :], strict=True):
        add(box, part, None, ends=False)
    lowest = common == len(target) - 1
    add(source[common - 1], source[common], target[common], ends=lowest)
    for box, part in zip(target[common:-1], target[common + 1 :], strict=True):
        add(box, None, part, ends=part == target[-1])
