"""Penalties inside layers and blocks: what their weight is at every use."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from kauxgen import code, computing, expression, naming
from kauxgen.naming import Level
from kauxgen.nodes import BlockNode, LayerNode, Node, RepeatNode, ReuseNode
from kauxgen.spec import Scope, Spec, Weight
from kauxgen.values import Computed, Expr, Value

Given = Mapping[str, ast.expr]

_OF_A_ROUND = ast.Name("Round")
"""What a round works with; no param bears the name."""


def common_weight(spec: Spec, owner: Scope, weight: Weight) -> Weight | None:
    """Return the weight that an inner penalty has at all uses, in the spec's params.

    None where uses differ, or where one depends on the round of a repeat.
    """
    if not isinstance(weight, Computed):
        return weight
    roots = [spec.main, *spec.networks.values()]
    said = [
        tree
        for root in roots
        for tree in _said(spec, root.nodes, owner, weight.tree, None)
    ]
    texts = {ast.unparse(tree) for tree in said}
    read = {name.id for tree in said for name in expression.names(tree)}
    calls = {
        expression.call_name(call) for tree in said for call in expression.calls(tree)
    }
    if len(texts) != 1 or not read <= spec.params.keys() or "dim" in calls:
        return None
    if not read:
        number: Value = computing.evaluate(said[0], {})
        return number
    return Computed(ast.unparse(said[0]), said[0], weight.at, weight.shift)


def _said(
    spec: Spec, level: Level, owner: Scope, tree: ast.expr, given: Given | None
) -> Iterator[ast.expr]:
    """Yield a weight as each use in a list of nodes says it.

    `given` are the params of the block or layer that the list is of; None where it sees
    the spec's.
    """
    for node in level:
        if isinstance(node, RepeatNode):
            inside = {**(given or {}), **dict.fromkeys(node.variables, _OF_A_ROUND)}
            yield from _said(spec, node.body, owner, tree, inside)
            continue
        scope = naming.target(spec, node)
        if scope is None or scope.kind == "network":
            continue
        args = {**scope.params, **_arguments(node, level)}
        known = {name: _put(_tree(value), given) for name, value in args.items()}
        if scope is owner:
            yield _put(tree, known)
        yield from _said(spec, scope.nodes, owner, tree, known)


def _arguments(node: Node, level: Level) -> Mapping[str, Value]:
    if isinstance(node, ReuseNode):
        node = naming.find(level, node.layer) or node
    if isinstance(node, LayerNode):
        return node.layer.args
    return node.args if isinstance(node, BlockNode) else {}


def _tree(value: Value) -> ast.expr:
    return value.tree if isinstance(value, Expr) else code.literal(value)


def _put(tree: ast.expr, given: Given | None) -> ast.expr:
    """Put what params are given in their place."""
    copied = ast.parse(ast.unparse(tree), mode="eval").body
    written: ast.expr = _Given(given or {}).visit(copied)
    return written


class _Given(ast.NodeTransformer):
    """Writes what is given for names."""

    def __init__(self, given: Given) -> None:
        self.given = given

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """Write one name."""
        return self.given.get(node.id, node)
