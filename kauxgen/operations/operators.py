"""What Python's operators give on tensors, numbers and lists."""

from __future__ import annotations

import operator as python
from collections.abc import Callable
from math import isfinite
from typing import Any

from kauxgen.operations.elementwise import arithmetic, comparison, meeting_fractions
from kauxgen.operations.products import matrix_product
from kauxgen.operations.value import Value, article, is_number
from kauxgen.tensor import Misfit, TensorType

ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": python.add,
    "-": python.sub,
    "*": python.mul,
    "/": python.truediv,
    "//": python.floordiv,
    "%": python.mod,
    "**": python.pow,
}
COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "<": python.lt,
    "<=": python.le,
    ">": python.gt,
    ">=": python.ge,
    "==": python.eq,
    "!=": python.ne,
}
_LARGEST = 10**15


def binary(operator: str, left: Value, right: Value) -> Value:
    """Return what `left operator right` gives, or raise Misfit.

    Numbers give a number; a tensor meets what broadcasts with it; `+` joins lists.
    """
    if is_number(left) and is_number(right):
        return _numbers(operator, left, right)
    if not isinstance(left, TensorType) and not isinstance(right, TensorType):
        return _joined(operator, left, right)
    if operator in COMPARISONS:
        return _compared(operator, left, right)
    if operator == "@":
        return matrix_product(left, right)
    values = [left, right]
    met = arithmetic(operator, values)
    return meeting_fractions(values) if operator == "/" else met


def unary(operator: str, value: Value) -> Value:
    """Return what `-value` or `+value` gives, or raise Misfit."""
    if isinstance(value, TensorType):
        return arithmetic(operator, [value])
    if not is_number(value):
        raise Misfit(f"{article(value)} has no {operator}")
    return binary("*", -1 if operator == "-" else 1, value)


def _compared(operator: str, left: Value, right: Value) -> TensorType:
    if operator not in ("==", "!="):
        arithmetic(operator, [left, right])
    return comparison([left, right])


def _joined(operator: str, left: Value, right: Value) -> Value:
    if operator == "+" and isinstance(left, tuple) and isinstance(right, tuple):
        return left + right
    if operator == "+" and isinstance(left, list) and isinstance(right, list):
        return left + right
    odd = left if is_number(right) else right
    raise Misfit(f"{article(odd)} has no {operator}")


def _numbers(operator: str, left: Any, right: Any) -> Value:
    if operator == "@":
        raise Misfit("matmul needs tensors with axes, got a number")
    if left is None or right is None:
        return None
    if operator in COMPARISONS:
        return bool(COMPARISONS[operator](left, right))
    if operator == "**" and (abs(right) > 100 or abs(left) > 10**6):
        raise Misfit(f"{left} ** {right} is too large")
    try:
        value = ARITHMETIC[operator](left, right)
    except (ZeroDivisionError, OverflowError) as error:
        raise Misfit(f"{left} {operator} {right}: {error}") from None
    if isinstance(value, complex) or not isfinite(value) or abs(value) > _LARGEST:
        raise Misfit(f"{left} {operator} {right} is no finite number")
    return int(value) if isinstance(value, int) else float(value)
