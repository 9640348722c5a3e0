"""Rules of operations that make tensors of numbers and sizes."""

from __future__ import annotations

from math import ceil, isfinite

from kauxgen.operations.call import Call
from kauxgen.operations.products import off_diagonal
from kauxgen.operations.sizes import broadcast, spreads
from kauxgen.operations.value import Value, as_tensor, is_float, meet
from kauxgen.tensor import Misfit, TensorType, describe


def constant(call: Call) -> TensorType:
    """Give a tensor of the shape named."""
    return TensorType(call.shape("shape"), call.dtype("dtype", "float32"))


def filled(call: Call) -> TensorType:
    """Give a tensor of the shape named; its value broadcasts to it."""
    made = constant(call)
    value = call.tensor("fill_value")
    if not spreads(value.shape, made.shape):
        got = describe(value.shape)
        raise Misfit(f"cannot broadcast {got} to {describe(made.shape)}")
    return made


def like(call: Call) -> TensorType:
    """Give a tensor of the operand's shape, and type if none is named."""
    x = call.tensor("x")
    return TensorType(x.shape, call.dtype("dtype", x.dtype))


def identity(call: Call) -> TensorType:
    """Give a matrix with ones on a diagonal, square if one size is given."""
    rows = call.size("N")
    columns = call.size("M") if "M" in call.given else rows
    off_diagonal(call, "k", rows, columns)
    return TensorType((rows, columns), call.dtype("dtype", "float32"))


def counted(call: Call) -> TensorType:
    """Give evenly spaced numbers from start up to stop, without it."""
    bounds = [call.arguments[k] for k in ("start", "stop", "step") if k in call.given]
    for bound in bounds:
        if as_tensor(bound).shape:
            raise Misfit("arange needs numbers")
    dtype = call.dtype("dtype", meet(bounds))
    return TensorType((_count(call),), dtype)


def _count(call: Call) -> int | None:
    start, stop = call.arguments["start"], call.arguments["stop"]
    step: Value = call.arguments["step"] if "step" in call.given else 1
    if "stop" not in call.given:
        start, stop = 0, start
    numbers = [n for n in (start, stop, step) if isinstance(n, (int, float))]
    if len(numbers) < 3:
        return None
    if numbers[2] == 0:
        raise Misfit("arange needs a step other than 0")
    steps = (numbers[1] - numbers[0]) / numbers[2]
    if not isfinite(steps):
        raise Misfit("arange needs a finite number of steps")
    count = ceil(steps)
    if count < 0:
        raise Misfit(f"arange never comes from {numbers[0]} to {numbers[1]}")
    return count


def spaced(call: Call) -> TensorType:
    """Give so many numbers from start to stop, along a new first axis."""
    start, stop = call.tensor("start"), call.tensor("stop")
    call.flag("endpoint")
    dtype = meet([call.arguments["start"], call.arguments["stop"]])
    shape = (call.size("num"), *broadcast(start.shape, stop.shape))
    return TensorType(shape, dtype if is_float(dtype) else "float32")
