"""Rules of operations that make one tensor of several, or several of one."""

from __future__ import annotations

from itertools import pairwise

from kauxgen.operations.arrangement import with_size
from kauxgen.operations.call import Call
from kauxgen.operations.sizes import merge, same, total
from kauxgen.operations.value import as_tensor, meet
from kauxgen.tensor import Misfit, Shape, TensorType, describe, difference


def concatenated(call: Call) -> TensorType:
    """Give tensors after each other along an axis."""
    values = call.sequence("xs")
    shapes = [as_tensor(value).shape for value in values]
    axis = call.axis("axis", len(shapes[0]))
    rest = shapes[0][:axis] + shapes[0][axis + 1 :]
    for shape in shapes[1:]:
        without = shape[:axis] + shape[axis + 1 :]
        if len(shape) != len(shapes[0]) or not same(rest, without):
            raise Misfit(_unequal(call, shapes[0], shape))
        rest = merge(rest, without)
    sizes = [shape[axis] for shape in shapes]
    size = total(sizes) if len(sizes) > 1 else sizes[0]
    return TensorType((*rest[:axis], size, *rest[axis:]), meet(values))


def _unequal(call: Call, first: Shape, second: Shape) -> str:
    axis = call.arguments["axis"]
    got = f"got {describe(first)} and {describe(second)}"
    at = call.axis("axis", len(first))
    opened = (*first[:at], None, *first[at + 1 :])
    needed = f"concatenate needs equal sizes on every axis but {axis}"
    return f"{needed}, {got}: {difference(opened, second)}"


def stacked(call: Call) -> TensorType:
    """Give equal tensors along a new axis."""
    values = call.sequence("x")
    shape = as_tensor(values[0]).shape
    for value in values[1:]:
        other = as_tensor(value).shape
        if not same(shape, other):
            got = f"got {describe(shape)} and {describe(other)}"
            raise Misfit(f"stack needs equal shapes, {got}")
        shape = merge(shape, other)
    axis = call.axis("axis", len(shape) + 1)
    return TensorType((*shape[:axis], len(values), *shape[axis:]), meet(values))


MOST_PIECES = 1000
"""More tensors than this are taken for a mistake."""


def pieces(call: Call) -> tuple[TensorType, ...]:
    """Give a tensor in equal parts, or cut at the indices named."""
    x = call.tensor("x")
    axis = call.axis("axis", len(x.shape))
    if isinstance(call.arguments["indices_or_sections"], (tuple, list)):
        sizes = _cuts(call.integers("indices_or_sections"), x.shape[axis])
    else:
        sizes = _parts(call.integer("indices_or_sections"), x.shape[axis])
    return tuple(TensorType(with_size(x.shape, axis, s), x.dtype) for s in sizes)


def _parts(count: int, size: int | None) -> list[int | None]:
    if not 1 <= count <= MOST_PIECES or (size is not None and size % count):
        raise Misfit(f"split cannot make {count} equal parts of {size}")
    return [None if size is None else size // count] * count


def _cuts(cuts: tuple[int, ...], size: int | None) -> list[int | None]:
    ends = [0, *cuts] if size is None else [0, *cuts, size]
    if sorted(ends) != ends:
        raise Misfit(f"split needs rising indices within {size}")
    sizes: list[int | None] = [b - a for a, b in pairwise(ends)]
    return sizes if size is not None else [*sizes, None]


def unstacked(call: Call) -> tuple[TensorType, ...]:
    """Give the slices of a tensor along an axis."""
    x = call.tensor("x")
    axis = call.axis("axis", len(x.shape))
    given = call.arguments["num"]
    count = x.shape[axis] if given is None else call.integer("num")
    if count is None:
        raise Misfit(f"unstack needs num: the size of axis {axis} is unknown")
    if not 0 <= count <= MOST_PIECES:
        raise Misfit(f"unstack makes at most {MOST_PIECES} slices, not {count}")
    if x.shape[axis] not in (None, count):
        raise Misfit(
            f"unstack makes {x.shape[axis]} slices of axis {axis}, not {count}"
        )
    return (TensorType(x.shape[:axis] + x.shape[axis + 1 :], x.dtype),) * count
