"""Which tensors of a graph Keras may mark as sparse, though none is.

Keras marks the product of a tensor and a number so. A layer of `define` would be given
a sparse tensor while the graph is built.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from kauxgen import callees, expression, naming
from kauxgen.cut import trees
from kauxgen.expander import references
from kauxgen.naming import Level
from kauxgen.nodes import ExprNode, LayerNode, Node, RepeatNode, ReuseNode
from kauxgen.spec import Scope, Spec

_PASSING = (
    "Flatten",
    "Identity",
    "Add",
    "Average",
    "Concatenate",
    "Maximum",
    "Minimum",
    "Multiply",
    "Subtract",
)
"""Layers that give a marked tensor where a marked one enters."""


def enters_own(spec: Spec, node: Node) -> bool:
    """Say whether what enters a node may enter a layer of `define` as it is."""
    if isinstance(node, ReuseNode):
        return node.kind in spec.layers
    used = callees.used_by(node, spec)
    inside = (scope for one in used for scope in callees.within(one, spec))
    return any(scope.kind == "layer" for scope in inside)


def marked(spec: Spec, levels: tuple[Level, ...], name: str) -> bool:
    """Say whether the tensor of a name may be marked as sparse."""
    found = naming.resolve(levels, name)
    if found is None:
        return False
    node, level = found
    outer = levels[: levels.index(level) + 1]
    if isinstance(node, ExprNode):
        if _multiplies(spec, node.expr.tree):
            return True
        return any(marked(spec, outer, names[0]) for names in _read(node))
    if isinstance(node, RepeatNode):
        inner = (*outer, node.body)
        return marked(spec, inner, node.body[-1].name) or _entered(spec, outer, node)
    scope = naming.target(spec, node)
    if scope is not None:
        return scope.kind != "layer" and _leaves(spec, scope)
    passing = isinstance(node, LayerNode) and node.layer.name in _PASSING
    return passing and _entered(spec, outer, node)


def _multiplies(spec: Spec, tree: ast.expr) -> bool:
    """Say whether an expression, or a function that it calls, multiplies or divides."""
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mult, ast.Div)):
            return True
    for call in expression.calls(tree):
        name = str(expression.call_name(call))
        if name in ("multiply", "divide") or spec.definition("function", name):
            return True
    return False


def _read(node: Node) -> Iterator[tuple[str, ...]]:
    for tree in trees(node):
        yield from references(tree)


def _entered(spec: Spec, levels: tuple[Level, ...], node: Node) -> bool:
    """Say whether what enters a node may be marked."""
    if node.inputs is None:
        place = levels[-1].index(node)
        return place > 0 and marked(spec, levels, levels[-1][place - 1].name)
    given = node.inputs.values() if isinstance(node.inputs, Mapping) else node.inputs
    paths = [names for entry in given for names in references(entry.tree)]
    return any(marked(spec, levels, names[0]) for names in paths)


def _leaves(spec: Spec, scope: Scope) -> bool:
    """Say whether what a network or block gives may be marked."""
    names = [names for output in scope.outputs for names in references(output.tree)]
    return any(marked(spec, (scope.nodes,), path[0]) for path in names)
