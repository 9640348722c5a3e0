"""Where the values of an expression come from: the activation behind it, its range."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from itertools import pairwise

from kauxgen import expression, naming, ranges
from kauxgen.expression import Path
from kauxgen.frozen import frozen
from kauxgen.nodes import (
    BlockNode,
    ExprNode,
    LayerNode,
    NetworkNode,
    Node,
    RepeatNode,
    ReuseNode,
    walk,
)
from kauxgen.ranges import Range
from kauxgen.spec import Scope, Spec
from kauxgen.trace import LayerCall, Trace

MOST_STEPS = 60
"""How far values are followed back; further back nothing is claimed."""


@frozen
class Found:
    """A node that a path leads to, and the lists of nodes that it sees, inner first."""

    node: Node
    lists: tuple[tuple[Node, ...], ...]


@frozen
class Sources:
    """Follows values back to the layers and operations that made them."""

    spec: Spec
    trace: Trace

    @cached_property
    def calls(self) -> Mapping[str, tuple[LayerCall, ...]]:
        """The calls of layers by the pointers of the nodes that make them."""
        found: dict[str, list[LayerCall]] = {}
        for visit in self.trace.visits.values():
            if visit.call is not None:
                found.setdefault(visit.at, []).append(visit.call)
        return {at: tuple(calls) for at, calls in found.items()}

    @cached_property
    def above(self) -> Mapping[str, Node]:
        """The node above each one in its list, by the pointer of the lower one."""
        lists = [scope.nodes for scope in self.spec.scopes]
        lists += [
            node.body
            for scope in self.spec.scopes
            for node in walk(scope.nodes)
            if isinstance(node, RepeatNode)
        ]
        return {b.at: a for nodes in lists for a, b in pairwise(nodes)}

    def range(self, tree: ast.expr, scope: Scope) -> Range | None:
        """Return what an expression of a list gives; None if it is not known."""
        lists = tuple(reversed(scope.lists))
        return _Walk(self, lists).range(tree)

    def node(self, tree: ast.expr, scope: Scope) -> Node | None:
        """Return the node of which an expression is the name or path."""
        path = expression.path_of(tree)
        found = _Walk(self, tuple(reversed(scope.lists))).find(path) if path else None
        return found.node if found else None


@frozen
class _Walk:
    """One step back: the lists of nodes that are seen, and the steps so far."""

    sources: Sources
    lists: tuple[tuple[Node, ...], ...]
    steps: int = 0

    def range(self, tree: ast.expr) -> Range | None:
        """Return the range of an expression."""
        if self.steps > MOST_STEPS:
            return None
        path = expression.path_of(tree)
        if path is not None:
            found = self.find(path)
            return self.given(found) if found else None
        deeper = replace(self, steps=self.steps + 1)
        if isinstance(tree, ast.Call):
            return deeper.called(tree)
        if isinstance(tree, ast.Subscript):
            return deeper.range(tree.value)
        return deeper.moved(tree)

    def called(self, tree: ast.Call) -> Range | None:
        """Return the range of a call of an operation or network."""
        name = expression.call_name(tree) or ""
        known = ranges.activations().get(name)
        if known is not None:
            return known
        if name in self.sources.spec.networks:
            return self.output(self.sources.spec.networks[name])
        if ranges.keeps("operations", name) and tree.args:
            return self.range(tree.args[0])
        return None

    def moved(self, tree: ast.expr) -> Range | None:
        """Return the range of arithmetic with one number."""
        if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.USub):
            inner = self.range(tree.operand)
            return inner.scaled(-1, 0) if inner else None
        if not isinstance(tree, ast.BinOp):
            return None
        left, right = _number(tree.left), _number(tree.right)
        number = left if right is None else right
        if number is None or (left is not None and right is not None):
            return None
        inner = self.range(tree.left if left is None else tree.right)
        return _computed(tree.op, inner, number, left is not None) if inner else None

    def given(self, found: Found) -> Range | None:
        """Return the range of what a node gives."""
        node, seen = found.node, replace(self, lists=found.lists, steps=self.steps + 1)
        if self.steps > MOST_STEPS or node.outputs:
            return None
        if isinstance(node, (LayerNode, ReuseNode)):
            return seen.layer(node)
        if isinstance(node, ExprNode):
            return seen.range(node.expr.tree) if node.shape is None else None
        if isinstance(node, (NetworkNode, BlockNode)):
            return seen.output(naming.target(self.sources.spec, node))
        if isinstance(node, RepeatNode) and not node.carry:
            return seen.given(Found(node.body[-1], (node.body, *found.lists)))
        return None

    def output(self, scope: Scope | None) -> Range | None:
        """Return the range of the one tensor that a network or block gives."""
        if scope is None or not scope.single:
            return None
        return replace(self, lists=(scope.nodes,)).range(scope.outputs[0].tree)

    def layer(self, node: LayerNode | ReuseNode) -> Range | None:
        """Return the range of what a layer gives, if all its uses agree."""
        calls = self.sources.calls.get(node.at, ())
        known = {ranges.of_layer(call.kind, call.args) for call in calls}
        if len(known) != 1:
            return None
        if ranges.keeps("layers", calls[0].kind):
            return self.entering(node)
        return known.pop()

    def find(self, path: Path) -> Found | None:
        """Follow a path to a node, through calls and rounds."""
        names = [step for step in path if isinstance(step, str)]
        for place, nodes in enumerate(self.lists):
            node = naming.find(nodes, names[0])
            if node is not None:
                return self._follow(node, self.lists[place:], names[1:])
        return None

    def _follow(
        self, node: Node, lists: tuple[tuple[Node, ...], ...], names: list[str]
    ) -> Found | None:
        for name in names:
            level = naming.inside(self.sources.spec, node)
            inside = isinstance(node, RepeatNode)
            lists = (level, *lists) if inside else (level,)
            inner = naming.find(level, name)
            if inner is None:
                return None
            node = inner
        return Found(node, lists)

    def entering(self, node: Node) -> Range | None:
        """Return the range of the one tensor that enters a node."""
        if isinstance(node.inputs, tuple) and len(node.inputs) == 1:
            return self.range(node.inputs[0].tree)
        above = self.sources.above.get(node.at)
        if node.inputs is not None or above is None:
            return None
        return self.given(Found(above, self.lists))


def _number(tree: ast.expr) -> float | None:
    if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.USub):
        inner = _number(tree.operand)
        return None if inner is None else -inner
    if isinstance(tree, ast.Constant) and type(tree.value) in (int, float):
        return float(str(tree.value))
    return None


def _computed(
    op: ast.operator, values: Range, number: float, left: bool
) -> Range | None:
    """Return the range of an operator with a number at its left or right."""
    if isinstance(op, ast.Add):
        return values.scaled(1, number)
    if isinstance(op, ast.Sub):
        return values.scaled(-1, number) if left else values.scaled(1, -number)
    if isinstance(op, ast.Mult):
        return values.scaled(number, 0)
    divides = isinstance(op, ast.Div) and not left and number
    return values.scaled(1 / number, 0) if divides else None
