"""Rules of operations that pick values by index."""

from __future__ import annotations

from kauxgen.operations.arrangement import with_size
from kauxgen.operations.call import Call
from kauxgen.operations.sizes import broadcast
from kauxgen.operations.value import Value
from kauxgen.tensor import Misfit, TensorType, describe


def taken(call: Call) -> TensorType:
    """Give the values at some indices of an axis, or of the flattened operand."""
    x, indices = call.tensor("x"), call.whole("indices").shape
    if call.arguments["axis"] is None:
        return TensorType(indices, x.dtype)
    axis = call.axis("axis", len(x.shape))
    _refuse_empty(call, x, axis)
    _within(call.arguments["indices"], x.shape[axis])
    return TensorType((*x.shape[:axis], *indices, *x.shape[axis + 1 :]), x.dtype)


def _refuse_empty(call: Call, x: TensorType, axis: int) -> None:
    if x.shape[axis] == 0:
        raise Misfit(f"{call.name} has no item on axis {axis} of {describe(x.shape)}")


def _within(index: Value, size: int | None) -> None:
    if isinstance(index, (tuple, list)):
        for item in index:
            _within(item, size)
    elif isinstance(index, int) and size is not None and not -size <= index < size:
        raise Misfit(f"take has no item {index} on an axis of size {size}")


def taken_along(call: Call) -> TensorType:
    """Give the values at indices that differ from place to place."""
    x, indices = call.tensor("x"), call.whole("indices").shape
    if call.arguments["axis"] is None:
        if len(indices) != 1:
            raise Misfit("take_along_axis needs indices of rank 1 without an axis")
        return TensorType(indices, x.dtype)
    if len(indices) != len(x.shape):
        got = f"got {describe(x.shape)} and {describe(indices)}"
        raise Misfit(f"take_along_axis needs operands of one rank, {got}")
    axis = call.axis("axis", len(x.shape))
    _refuse_empty(call, x, axis)
    met = broadcast(with_size(x.shape, axis, 1), with_size(indices, axis, 1))
    return TensorType(with_size(met, axis, indices[axis]), x.dtype)


def one_hot(call: Call) -> TensorType:
    """Give a one in the place of each index, along a new axis."""
    indices = call.whole("x").shape
    rank = len(indices)
    axis = call.integer("axis")
    if axis != -1 and not 0 <= axis < rank:
        raise Misfit(f"one_hot has no axis {axis} for indices of rank {rank}")
    place = rank if axis == -1 else axis
    shape = (*indices[:place], call.size("num_classes"), *indices[place:])
    return TensorType(shape, call.dtype("dtype", "float32"))


def largest(call: Call) -> tuple[TensorType, TensorType]:
    """Give the k largest values along the last axis, and their indices."""
    x = call.numbers("x")
    k = call.size("k")
    if not x.shape:
        raise Misfit("top_k needs a tensor with axes, got a number")
    if k is not None and x.shape[-1] is not None and k > x.shape[-1]:
        raise Misfit(f"top_k cannot take {k} of {x.shape[-1]} values")
    shape = (*x.shape[:-1], k)
    return TensorType(shape, x.dtype), TensorType(shape, "int32")
