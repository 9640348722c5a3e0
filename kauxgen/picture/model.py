"""What a picture shows: boxes of boxes and nodes, and edges between them."""

from __future__ import annotations

from collections.abc import Iterator

from kauxgen.frozen import frozen

ACCENTED = ("penalty", "loss", "metric")
"""The roles of terms."""


@frozen
class Node:
    """One card of the picture.

    `role` is "input", "target", "state", "layer", "operation", "call", "use" (of a
    block), "output", or that of a term: "loss", "penalty" or "metric". `kind` says what
    it is, such as "Dense 64", `shape` what it gives, or of a term its weight. `notes`
    are penalties that it bears itself, such as a regularizer. A `penalized` one is read
    by a penalty. `at` is its place in the spec, `about` what the spec says of it,
    `full` its shape with the batch axis, `count` how many parameters it has.
    """

    id: str
    role: str
    name: str
    kind: str = ""
    shape: str = ""
    notes: tuple[str, ...] = ()
    at: str = ""
    about: str = ""
    full: str = ""
    count: str = ""
    penalized: bool = False
    muted: bool = False

    @property
    def is_term(self) -> bool:
        """Whether it is a loss, penalty or metric."""
        return self.role in ACCENTED


@frozen
class Badge:
    """A short word in the head of a box; of a `tone` that has a colour."""

    text: str
    tone: str = "plain"


@frozen
class Box:
    """A part of the picture with a frame.

    `role` is "model", "network", "block", "layer", "repeat", "step", "phase",
    "evaluation", "definitions" or "terms"; the last is a pile of terms that read the
    same tensors, and has no head. A `muted` one is not trained;
    `word` says what it is, such as "network encoder".
    """

    id: str
    role: str
    name: str
    badges: tuple[Badge, ...] = ()
    parts: tuple[Box | Node, ...] = ()
    at: str = ""
    about: str = ""
    muted: bool = False
    word: str = ""


Part = Box | Node


@frozen
class Edge:
    """From a node to a node or a pile of terms.

    `role` is "flow", "target" for what a loss compares with, or "weights" for a penalty
    on the weights of a layer. `label` says which tensor inside the source it is.
    """

    source: str
    target: str
    role: str = "flow"
    label: str = ""


@frozen
class Picture:
    """A whole picture: of its boxes the model or step comes first."""

    name: str
    description: str
    boxes: tuple[Box, ...]
    edges: tuple[Edge, ...]

    def nodes(self) -> Iterator[Node]:
        """Yield all nodes, in order."""
        for box in self.boxes:
            yield from nodes(box)


def nodes(part: Part) -> Iterator[Node]:
    """Yield the nodes of a part, in order."""
    if isinstance(part, Node):
        yield part
    else:
        for each in part.parts:
            yield from nodes(each)


def boxes(part: Part) -> Iterator[Box]:
    """Yield a box and the boxes in it, outer ones first."""
    if isinstance(part, Box):
        yield part
        for each in part.parts:
            yield from boxes(each)
