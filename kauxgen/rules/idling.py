"""Finds layers and operations that Keras builds and that do nothing, or too little."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from kauxgen import expression
from kauxgen.finding import Finding
from kauxgen.nodes import ExprNode, LayerNode, walk
from kauxgen.rules.objective import expressions
from kauxgen.rules.unrolled import Unrolled
from kauxgen.rules.uses import scoped_terms
from kauxgen.rules.warnings import skipping_strides, softmax_of_one
from kauxgen.spec import Spec
from kauxgen.tensor import TensorType
from kauxgen.trace import LayerCall, Visit
from kauxgen.values import Expr

_WORDS = ("softmax", "log_softmax")
_WINDOWS = ("kernel_size", "pool_size")


def check(state: Unrolled) -> Iterator[Finding]:
    """Yield softmaxes over an axis of size 1, and strides that leave their map."""
    layers = _layers(state.spec)
    for visit in state.trace.visits.values():
        if visit.call is not None and visit.at in layers:
            yield from _softmax(visit, visit.call, layers[visit.at])
            yield from _strides(visit, visit.call, layers[visit.at])
    for expr in _written(state.spec):
        for call in expression.calls(expr.tree):
            yield from _call(state, expr, call)


def _layers(spec: Spec) -> dict[str, LayerNode]:
    nodes = (node for scope in spec.scopes for node in walk(scope.nodes))
    return {node.at: node for node in nodes if isinstance(node, LayerNode)}


def _at(node: LayerNode, name: str) -> str:
    """Return the place of a layer's argument, of its kind if that is not given."""
    return f"{node.at}/args/{name}" if name in node.layer.args else f"{node.at}/layer"


def _softmax(visit: Visit, call: LayerCall, node: LayerNode) -> Iterator[Finding]:
    if len(visit.given) != 1:
        return
    if call.kind == "Softmax":
        axis = call.args.get("axis", -1)
        yield from _over(visit.given[0], axis, _at(node, "axis"))
    elif call.args.get("activation") in _WORDS:
        yield from _over(visit.given[0], -1, _at(node, "activation"))


def _over(
    tensor: TensorType, axis: object, at: str, part: expression.Part | None = None
) -> Iterator[Finding]:
    """Yield the finding of a softmax over an axis whose size is 1."""
    rank = len(tensor.shape)
    if type(axis) is int and -rank <= axis < rank and tensor.shape[axis] == 1:
        yield softmax_of_one(at, tensor.shape, axis, part)


def _strides(visit: Visit, call: LayerCall, node: LayerNode) -> Iterator[Finding]:
    """Yield the finding of a window whose second step would lead out of the map."""
    strides = call.args.get("strides")
    window = next((call.args[name] for name in _WINDOWS if name in call.args), 1)
    transposed = call.kind.endswith("Transpose")
    if strides is None or transposed or len(call.inputs) != 1:
        return
    shape = call.inputs[0].shape
    first = 2 if call.args.get("data_format") == "channels_first" else 1
    moved = range(first, len(shape) - 2 + first)
    for place, axis in enumerate(moved):
        size, step, width = shape[axis], _of(strides, place), _of(window, place)
        if size is not None and width < size < step:
            at = _at(node, "strides")
            yield skipping_strides(at, call.kind, step, shape, axis)
            return


def _of(value: object, place: int) -> int:
    """Return the number for one axis of an argument that may be one for all."""
    found = value[place] if isinstance(value, (tuple, list)) else value
    return found if isinstance(found, int) else 1


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
