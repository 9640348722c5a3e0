"""Calls of networks in expressions that must be statements, as nodes of their own."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from kauxgen import (
    callees,
    catalog,
    expression,
    gradients,
    naming,
    states,
)
from kauxgen.expander import references
from kauxgen.frozen import frozen
from kauxgen.naming import Level
from kauxgen.nodes import ExprNode, NetworkNode, Node, RepeatNode, walk
from kauxgen.program import TermPlan
from kauxgen.spec import Scope, Spec, Term, Weights
from kauxgen.values import Computed, Expr


def as_nodes(
    spec: Spec, terms: tuple[TermPlan, ...]
) -> tuple[Spec, tuple[TermPlan, ...]]:
    """Make nodes of the calls in expressions that must be statements.

    These are calls of networks with penalties, and in a graph of networks that keep
    something from call to call: their order is that of the text. The passes of a step
    are statements; Python keeps the order of calls in them.
    """
    penalized = {n for n, one in spec.networks.items() if any(_reached(spec, one))}
    read = [tree for term in terms for tree in _trees(term)]
    taken = Taken(spec, frozenset(penalized | states.shared(spec, read)))
    networks = {
        name: replace(
            scope, nodes=tuple(_apart(scope.nodes, taken, _names(spec, scope)))
        )
        for name, scope in spec.built.items()
    }
    graph = spec.main.kind == "main"
    own = taken if graph else Taken(spec, frozenset(penalized), graph=False)
    main = [*_apart(spec.main.nodes, own, _names(spec, spec.main))]
    written = []
    for term in terms:
        apart = _Apart(
            (
                frozenset(spec.networks)
                if graph and _late(term)
                else own.of(_trees(term))
            ),
            term.key,
            f"{term.term.at}/calls",
            local={"y", *(name for name, _ in term.steps)},
            derived=term.is_object,
            known=_names(spec, spec.main),
        )
        written.append(_without_calls(term, apart))
        main += apart.nodes
    spec = replace(spec.rebuilt(networks), main=replace(spec.main, nodes=tuple(main)))
    return spec, tuple(written)


def _late(term: TermPlan) -> bool:
    """Say whether the fit styles compute a term where they have no networks."""
    return term.is_object or term.reads_y


def _without_calls(term: TermPlan, apart: _Apart) -> TermPlan:
    """Take the calls out of a term; in `compute_loss` a graph has no networks."""

    def visit(tree: ast.expr | None) -> ast.expr | None:
        return None if tree is None else apart.visit(tree)

    steps = tuple((name, apart.visit(tree)) for name, tree in term.steps)
    on, target = visit(term.on), visit(term.target)
    return replace(term, steps=steps, value=visit(term.value), on=on, target=target)


def _trees(term: TermPlan) -> list[ast.expr]:
    found = [*(tree for _, tree in term.steps), term.value, term.on, term.target]
    return [tree for tree in found if tree is not None]


def _reached(spec: Spec, scope: Scope) -> Iterator[Term]:
    """Yield the penalties on tensors of a network and of all that it uses."""
    for inner in callees.within(scope, spec):
        yield from (term for term in inner.penalties if not _on_weights(term))
    for node in walk(scope.nodes):
        called = {node.network} if isinstance(node, NetworkNode) else set()
        if isinstance(node, ExprNode):
            found = expression.calls(node.expr.tree)
            called = {str(expression.call_name(call)) for call in found}
        for name in sorted(called & spec.networks.keys()):
            yield from _reached(spec, spec.networks[name])


def _on_weights(term: Term) -> bool:
    return any(isinstance(operand, Weights) for _, operand in term.operands)


def _names(spec: Spec, scope: Scope) -> frozenset[str]:
    """Return the names that a scope has already."""
    given = {name for node in walk(scope.nodes) for name in naming.produced(node)}
    given |= {entry.name for entry in scope.inputs}
    for node in walk(scope.nodes):
        given |= set(node.given) if isinstance(node, RepeatNode) else set()
    return frozenset(given | spec.params.keys() | spec.networks.keys())


@frozen
class Taken:
    """The networks whose calls are taken out of expressions."""

    spec: Spec
    always: frozenset[str]
    graph: bool = True

    def of(self, trees: Iterable[ast.expr]) -> frozenset[str]:
        """Return them for some trees.

        What a graph may hold as a layer of its own does not know which one of a list
        is called: these calls are taken out of it too.
        """
        calls = [call for tree in trees for call in expression.calls(tree)]
        names = {str(expression.call_name(call)) for call in calls}
        plain = names <= self.spec.networks.keys() | _PLAIN
        listed = {
            name
            for name in names & self.spec.networks.keys()
            if self.spec.networks[name].count is not None
        }
        return self.always if plain or not self.graph else self.always | listed


_PLAIN = catalog.operations().keys() - {
    "batch_size",
    "dim",
    "shape",
    "normal",
    "uniform",
    gradients.GRAD,
}
"""Operations that a graph holds as they are."""


def _apart(level: Level, taken: Taken, known: frozenset[str]) -> Iterator[Node]:
    for node in level:
        if isinstance(node, RepeatNode):
            yield replace(node, body=tuple(_apart(node.body, taken, known)))
        elif isinstance(node, ExprNode):
            networks = taken.of([node.expr.tree])
            apart = _Apart(networks, node.name, f"{node.at}/calls", known=known)
            tree = node.expr.tree
            if not gradients.is_gradient(tree):
                tree = apart.visit(tree)
            yield from apart.nodes
            yield replace(node, expr=replace(node.expr, tree=tree))
        else:
            yield node


@dataclass
class _Apart:
    """Takes calls out of expressions; what has none stays the same tree.

    A call on a `local` name stays: nothing outside of the term knows it. A gradient
    that reads a network becomes a node as a whole, its calls under one tape; with
    `derived` every one does.
    """

    networks: frozenset[str]
    stem: str
    at: str
    nodes: list[Node] = field(default_factory=list)
    local: set[str] = field(default_factory=set)
    derived: bool = False
    known: frozenset[str] = frozenset()

    def visit(self, tree: ast.expr) -> ast.expr:
        """Return a tree that reads the nodes which its calls became."""
        found = [c for c in expression.calls(tree) if self.is_taken(c)]
        if not found:
            return tree
        if isinstance(tree, ast.Call) and self.is_taken(tree):
            is_gradient = gradients.is_gradient(tree)
            return self.gradient(tree) if is_gradient else self.taken(tree)
        return tree if gradients.is_gradient(tree) else self.copied(tree)

    def is_taken(self, call: ast.Call) -> bool:
        if gradients.is_gradient(call):
            called = map(expression.call_name, expression.calls(call))
            taken = self.derived or not self.networks.isdisjoint(called)
        else:
            taken = expression.call_name(call) in self.networks
        return taken and not any(
            names[0] in self.local for one in call.args for names in references(one)
        )

    def gradient(self, tree: ast.Call) -> ast.expr:
        """Make a node of a gradient."""
        name = self.numbered(f"{self.stem}_gradient", "_")
        at = f"{self.at}/{name}"
        self.nodes.append(ExprNode(name, at, expr=Expr(ast.unparse(tree), tree, at)))
        return ast.Name(name)

    def taken(self, tree: ast.Call) -> ast.expr:
        """Make a node of a call, and of its inputs where these are no names."""
        network = str(expression.call_name(tree))
        inputs = [self.visit(argument) for argument in tree.args]
        name = self.name(network)
        named = []
        for number, given in enumerate(inputs):
            if not expression.is_reference(given):
                at = f"{self.at}/{name}/{number}"
                word = f"{name}_input_{number}" if len(inputs) > 1 else f"{name}_input"
                self.nodes.append(ExprNode(word, at, expr=Expr("", given, at)))
                given = ast.Name(word)
            named.append(Expr("", given, f"{self.at}/{name}"))
        at, index = f"{self.at}/{name}", expression.call_index(tree)
        item = None if index is None else Computed(ast.unparse(index), index, at)
        self.nodes.append(
            NetworkNode(name, at, inputs=tuple(named), network=network, index=item)
        )
        return ast.Name(name)

    def name(self, network: str) -> str:
        """Return a name for a call: that of its place and the network, numbered."""
        return self.numbered(f"{self.stem}_{network}", "_call_")

    def numbered(self, name: str, between: str) -> str:
        """Return a name, with a number where something else has it."""
        taken = {*self.known, *(node.name for node in self.nodes)}
        found, number = name, 0
        while found in taken:
            number += 1
            found = f"{name}{between}{number}"
        return found

    def copied(self, tree: ast.expr) -> ast.expr:
        fields: dict[str, Any] = {
            key: (
                [self.inside(one) for one in value]
                if isinstance(value, list)
                else self.inside(value)
            )
            for key, value in ast.iter_fields(tree)
        }
        rebuilt: Any = type(tree)
        copy: ast.expr = rebuilt(**fields)
        return copy

    def inside(self, value: Any) -> Any:
        if isinstance(value, ast.keyword):
            return ast.keyword(value.arg, self.visit(value.value))
        return self.visit(value) if isinstance(value, ast.expr) else value
