"""Sizes of tensors in the words of a scope: its params and the sizes of its inputs.

A graph reads a size off the tensor that it holds. A class makes its layers before there
is any tensor, so it must be able to say the size.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from kauxgen import catalog, code, expression, naming
from kauxgen.naming import Level
from kauxgen.nodes import (
    ApplicationNode,
    BlockNode,
    LayerNode,
    NetworkNode,
    Node,
    RepeatNode,
)
from kauxgen.spec import Scope
from kauxgen.values import Expr, computed

_WIDTHS = ("units", "filters", "output_dim")
_KEEP_WIDTH = (
    "same",
    "dropout",
    "batch_norm",
    "layer_norm",
    "group_norm",
    "rms_norm",
    "kept",
    "pool",
    "global_pool",
    "up_sampling",
    "zero_padding",
    "cropping",
)
_OTHERWISE = ("data_format", "return_state")


def values(node: Node) -> Iterator[Expr]:
    """Yield the computed values of a node, without those of its body."""
    if isinstance(node, LayerNode):
        yield from computed(node.layer)
    elif isinstance(node, ApplicationNode):
        yield from computed(node.application)
    elif isinstance(node, BlockNode):
        yield from computed(node.args)
    elif isinstance(node, RepeatNode):
        yield from computed((node.count, node.over))
    elif isinstance(node, NetworkNode):
        yield from computed(node.index)


def said(scope: Scope, levels: tuple[Level, ...], call: ast.Call) -> ast.expr | None:
    """Return `dim(x, axis)` in params and sizes of inputs; None if that fails."""
    path, axis = expression.path_of(call.args[0]), ast.unparse(call.args[1])
    if path is None or len(path) != 1:
        return None
    name = str(path[0])
    found = naming.resolve(levels, name)
    if found is None:
        is_input = any(entry.name == name for entry in scope.inputs)
        return call if is_input else None
    node, level = found
    if axis != "-1" or not isinstance(node, LayerNode) or node.outputs:
        return None
    return _width(scope, levels[: levels.index(level) + 1], node)


def _width(scope: Scope, levels: tuple[Level, ...], node: LayerNode) -> ast.expr | None:
    """Return the size of the last axis of what a layer gives."""
    kind = node.layer
    entry = catalog.find("layer", kind.name)
    if entry is None or any(key in kind.args for key in _OTHERWISE):
        return None
    for key in _WIDTHS:
        if key in entry.args:
            value = kind.args[key]
            tree = value.tree if isinstance(value, Expr) else code.literal(value)
            return in_words(scope, levels, tree)
    entering = _entering(scope, levels, node)
    if entry.shape not in _KEEP_WIDTH or entering is None:
        return None
    last = ast.Call(ast.Name("dim"), [entering, code.literal(-1)], [])
    return said(scope, levels, last)


def _entering(
    scope: Scope, levels: tuple[Level, ...], node: LayerNode
) -> ast.expr | None:
    """Return the one name that enters a layer, if what stands above it is no round."""
    if isinstance(node.inputs, tuple):
        return node.inputs[0].tree if len(node.inputs) == 1 else None
    place = levels[-1].index(node)
    if node.inputs is not None or (place == 0 and len(levels) > 1):
        return None
    return ast.Name(levels[-1][place - 1].name if place else scope.first.name)


def in_words(
    scope: Scope, levels: tuple[Level, ...], tree: ast.expr
) -> ast.expr | None:
    """Return a computed value with every `dim` said; None if one cannot be."""
    words = _Words(scope, levels)
    written: ast.expr = words.visit(ast.parse(ast.unparse(tree), mode="eval").body)
    return None if words.unsaid else written


def measured(scope: Scope, levels: tuple[Level, ...], tree: ast.expr) -> list[str]:
    """Return the inputs whose sizes a computed value reads."""
    words = in_words(scope, levels, tree)
    return [
        ast.unparse(call.args[0])
        for call in (expression.calls(words) if words else ())
        if expression.call_name(call) == "dim"
    ]


class _Words(ast.NodeTransformer):
    """Says every `dim` in a tree."""

    def __init__(self, scope: Scope, levels: tuple[Level, ...]) -> None:
        self.scope = scope
        self.levels = levels
        self.unsaid = False

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Say one size, or look inside the call."""
        if expression.call_name(node) != "dim":
            return self.generic_visit(node)
        found = said(self.scope, self.levels, node)
        self.unsaid = self.unsaid or found is None
        return node if found is None else found
