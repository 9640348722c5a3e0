"""Losses, penalties and metrics as cards, piled up where they read the same tensors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kauxgen.frozen import frozen
from kauxgen.picture.facts import Facts
from kauxgen.picture.model import Box, Edge, Node, Part
from kauxgen.picture.sources import Source, data, references
from kauxgen.picture.words import formula
from kauxgen.spec import Term, Weights
from kauxgen.values import Expr

Path = tuple[str, ...]
_FEW = 3
"""How many layers a penalty on weights may have lines to; of more it is in words."""


@dataclass
class Lines:
    """The edges of a picture so far, and what is known of its nodes."""

    edges: dict[Edge, None] = field(default_factory=dict)
    by_path: dict[Path, str] = field(default_factory=dict)
    penalized: set[str] = field(default_factory=set)

    def connect(
        self, sources: Iterable[Source], target: str, role: str = "flow"
    ) -> None:
        """Draw lines from tensors to a node."""
        for source in sources:
            self.edges[Edge(source.id, target, role, source.label)] = None

    def nearest(self, path: Sequence[str | int]) -> str | None:
        """Return the node that has a weight: by its path, or what it is drawn in."""
        names = tuple(part for part in path if isinstance(part, str))
        while names and names not in self.by_path:
            names = names[:-1]
        return self.by_path.get(names)


@frozen
class Objective:
    """Draws the terms of one list of nodes, with ids that begin alike.

    `outer` are the ids of what stands around it: terms that read nothing but these are
    piled up together.
    """

    facts: Facts
    lines: Lines
    id: str
    names: Mapping[str, Source]
    outer: frozenset[str] = frozenset()

    def parts(self, terms: Iterable[Term]) -> list[Part]:
        """Draw terms, and the data that losses compare with."""
        piles: dict[frozenset[object], list[tuple[Term, Node]]] = {}
        targets: dict[str, Node] = {}
        for place, term in enumerate(terms):
            node = self.node(term, place)
            found = list(self.read(term, targets))
            read = frozenset(
                (one.id, one.label, role == "weights") for one, role in found
            )
            beside = {one.id for one, _ in found} <= self.outer
            key = frozenset({self.id}) if self.outer and beside else read
            piles.setdefault(key or frozenset({node.id}), []).append((term, node))
        parts = [self.pile(each) for each in piles.values()]
        return [*targets.values(), *parts]

    def node(self, term: Term, place: int) -> Node:
        """Return the card of a term."""
        mark = self.facts.marks[term.at]
        weighed = term.role != "metric"
        when = "in training only" if term.when == "training" else ""
        return Node(
            f"{self.id}.{term.role}.{term.name or place}",
            term.role,
            mark.title,
            formula(mark.formula),
            self.facts.values.weight(term.weight) if weighed else "",
            notes=(when,) if when else (),
            at=term.at,
            about=term.description,
        )

    def pile(self, members: Sequence[tuple[Term, Node]]) -> Part:
        """Draw the lines into some terms, one from each tensor; pile the terms up."""
        roles: dict[str, str] = {}
        for term, node in members:
            for source, role in self.read(term, {}):
                known = roles.setdefault(source.id, role)
                self.lines.connect([source], node.id, known)
                if node.role == "penalty" and role != "target":
                    self.lines.penalized.add(source.id)
        nodes = tuple(node for _, node in members)
        if len(nodes) == 1:
            return nodes[0]
        return Box(f"{nodes[0].id}.pile", "terms", "", parts=nodes)

    def read(
        self, term: Term, targets: dict[str, Node]
    ) -> Iterator[tuple[Source, str]]:
        """Yield the tensors that a term reads, and in which role; note its data."""
        role = term.role
        for _, operand in term.operands:
            if isinstance(operand, Weights):
                yield from self.weighed(operand)
            elif isinstance(operand, Expr):
                yield from self.of(operand, role, targets)
        for expr in (*(step for _, step in term.let), term.expr):
            if expr is not None:
                yield from self.of(expr, role, targets)
        if term.target is not None:
            yield from self.of(term.target, "target", targets)
        elif not term.has_target and term.kind and role != "penalty":
            yield self.data("y", targets), "target"

    def of(
        self, expr: Expr, role: str, targets: dict[str, Node]
    ) -> Iterator[tuple[Source, str]]:
        """Yield what an expression of a term reads."""
        for source in references(expr.tree, self.names):
            yield source, role
        for name in data(expr.tree, self.names):
            yield self.data(name, targets), "target"

    def data(self, name: str, targets: dict[str, Node]) -> Source:
        """Return the target of that name, a part of the data."""
        id = f"{self.id}.data.{name}"
        targets.setdefault(id, Node(id, "target", name))
        return Source(id)

    def weighed(self, operand: Weights) -> Iterator[tuple[Source, str]]:
        """Yield the layers whose weights are penalized, if they are few and near."""
        uses = self.facts.checked.weights.get(operand.at, ())
        found = [self.lines.nearest(u.path) for u in uses]
        ids = list(dict.fromkeys(each for each in found if each is not None))
        self.lines.penalized.update(ids)
        if len(ids) <= _FEW:
            for id in ids:
                if self.here(id):
                    yield Source(id), "weights"

    def here(self, id: str) -> bool:
        """Say whether a node is drawn in the same picture as the terms."""
        return id.partition(".")[0] == self.id.partition(".")[0]
