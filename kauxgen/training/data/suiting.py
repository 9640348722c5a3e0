"""Makes an array suit an input or target: its shape, its scale and its type."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from kauxgen.finding import Finding
from kauxgen.frozen import frozen
from kauxgen.operations.sizes import same
from kauxgen.suggest import quote
from kauxgen.tensor import Shape
from kauxgen.training.data import unfit
from kauxgen.training.data.values import BITS, LABELS, ONE_HOT, SIGNS, Need

Array = Any
_BYTE = 255
_CLOSE = 1e-6


class Unfit(ValueError):
    """Raised where an array does not suit; carries the finding."""

    def __init__(self, finding: Finding) -> None:
        """Keep the finding."""
        super().__init__(finding.message)
        self.finding = finding


@frozen
class Suited:
    """An array that suits, and what was done to it, in words."""

    array: Array
    done: tuple[str, ...] = ()


def suit(need: Need, array: Array, data: str) -> Suited:
    """Make an array suit; `data` says where it is from. Raise Unfit if nothing can."""
    _check_type(need, array, data)
    suited = _classes(need, Suited(array))
    suited = _shaped(need, suited, data)
    _check_finite(need, suited.array, data)
    if need.values.kind == LABELS or need.is_whole:
        _check_classes(need, suited.array, data)
    else:
        suited = _scaled(need, suited)
        _check_range(need, suited.array, data)
    return Suited(_cast(need, suited.array, data), suited.done)


def _cast(need: Need, array: Array, data: str) -> Array:
    """Give values their type; Unfit where one is none of it.

    NumPy makes 1e39 infinite, lets 5,000,000,000 begin anew, and any number true.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        made = np.ascontiguousarray(array.astype(need.dtype, copy=False))
    exact = need.dtype == "bool" or need.is_whole
    bad = made != array if exact else ~np.isfinite(made)
    if bad.any():
        place = tuple(map(int, np.argwhere(bad)[0]))
        value = float(array[place])
        wanted = "false or true, 0 or 1" if need.dtype == "bool" else need.dtype
        raise Unfit(unfit.beyond(need.at, need.name, wanted, data, place[0], value))
    return made


def _check_type(need: Need, array: Array, data: str) -> None:
    if array.dtype.kind in "buif":
        return
    first = next(iter(array.reshape(-1)), None)
    kinds = {"U": "text", "S": "text", "O": "objects", "M": "dates", "c": "complex"}
    given = kinds.get(array.dtype.kind, f"values of type {array.dtype}")
    shown = f", such as {quote(str(first))}" if given == "text" else ""
    wanted = "of whole numbers" if need.is_whole else "of numbers"
    raise Unfit(unfit.unfit_type(need.at, need.name, wanted, data, f"{given}{shown}"))


def _classes(need: Need, one: Suited) -> Suited:
    """Turn labels into one-hot rows where these are wanted, and the other way round."""
    array, kind = one.array, need.values.kind
    if kind == ONE_HOT and _is_whole(array) and need.shape[-1] is not None:
        plain = array[..., 0] if array.shape[1:] == (*need.shape[:-1], 1) else array
        count = int(need.shape[-1])
        if same(plain.shape[1:], need.shape[:-1]) and _within(plain, 0, count - 1):
            made = np.eye(count, dtype="float32")[plain.astype("int64")]
            return Suited(made, (*one.done, f"one-hot of {count} classes"))
    if kind == LABELS and need.values.bounded and array.ndim == len(need.shape) + 2:
        is_one_hot = array.shape[-1] == need.values.count > 1
        if is_one_hot and _within(array, 0, 1) and np.allclose(array.sum(-1), 1):
            made = np.argmax(array, axis=-1)
            return Suited(made, (*one.done, "class numbers of one-hot rows"))
    return one


