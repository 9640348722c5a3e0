"""Rules of pooling, of losses and of normalizing."""

from __future__ import annotations

from kauxgen.operations.arrangement import with_size
from kauxgen.operations.call import Call
from kauxgen.operations.sizes import fits, merge, same
from kauxgen.operations.value import meet
from kauxgen.tensor import Misfit, Shape, TensorType, describe


def pooled(call: Call) -> TensorType:
    """Give one value for each window over the inner axes."""
    call.floats("inputs")
    x = call.rank("inputs", 3, 4, 5)
    first = call.arguments["data_format"] == "channels_first"
    if call.arguments["data_format"] is not None:
        call.choice("data_format", "channels_first", "channels_last")
    space = range(2, len(x.shape)) if first else range(1, len(x.shape) - 1)
    windows = _each(call, "pool_size", len(space))
    default = call.arguments["strides"] is None
    strides = windows if default else _each(call, "strides", len(space))
    shape: Shape = x.shape
    for axis, window, stride in zip(space, windows, strides, strict=True):
        shape = with_size(shape, axis, _pooled(call, shape[axis], window, stride))
    return TensorType(shape, x.dtype)


def _each(call: Call, key: str, count: int) -> tuple[int, ...]:
    numbers = call.integers(key)
    spread = numbers * count if len(numbers) == 1 else numbers
    if len(spread) != count or min(spread) < 1:
        raise Misfit(f"{call.name} needs {count} numbers from 1 for {key}")
    return spread


def _pooled(call: Call, size: int | None, window: int, stride: int) -> int | None:
    same_size = call.choice("padding", "valid", "same") == "same"
    if size is None:
        return None
    if same_size:
        return -(-size // stride)
    if window > size:
        raise Misfit(f"{call.name} needs {window} values on an axis, got {size}")
    return (size - window) // stride + 1


def normalized(call: Call) -> TensorType:
    """Give the operand, scaled along axes to norm one."""
    x = call.floats("x")
    call.axes("axis", len(x.shape))
    if call.integer("order") < 1:
        raise Misfit("normalize needs an order of at least 1")
    return x


def _both(call: Call) -> TensorType:
    target, output = call.tensor("target"), call.floats("output")
    if not same(target.shape, output.shape):
        got = f"got {describe(target.shape)} and {describe(output.shape)}"
        raise Misfit(f"{call.name} needs a target of the output's shape, {got}")
    dtype = meet([call.arguments["target"], call.arguments["output"]])
    return TensorType(merge(output.shape, target.shape), dtype)


def binary_loss(call: Call) -> TensorType:
    """Give a loss for each element."""
    return _both(call)


def class_loss(call: Call) -> TensorType:
    """Give a loss for each distribution along the last axis."""
    both = _both(call)
    _last_axis(call, both.shape)
    return TensorType(both.shape[:-1], both.dtype)


def _last_axis(call: Call, shape: Shape) -> None:
    if call.axis("axis", len(shape)) != len(shape) - 1:
        raise Misfit(f"{call.name} works along the last axis only")


def index_loss(call: Call) -> TensorType:
    """Give a loss for each distribution along the last axis, by its class's index."""
    target, output = call.tensor("target").shape, call.floats("output")
    _last_axis(call, output.shape)
    if output.shape[-1] == 0:
        raise Misfit(f"{call.name} needs a class, got {describe(output.shape)}")
    if len(target) == len(output.shape) and fits(target[-1], 1):
        target = target[:-1]
    if not same(target, output.shape[:-1]):
        got = f"got {describe(target)} for {describe(output.shape)}"
        raise Misfit(f"{call.name} needs one class for each distribution, {got}")
    return TensorType(merge(output.shape[:-1], target), output.dtype)


def ctc(call: Call) -> TensorType:
    """Give a loss for each pair of a label and a sequence of logits."""
    call.floats("output")
    batch = call.rank("output", 3).shape[0]
    sizes = []
    for key, rank in (("target", 2), ("target_length", 1), ("output_length", 1)):
        call.whole(key)
        sizes.append(call.rank(key, rank).shape[0])
    for size in sizes:
        if not fits(batch, size):
            raise Misfit(f"ctc_loss needs one batch size, got {batch} and {size}")
    return TensorType((batch,), call.tensor("output").dtype)
