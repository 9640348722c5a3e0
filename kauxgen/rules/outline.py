"""What the names of a spec mean before any shape is known, and where paths lead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from enum import Enum, auto

from kauxgen.expression import Part, Path
from kauxgen.finding import Finding
from kauxgen.frozen import frozen
from kauxgen.nodes import (
    ApplicationNode,
    BlockNode,
    ExprNode,
    NetworkNode,
    Node,
    RepeatNode,
)
from kauxgen.rules import references
from kauxgen.spec import Scope, Spec


class StrayError(Exception):
    """Raised where a name leads nowhere; carries the finding, and the word missed."""

    def __init__(self, finding: Finding, word: str = "") -> None:
        """Keep the finding and the word."""
        super().__init__(finding.message)
        self.finding = finding
        self.word = word


class Form(Enum):
    """What a name stands for."""

    NUMBER = auto()
    TENSOR = auto()
    SEVERAL = auto()
    CALL = auto()
    REPEAT = auto()
    ANYTHING = auto()


@frozen
class Member:
    """A name with its form, the pointer of what gave it, and the nodes inside it.

    `outputs` are the names of the tensors that it is, if it is several; `carried` those
    that the rounds of a repeat hand on.
    """

    name: str
    at: str
    form: Form
    inside: tuple[Node, ...] = ()
    outputs: tuple[str, ...] = ()
    carried: tuple[str, ...] = ()

    @property
    def several(self) -> bool:
        """Whether it is several tensors, and no list of one tensor a round."""
        calls = self.form in (Form.CALL, Form.REPEAT)
        return self.form is Form.SEVERAL or (calls and bool(self.outputs))


@frozen
class Level:
    """The names of a list of nodes, and of the lists around it.

    `later` are the names that nodes further down will give.
    """

    names: Mapping[str, Member]
    later: frozenset[str] = field(default_factory=frozenset)


@frozen
class Place:
    """Where an expression stands: a pointer, and the part of its text."""

    at: str
    part: Part | None = None


def produced(node: Node) -> tuple[str, ...]:
    """Return the names that a node gives to its list."""
    return (node.name, *node.outputs)


def target(spec: Spec, node: Node) -> Scope | None:
    """Return the network or block that a node calls, if it exists."""
    if isinstance(node, NetworkNode):
        return spec.networks.get(node.network)
    return spec.blocks.get(node.block) if isinstance(node, BlockNode) else None


def members(spec: Spec, node: Node) -> Iterator[Member]:
    """Yield what the names of a node mean; an implied one has none in the spec."""
    if isinstance(node, ExprNode) and node.implied:
        return
    for name in node.outputs:
        yield Member(name, node.at, Form.TENSOR)
    yield _member(spec, node)


def _member(spec: Spec, node: Node) -> Member:
    if isinstance(node, RepeatNode):
        names = node.carried
        outputs = tuple(f"{node.name}.{name}" for name in names) if names[1:] else ()
        return Member(node.name, node.at, Form.REPEAT, node.body, outputs, names)
    if isinstance(node, ApplicationNode):
        return Member(node.name, node.at, Form.CALL, node.inside)
    scope = target(spec, node)
    if scope is not None:
        paths = tuple(f"{node.name}.{output.text}" for output in scope.outputs)
        outputs = node.outputs or (() if scope.single else paths)
        return Member(node.name, node.at, Form.CALL, scope.nodes, outputs)
    if isinstance(node, (NetworkNode, BlockNode)):
        return Member(node.name, node.at, Form.ANYTHING)
    form = Form.SEVERAL if node.outputs else Form.TENSOR
    return Member(node.name, node.at, form, (), node.outputs)


def follow(spec: Spec, first: Member, path: Path, place: Place) -> Iterator[Member]:
    """Yield the members along a path, with the first; StrayError where it ends."""
    here, depth, said = first, 0, first.name
    yield here
    for step in path[1:]:
        if here.form is Form.ANYTHING:
            return
        if isinstance(step, int):
            depth = _index(here, depth, said, place)
            said = f"{said}[{step}]"
            continue
        depth += here.form is Form.REPEAT and step not in here.carried
        here = _inside(spec, here, step, said, place)
        said = f"{said}.{step}"
        yield here
    _settled(here, depth, said, place)


def _index(here: Member, depth: int, said: str, place: Place) -> int:
    if depth:
        return depth - 1
    if here.form is Form.REPEAT:
        names = [node.name for node in here.inside]
        found = references.index_of_no_list(place.at, said, names, place.part)
        raise StrayError(found)
    return 0


def _inside(spec: Spec, here: Member, name: str, said: str, place: Place) -> Member:
    if name in here.carried:
        return Member(name, f"{here.at}/carry/{name}", Form.TENSOR)
    found_in = [each for node in here.inside for each in members(spec, node)]
    for member in found_in:
        if member.name == name:
            return member
    legal = [*here.carried, *(member.name for member in found_in)]
    found = references.unknown_member(place.at, name, said, legal, place.part)
    raise StrayError(found, name)


def _settled(here: Member, depth: int, said: str, place: Place) -> None:
    """Refuse a path that ends at several tensors, unless it is a list of rounds."""
    if here.several:
        head = said.removesuffix(here.name)
        outputs = [f"{head}{name}" for name in here.outputs]
        raise StrayError(
            references.several_tensors(place.at, said, outputs, place.part)
        )
