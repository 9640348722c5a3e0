"""Which inputs of a spec have the values that an expression of it reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from kauxgen import expression, naming, ranges
from kauxgen.frozen import frozen
from kauxgen.nodes import ExprNode, LayerNode, Node, RepeatNode, walk
from kauxgen.spec import Scope, Spec
from kauxgen.values import Expr

_PASSES = ("phase", "evaluation")
_KEEPING = ("cast", "concatenate", "stack", "broadcast_to", "copy")
"""Operations that keep values, beside those of `ranges`."""
_Seen = frozenset[tuple[str, str]]


@frozen
class Reach:
    """Follows names back to the inputs of a spec, through what keeps values."""

    spec: Spec

    def inputs(
        self, scope: Scope, tree: ast.expr, seen: _Seen = frozenset()
    ) -> set[str]:
        """Give the names of the inputs whose values an expression of a list reads."""
        called = (expression.call_name(one) or "" for one in expression.calls(tree))
        if not all(map(_keeps, called)):
            return set()
        read = {name.id for name in expression.names(tree)}
        return {found for name in read for found in self._named(scope, name, seen)}

    def entering(self, scope: Scope, node: Node) -> set[str]:
        """Give the names of the inputs whose values enter a node."""
        return set(self._entering(scope, node, frozenset()))

    def _named(self, scope: Scope, name: str, seen: _Seen) -> Iterator[str]:
        if (scope.at, name) in seen:
            return
        seen |= {(scope.at, name)}
        node = self._nodes[scope.at].get(name)
        if node is not None:
            yield from self._through(scope, node, seen)
        elif scope is self.spec.main or scope.kind in _PASSES:
            yield from (one.name for one in self.spec.inputs if one.name == name)
        else:
            yield from self._outside(scope, name, seen)

    def _through(self, scope: Scope, node: Node, seen: _Seen) -> Iterator[str]:
        """Follow what a node gives, if it gives what it is given."""
        if isinstance(node, ExprNode):
            yield from self.inputs(scope, node.expr.tree, seen)
        elif isinstance(node, LayerNode) and ranges.keeps("layers", node.layer.name):
            yield from self._entering(scope, node, seen)

    def _entering(self, scope: Scope, node: Node, seen: _Seen) -> Iterator[str]:
        for one in _stated(node):
            yield from self.inputs(scope, one.tree, seen)
        if node.inputs is None:
            above = self._above[scope.at].get(node.name) or scope.first.name
            yield from self._named(scope, above, seen)

    def _outside(self, scope: Scope, name: str, seen: _Seen) -> Iterator[str]:
        """Follow an input of a network, block or layer to what its calls give."""
        places = {one.name: index for index, one in enumerate(scope.inputs)}
        if name not in places:
            return
        for home, given in self._calls.get(scope.at, ()):
            if isinstance(given, Node):
                stated = _argument(given, name, places[name])
                if stated is None:
                    yield from self._entering(home, given, seen)
                else:
                    yield from self.inputs(home, stated.tree, seen)
            elif places[name] < len(given):
                yield from self.inputs(home, given[places[name]], seen)

    @cached_property
    def _nodes(self) -> Mapping[str, Mapping[str, Node]]:
        return {
            scope.at: {node.name: node for nodes in scope.lists for node in walk(nodes)}
            for scope in self.spec.scopes
        }

    @cached_property
    def _above(self) -> Mapping[str, Mapping[str, str]]:
        """The name above each node, by scope; at the head of a repeat what enters."""
        found: dict[str, dict[str, str]] = {}
        for scope in self.spec.scopes:
            found[scope.at] = names = {}
            for above, node in _pairs(scope.nodes):
                names[node.name] = above
        return found

    @cached_property
    def _calls(self) -> Mapping[str, list[tuple[Scope, Node | Sequence[ast.expr]]]]:
        """The calls of networks, blocks and layers, by their pointer."""
        found: dict[str, list[tuple[Scope, Node | Sequence[ast.expr]]]] = {}
        for scope in self.spec.scopes:
            for node in walk(scope.nodes):
                called = naming.target(self.spec, node)
                if called is not None:
                    found.setdefault(self.spec.origin(called).at, []).append(
                        (scope, node)
                    )
            for tree in written(self.spec, scope):
                for call in expression.calls(tree):
                    network = self.spec.networks.get(expression.call_name(call) or "")
                    if network is not None:
                        at = self.spec.origin(network).at
                        found.setdefault(at, []).append((scope, call.args))
        return found


def written(spec: Spec, scope: Scope) -> Iterator[ast.expr]:
    """Yield the expressions of a list of nodes, and of the terms that see it."""
    for node in walk(scope.nodes):
        if expr := getattr(node, "expr", None):
            yield expr.tree
    for objective in spec.objectives:
        if objective.scope is scope:
            for term in (*objective.terms, *objective.metrics):
                named = (*term.let, *term.operands)
                several = (*(one for _, one in named), term.target, term.expr)
                yield from (one.tree for one in several if isinstance(one, Expr))


def _keeps(operation: str) -> bool:
    return operation in _KEEPING or ranges.keeps("operations", operation)


def _stated(node: Node) -> tuple[Expr, ...]:
    if node.inputs is None:
        return ()
    return tuple(
        node.inputs.values() if isinstance(node.inputs, Mapping) else node.inputs
    )


def _argument(node: Node, name: str, place: int) -> Expr | None:
    if isinstance(node.inputs, Mapping):
        return node.inputs.get(name)
    stated = _stated(node)
    return stated[place] if place < len(stated) else None


def _pairs(nodes: Sequence[Node], above: str = "") -> Iterator[tuple[str, Node]]:
    for node in nodes:
        yield above, node
        if isinstance(node, RepeatNode):
            yield from _pairs(node.body, above)
        above = node.name
