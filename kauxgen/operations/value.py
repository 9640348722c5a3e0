"""What an expression holds while it is checked: tensors, numbers, texts and lists."""

from __future__ import annotations

from collections.abc import Sequence
from types import EllipsisType
from typing import TypeAlias

from kauxgen.tensor import Misfit, TensorType

Value: TypeAlias = (
    "TensorType | int | float | str | EllipsisType | slice"
    " | tuple[Value, ...] | list[Value] | None"
)
"""A value; `None` is a number known only when the model runs, or the literal `None`."""


def is_number(value: Value) -> bool:
    """Say whether a value is a plain number, known or not."""
    return value is None or isinstance(value, (int, float))


def is_integer(value: Value) -> bool:
    """Say whether a value is a known whole number, and no bool."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_float(dtype: str) -> bool:
    """Say whether a type holds fractions."""
    return "float" in dtype


def as_tensor(value: Value) -> TensorType:
    """Return the type of a tensor, or of the one made of a number or list of numbers.

    A number that is known only when the model runs counts as a size, a whole number.
    """
    if isinstance(value, TensorType):
        return value
    if isinstance(value, bool):
        return TensorType((), "bool")
    if value is None or isinstance(value, int):
        return TensorType((), "int32")
    if isinstance(value, float):
        return TensorType((), "float32")
    if isinstance(value, (tuple, list)) and value:
        return _array(value)
    raise Misfit(f"{article(value)} is no tensor")


def article(value: Value) -> str:
    """Name what a value is, for messages: "a number", "a text"."""
    if isinstance(value, TensorType):
        return "a tensor"
    if is_number(value):
        return "a number"
    if isinstance(value, str):
        return "a text"
    return "a list" if isinstance(value, (tuple, list)) else "a slice"


def meet(values: Sequence[Value]) -> str:
    """Return the type that tensors and numbers have together.

    Tensors must be of one type; numbers, and lists of them, take it.
    """
    met = {value.dtype for value in values if isinstance(value, TensorType)}
    plain = {as_tensor(v).dtype for v in values if not isinstance(v, TensorType)}
    if len(met) > 1:
        first, second = sorted(met, key=is_float)[:2]
        raise Misfit(f"{first} meets {second}: cast one of them")
    return _adopt(met.pop(), plain) if met else _widest(plain)


def _array(value: Sequence[Value]) -> TensorType:
    if any(isinstance(item, TensorType) for item in value):
        raise Misfit("a list of tensors is no tensor: stack or concatenate it")
    items = [as_tensor(item) for item in value]
    if len({item.shape for item in items}) > 1:
        raise Misfit("a list with rows of several lengths is no tensor")
    dtype = _widest({item.dtype for item in items})
    return TensorType((len(items), *items[0].shape), dtype)


def _widest(dtypes: set[str]) -> str:
    return next((d for d in ("float32", "int32") if d in dtypes), "bool")


def _adopt(dtype: str, numbers: set[str]) -> str:
    if dtype == "bool" and numbers - {"bool"}:
        raise Misfit("bool meets a number: cast it")
    return "float32" if "float32" in numbers and not is_float(dtype) else dtype
