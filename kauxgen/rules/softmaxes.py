"""Finds softmaxes over a single value."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from kauxgen import expression
from kauxgen.finding import Finding
from kauxgen.rules.arguments import place_of
from kauxgen.rules.objective import expressions
from kauxgen.rules.unrolled import Unrolled
from kauxgen.rules.uses import scoped_terms
from kauxgen.rules.warnings import softmax_of_one
from kauxgen.spec import Expr, ExprNode, LayerNode, Spec, walk
from kauxgen.tensor import TensorType

_WORDS = ("softmax", "log_softmax")


def check(state: Unrolled) -> Iterator[Finding]:
    """Yield the softmaxes of layers and expressions over an axis of size 1."""
    for scope in state.spec.scopes:
        for node in walk(scope.nodes):
            if isinstance(node, LayerNode):
                yield from _layer(state, node)
    for expr in _written(state.spec):
        for call in expression.calls(expr.tree):
            yield from _call(state, expr, call)


def _layer(state: Unrolled, node: LayerNode) -> Iterator[Finding]:
    found, args = state.shapes.get(node.at), node.layer.args
    if not isinstance(found, TensorType):
        return
    if node.layer.name == "Softmax":
        yield from _over(found, args.get("axis", -1), f"{node.at}/layer")
    elif args.get("activation") in _WORDS:
        yield from _over(found, -1, place_of(node.layer, "activation"))


def _over(
    tensor: TensorType, axis: object, at: str, part: expression.Part | None = None
) -> Iterator[Finding]:
    """Yield the finding of a softmax over an axis whose size is 1."""
    rank = len(tensor.shape)
    if type(axis) is int and -rank <= axis < rank and tensor.shape[axis] == 1:
        yield softmax_of_one(at, tensor.shape, axis, part)


def _call(state: Unrolled, expr: Expr, call: ast.Call) -> Iterator[Finding]:
    found = state.types.get(call)
    if expression.call_name(call) in _WORDS and isinstance(found, TensorType):
        yield from _over(found, _axis(call), expr.at, expression.part(call))


def _axis(call: ast.Call) -> int | None:
    """Return the axis of a call of softmax; None if it is computed."""
    given = [word.value for word in call.keywords if word.arg == "axis"]
    tree = next(iter([*given, *call.args[1:]]), None)
    if tree is None:
        return -1
    negative = isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.USub)
    number = tree.operand if isinstance(tree, ast.UnaryOp) else tree
    if not isinstance(number, ast.Constant) or type(number.value) is not int:
        return None
    return -number.value if negative else number.value


def _written(spec: Spec) -> Iterator[Expr]:
    """Yield the expressions of nodes and terms."""
    for scope in spec.scopes:
        for node in walk(scope.nodes):
            if isinstance(node, ExprNode):
                yield node.expr
    for _, term in scoped_terms(spec):
        yield from expressions(term)