def _shaped(need: Need, one: Suited, data: str) -> Suited:
    """Give rows the shape that is needed, where no value changes its place."""
    array, wanted = one.array, need.shape
    if same(array.shape[1:], wanted):
        return one
    if not array.ndim or not _is_same_order(array.shape[1:], wanted):
        raise Unfit(unfit.misfit(need.at, need.name, wanted, data, array.shape))
    sizes = tuple(int(size) for size in wanted if size is not None)
    made = array.reshape(len(array), *sizes)
    if any(same(array.shape[1:], shape) for shape in need.others):
        return Suited(made, one.done)
    return Suited(made, (*one.done, f"reshaped to {_sizes(made.shape)}"))


def _is_same_order(given: Sequence[int], wanted: Shape) -> bool:
    """Whether rows of one shape can be read as another: flattened, cut up, or with 1s.

    Axes in another order have as many values, too, and would be scrambled.
    """
    if None in wanted or math.prod(given) != math.prod(map(int, wanted)):  # type: ignore[arg-type]
        return False
    left = [size for size in given if size != 1]
    right = [size for size in wanted if size != 1]
    return left == right or min(len(left), len(right)) <= 1


def _check_finite(need: Need, array: Array, data: str) -> None:
    if array.dtype.kind != "f":
        return
    bad = ~np.isfinite(array)
    if not bad.any():
        return
    row, *others = map(int, np.argwhere(bad)[0])
    column = f", column {others[0]}" if len(others) == 1 else ""
    column = column or (f", at {_sizes(others)}" if others else "")
    value = str(array[(row, *others)])
    found = unfit.not_finite(
        need.at, need.name, data, row, column, value, int(bad.sum())
    )
    raise Unfit(found)


def _check_classes(need: Need, array: Array, data: str) -> None:
    if not _is_whole(array):
        first = array[array != np.floor(array)][0]
        given = f"{first:g}"
        raise Unfit(
            unfit.unfit_type(need.at, need.name, "of whole numbers", data, given)
        )
    low, high = need.values.low, need.values.high
    bad = (array < low) | (array > high)
    if not bad.any():
        return
    place = tuple(map(int, np.argwhere(bad)[0]))
    ends = 0 if math.isinf(low) else int(low), None if math.isinf(high) else int(high)
    found = unfit.not_a_class(
        need.at, need.name, *ends, data, place[0], int(array[place])
    )
    raise Unfit(found)


def _scaled(need: Need, one: Suited) -> Suited:
    """Bring the bytes of images to where the model expects them."""
    array, values = one.array, need.values
    if array.dtype != np.uint8 or not array.size or array.max() <= 1:
        return one
    low, high = (values.low, values.high) if values.bounded else (0.0, 1.0)
    made = (array * np.float32((high - low) / _BYTE) + np.float32(low)).astype(
        "float32"
    )
    return Suited(made, (*one.done, f"scaled from 0..255 to {low:g}..{high:g}"))


def _check_range(need: Need, array: Array, data: str) -> None:
    """Refuse targets that a loss does not take."""
    ends = {BITS: (0, 1), ONE_HOT: (0, 1), SIGNS: (-1, 1)}.get(need.values.kind)
    if ends is None or array.dtype.kind == "b":
        return
    bad = (array < ends[0] - _CLOSE) | (array > ends[1] + _CLOSE)
    if bad.any():
        place = tuple(map(int, np.argwhere(bad)[0]))
        wanted = f"from {ends[0]} to {ends[1]}"
        value = float(array[place])
        raise Unfit(
            unfit.out_of_range(need.at, need.name, wanted, data, place[0], value)
        )


def _is_whole(array: Array) -> bool:
    if array.dtype.kind in "bui":
        return True
    return bool(np.isfinite(array).all() and (array == np.floor(array)).all())


def _within(array: Array, low: float, high: float) -> bool:
    return bool(array.size and array.min() >= low and array.max() <= high)


def _sizes(sizes: Sequence[int]) -> str:
    return f"({', '.join(map(str, sizes))}{',' if len(sizes) == 1 else ''})"
