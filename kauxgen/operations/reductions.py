"""Rules of operations that gather values along axes."""

from __future__ import annotations

from kauxgen.operations.call import Call
from kauxgen.operations.elementwise import fractional
from kauxgen.operations.sizes import fits, product
from kauxgen.tensor import Misfit, Shape, TensorType, describe

_MATRIX_NORMS = (None, "fro", "nuc", 1, -1, 2, -2)


_SINGULAR = ("nuc", 2, -2)


def reduced(shape: Shape, axes: tuple[int, ...], keepdims: bool) -> Shape:
    """Return a shape without some axes, or with 1 in their place."""
    if keepdims:
        return tuple(1 if axis in axes else size for axis, size in enumerate(shape))
    return tuple(size for axis, size in enumerate(shape) if axis not in axes)


def _counted(dtype: str) -> str:
    return "int32" if dtype == "bool" else dtype


def _reduce(call: Call, x: TensorType, dtype: str) -> TensorType:
    axes = call.axes("axis", len(x.shape))
    keepdims = "keepdims" in call.arguments and call.flag("keepdims")
    return TensorType(reduced(x.shape, axes, keepdims), dtype)


def total(call: Call) -> TensorType:
    """Give a sum or product along axes; truth values are counted."""
    x = call.tensor("x")
    return _reduce(call, x, _counted(x.dtype))


def average(call: Call) -> TensorType:
    """Give a fraction from the values along axes."""
    x = call.tensor("x")
    return _reduce(call, x, fractional(x.dtype))


def real_average(call: Call) -> TensorType:
    """Give a fraction from the fractions along axes."""
    x = call.floats("x")
    return _reduce(call, x, x.dtype)


def extreme(call: Call) -> TensorType:
    """Give one of the values along axes, which must not be none."""
    x = call.tensor("x")
    _refuse_empty(call, x, tuple(range(len(x.shape))))
    return _reduce(call, x, x.dtype)


def _refuse_empty(call: Call, x: TensorType, axes: tuple[int, ...]) -> None:
    if any(x.shape[axis] == 0 for axis in axes):
        raise Misfit(f"{call.name} of no values: {describe(x.shape)}")


def truth(call: Call) -> TensorType:
    """Give a truth value from the values along axes."""
    return _reduce(call, call.tensor("x"), "bool")


def count(call: Call) -> TensorType:
    """Give a whole number from the values along axes."""
    return _reduce(call, call.tensor("x"), "int32")


def position(call: Call) -> TensorType:
    """Give the index of a value along one axis, or in the flattened operand."""
    x = call.tensor("x")
    if call.arguments["axis"] is not None:
        call.axis("axis", len(x.shape))
    axes = call.axes("axis", len(x.shape))
    _refuse_empty(call, x, axes)
    return _reduce(call, x, "int32")


def weighted(call: Call) -> TensorType:
    """Give a weighted mean; weights have the operand's shape or that of its axis."""
    x = call.tensor("x")
    axis = call.arguments["axis"]
    axes = call.axes("axis", len(x.shape)) if axis is None else (_one(call, x),)
    if call.arguments["weights"] is not None:
        _weigh(call, x, axes)
    return TensorType(reduced(x.shape, axes, False), fractional(x.dtype))


def _one(call: Call, x: TensorType) -> int:
    return call.axis("axis", len(x.shape))


def _weigh(call: Call, x: TensorType, axes: tuple[int, ...]) -> None:
    weights = call.tensor("weights").shape
    allowed = [x.shape] if len(axes) != 1 else [x.shape, (x.shape[axes[0]],)]
    for shape in allowed:
        if len(shape) == len(weights) and all(map(fits, shape, weights)):
            return
    raise Misfit(f"average needs weights of shape {describe(allowed[-1])}")


def running(call: Call) -> TensorType:
    """Give running totals along an axis, or along the flattened operand."""
    x = call.tensor("x")
    if call.arguments["axis"] is None:
        return TensorType((product(x.shape),), _counted(x.dtype))
    call.axis("axis", len(x.shape))
    return TensorType(x.shape, _counted(x.dtype))


def norm(call: Call) -> TensorType:
    """Give a vector's or a matrix's norm along one axis or two."""
    x = call.tensor("x")
    axes = call.axes("axis", len(x.shape))
    order = call.arguments["ord"]
    if len(axes) not in (1, 2):
        raise Misfit("norm needs one axis or two")
    if len(axes) == 1 and isinstance(order, str):
        raise Misfit(f'norm "{order}" is one of matrices, along two axes')
    if len(axes) == 2 and order not in _MATRIX_NORMS:
        raise Misfit(f"norm has no order {order!r} for matrices")
    _refuse_kept(call, len(axes) == 2 and order in _SINGULAR)
    return _reduce(call, x, fractional(x.dtype))


def _refuse_kept(call: Call, singular: bool) -> None:
    """Refuse what Keras cannot do: it puts the kept axes in from the front."""
    kept = singular and call.flag("keepdims") and call.arguments["axis"] is not None
    if kept and min(call.integers("axis")) < 0:
        raise Misfit("norm of singular values keeps axes counted from the first only")


def ordered(call: Call) -> TensorType:
    """Give the operand's values in order along an axis, or flattened."""
    x = call.tensor("x")
    if call.arguments["axis"] is None:
        return TensorType((product(x.shape),), x.dtype)
    call.axis("axis", len(x.shape))
    return x


def order(call: Call) -> TensorType:
    """Give the indices that put an operand in order along an axis, or flattened."""
    return TensorType(ordered(call).shape, "int32")


def differences(call: Call) -> TensorType:
    """Give differences of neighbours along an axis, taken n times."""
    a = call.numbers("a")
    axis, times = call.axis("axis", len(a.shape)), call.integer("n")
    if times < 0:
        raise Misfit("diff needs n of at least 0")
    size = a.shape[axis]
    left = None if size is None else max(0, size - times)
    shape = a.shape if times == 0 else (*a.shape[:axis], left, *a.shape[axis + 1 :])
    return TensorType(shape, a.dtype)
