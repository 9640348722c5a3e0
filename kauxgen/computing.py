"""Computed values: a walk over a tree that gives numbers, never a run of it."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any

from kauxgen.expression import MAX_NUMBER, call_name
from kauxgen.tensor import Misfit, Size, TensorType

ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}


def evaluate(tree: ast.expr, scope: Mapping[str, Any]) -> Any:
    """Work out a computed value, such as `2 * latent_dim` or `dim(features, -1)`.

    `scope` maps names to numbers, tuples and TensorTypes. Whole numbers come back as
    sizes that remember the text. Raises Misfit for what has no value.
    """
    value = _value(tree, scope)
    if isinstance(value, int) and not isinstance(value, bool):
        return Size(value, ast.unparse(tree))
    return value


def _value(node: ast.expr, scope: Mapping[str, Any]) -> Any:
    if isinstance(node, ast.Constant) and node.value is not Ellipsis:
        return node.value
    if isinstance(node, ast.Name):
        return _named(node, scope)
    if isinstance(node, (ast.Tuple, ast.List)):
        return tuple(_value(item, scope) for item in node.elts)
    if isinstance(node, ast.UnaryOp):
        value = _number(node.operand, scope)
        return -value if isinstance(node.op, ast.USub) else value
    if isinstance(node, ast.BinOp) and type(node.op) in ARITHMETIC:
        return _arithmetic(node, scope)
    if isinstance(node, ast.Subscript):
        return _item(node, scope)
    if isinstance(node, ast.Call):
        return _called(node, scope)
    raise Misfit(f"{ast.unparse(node)} is not a computed value")


def _named(node: ast.Name, scope: Mapping[str, Any]) -> Any:
    if node.id not in scope:
        raise Misfit(f"{node.id} has no value here")
    return scope[node.id]


def _number(node: ast.expr, scope: Mapping[str, Any]) -> int | float:
    value = _value(node, scope)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise Misfit(f"{ast.unparse(node)} is not a number")
    return value


def _arithmetic(node: ast.BinOp, scope: Mapping[str, Any]) -> int | float:
    left, right = _number(node.left, scope), _number(node.right, scope)
    if isinstance(node.op, ast.Pow) and (abs(right) > 100 or abs(left) > 10**6):
        raise Misfit(f"{ast.unparse(node)} is too large")
    try:
        value = ARITHMETIC[type(node.op)](left, right)
    except (ZeroDivisionError, OverflowError) as error:
        raise Misfit(f"{ast.unparse(node)}: {error}") from None
    if isinstance(value, complex) or not isfinite(value) or abs(value) > MAX_NUMBER:
        raise Misfit(f"{ast.unparse(node)} is no finite number")
    return int(value) if isinstance(value, int) else float(value)


def _item(node: ast.Subscript, scope: Mapping[str, Any]) -> Any:
    value, index = _value(node.value, scope), _value(node.slice, scope)
    if not isinstance(value, tuple):
        raise Misfit(f"{ast.unparse(node.value)} is not a list")
    if not isinstance(index, int) or not -len(value) <= index < len(value):
        raise Misfit(f"{ast.unparse(node.value)} has no item {ast.unparse(node.slice)}")
    return value[index]


def _called(node: ast.Call, scope: Mapping[str, Any]) -> Any:
    name = call_name(node)
    if node.keywords:
        raise Misfit(f"{name} takes no keywords in a computed value")
    if name == "dim" and len(node.args) == 2:
        return _dim(node, scope)
    if name in ("min", "max") and len(node.args) > 1:
        numbers = [_number(item, scope) for item in node.args]
        return min(numbers) if name == "min" else max(numbers)
    if name in ("min", "max"):
        raise Misfit(f"{name} takes at least two numbers in a computed value")
    if name == "len" and len(node.args) == 1:
        return len(_sequence(node.args[0], scope))
    if name == "range" and len(node.args) == 1:
        return tuple(range(_count(node.args[0], scope)))
    if name == "reversed" and len(node.args) == 1:
        return tuple(reversed(_sequence(node.args[0], scope)))
    raise Misfit(f"{ast.unparse(node)} is not a computed value")


def _count(node: ast.expr, scope: Mapping[str, Any]) -> int:
    value = _number(node, scope)
    if not isinstance(value, int) or not 0 <= value <= 1000:
        raise Misfit(f"{ast.unparse(node)} is no whole number from 0 to 1000")
    return value


def _sequence(node: ast.expr, scope: Mapping[str, Any]) -> tuple[Any, ...]:
    value = _value(node, scope)
    if not isinstance(value, tuple):
        raise Misfit(f"{ast.unparse(node)} is not a list")
    return value


def _dim(node: ast.Call, scope: Mapping[str, Any]) -> int:
    tensor, axis = _value(node.args[0], scope), _value(node.args[1], scope)
    if not isinstance(tensor, TensorType):
        raise Misfit(f"{ast.unparse(node.args[0])} is not a tensor")
    if not isinstance(axis, int) or not -len(tensor.shape) <= axis < len(tensor.shape):
        raise Misfit(
            f"{ast.unparse(node.args[0])} has no axis {ast.unparse(node.args[1])}"
        )
    size = tensor.shape[axis]
    if size is None:
        raise Misfit(f"{ast.unparse(node)} is not known")
    return size
