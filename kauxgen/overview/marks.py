"""Losses, penalties and metrics with the places that they read."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from kauxgen import expression, naming
from kauxgen.checked import Checked
from kauxgen.frozen import frozen
from kauxgen.nodes import ApplicationNode, BlockNode, NetworkNode, RepeatNode
from kauxgen.overview.values import Mark, Names, Spot
from kauxgen.overview.wording import (
    arguments,
    expression_words,
    library_words,
    said,
    words,
)
from kauxgen.rules.logs import log_name
from kauxgen.rules.uses import scoped_terms
from kauxgen.spec import NetworkName, Operand, Scope, Spec, Term, Weights
from kauxgen.values import Expr, Kind, Schedule, Variable


@frozen
class Marker:
    """Makes the marks of a checked spec."""

    checked: Checked

    @property
    def spec(self) -> Spec:
        """The spec."""
        return self.checked.spec

    def marks(self) -> tuple[Mark, ...]:
        """Return the marks of all terms, those inside networks and layers last."""
        return tuple(self.mark(scope, term) for scope, term in scoped_terms(self.spec))

    def mark(self, scope: Scope, term: Term) -> Mark:
        """Return the mark of one term."""
        operands = [operand for _, operand in term.operands]
        own = [*(step for _, step in term.let), *([term.expr] if term.expr else [])]
        targets = [term.target] if term.target is not None else []
        words, number = self.weight(term)
        return Mark(
            role=term.role,
            kind=term.kind.name if term.kind else "",
            name=term.name,
            log=log_name(term),
            at=term.at,
            owner=scope.at,
            description=term.description,
            formula=self.formula(term),
            weight=words,
            value=number,
            training=term.when == "training",
            on=self.spots(scope, [*operands, *own]),
            targets=self.spots(scope, targets),
            networks=self.called([*operands, *own, *targets]),
        )

    def spots(self, scope: Scope, operands: Iterable[Operand]) -> tuple[Spot, ...]:
        """Return the places that operands read, each once, in their order."""
        found = [spot for each in operands for spot in self._spots(scope, each)]
        return tuple(dict.fromkeys(found))

    def _spots(self, scope: Scope, operand: Operand) -> Iterator[Spot]:
        if isinstance(operand, Weights):
            for use in self.checked.weights.get(operand.at, ()):
                yield from self.weighed(scope, names_of(use.path))
        elif isinstance(operand, Expr):
            for path in paths(operand.tree):
                yield from self.follow(scope, names_of(path))

    def weighed(self, scope: Scope, path: Names) -> Iterator[Spot]:
        """Yield the place of a layer whose weight is penalized; paths are full."""
        if path and path[0] in self.spec.networks:
            yield from self.follow(self.spec.networks[path[0]], path[1:])
        else:
            yield from self.follow(
                self.spec.main if not scope.parametric else scope, path
            )

    def follow(self, scope: Scope, path: Names) -> Iterator[Spot]:
        """Yield where a path leads in a list, and in the networks that it crosses."""
        home = self.home(scope, path[0]) if path else None
        if home is None:
            return
        level, known = home.nodes, 0
        for place, name in enumerate(path):
            node = naming.find(level, name)
            if node is None:
                break
            known = place + 1
            if isinstance(node, NetworkNode):
                yield from self.follow(
                    self.spec.networks[node.network], path[place + 1 :]
                )
            if not isinstance(node, (RepeatNode, BlockNode, ApplicationNode)):
                break
            level = naming.inside(self.spec, node)
        yield Spot(home.at, _plain(home, path[: max(known, 1)]))

    def home(self, scope: Scope, name: str) -> Scope | None:
        """Return the list that a name is of: a phase sees what stands before it."""
        for one in (scope, self.spec.main) if scope.outer else (scope,):
            own = {entry.name for entry in one.inputs}
            if name in own or naming.find(one.nodes, name) is not None:
                return one
        main = self.spec.main
        seen = scope.kind == "phase" and name in {one.name for one in main.inputs}
        return main if seen else None

    def called(self, operands: Iterable[Operand]) -> tuple[str, ...]:
        """Return the networks that a term itself calls or differentiates."""
        found: list[str] = []
        for operand in operands:
            if isinstance(operand, NetworkName):
                found.append(operand.name)
            elif isinstance(operand, Expr):
                found += networks_in(operand.tree, self.spec)
        return tuple(dict.fromkeys(found))

    def weight(self, term: Term) -> tuple[str, float | None]:
        """Return a term's weight in words, and as a number if it is a constant."""
        weight = term.weight
        if term.role == "metric":
            return "", None
        if isinstance(weight, Schedule):
            return f"{weight.kind}({arguments(weight.args)})", None
        if isinstance(weight, Variable):
            return f"variable({words(weight.value)})", None
        if isinstance(weight, Expr):
            found = self.checked.values.get(weight.at)
            plain = isinstance(found, (int, float)) and weight.shift
            return weight.text.strip(), found if plain else None
        number = weight if isinstance(weight, (int, float)) else None
        return words(weight), number

    def formula(self, term: Term) -> str:
        """Write what a term computes in the words of the spec."""
        found = self.checked.formulas.get(term.at)
        if term.expr is not None:
            return expression_words(term)
        assert term.kind is not None
        if found is None:
            return self.compared(term, term.kind)
        return library_words(found)

    def compared(self, term: Term, kind: Kind) -> str:
        """Write a loss or metric of Keras, `MeanSquaredError(y, prediction)`."""
        on = ", ".join(said(operand) for _, operand in term.operands)
        target = term.target.text.strip() if term.target else "y"
        given = [] if term.has_target and term.target is None else [target]
        given += [on, arguments(kind.args)]
        return f"{kind.name}({', '.join(filter(None, given))})"


def paths(tree: ast.AST) -> Iterator[expression.Path]:
    """Yield the paths that a tree reads, in order, without the names that it calls."""
    if isinstance(tree, ast.expr):
        path = expression.path_of(tree)
        if path is not None:
            yield path
            return
    called = tree.func if isinstance(tree, ast.Call) else None
    for child in ast.iter_child_nodes(tree):
        if child is not called:
            yield from paths(child)


def networks_in(tree: ast.AST, spec: Spec) -> list[str]:
    """Return the networks that a tree calls or differentiates, one a call, in order."""
    found = []
    for call in expression.calls(tree):
        own = expression.call_name(call)
        named = [expression.named_network(argument) for argument in call.args]
        found += [name for name in (own, *named) if name in spec.networks]
    return [str(name) for name in found]


def names_of(path: Iterable[str | int]) -> Names:
    """Return a path without the numbers of rounds."""
    return tuple(step for step in path if isinstance(step, str))


def _plain(scope: Scope, path: Names) -> Names:
    """Name a node by its own name, where one of its several outputs is meant."""
    node = naming.find(scope.nodes, path[0])
    return path if node is None else (node.name, *path[1:])
