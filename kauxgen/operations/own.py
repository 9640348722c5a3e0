"""Rules of the language's own operations: draws, sizes and parts of penalties."""

from __future__ import annotations

from kauxgen.operations.call import Call
from kauxgen.operations.sizes import product
from kauxgen.operations.value import Value, article, is_float
from kauxgen.tensor import Misfit, TensorType


def drawn(call: Call) -> TensorType:
    """Give fractions of the shape named."""
    return TensorType(call.shape("shape"))


def drawn_like(call: Call) -> TensorType:
    """Give fractions of the operand's shape."""
    return call.floats("x")


def drawn_class(call: Call) -> TensorType:
    """Give an index for each row of logits."""
    call.floats("logits")
    return TensorType(call.rank("logits", 2).shape[:1], "int32")


def shuffled(call: Call) -> TensorType:
    """Give the operand with its first axis in another order."""
    return _batched(call)


def _batched(call: Call) -> TensorType:
    x = call.tensor("x")
    if not x.shape:
        raise Misfit(f"{call.name} needs a tensor with axes, got a number")
    return x


def batch_size(call: Call) -> Value:
    """Give the size of the first axis, if it is known."""
    return _batched(call).shape[0]


def dim(call: Call) -> Value:
    """Give the size of an axis, if it is known."""
    shape = call.tensor("x").shape
    return shape[call.axis("axis", len(shape))]


def shape(call: Call) -> Value:
    """Give the sizes of all axes."""
    return call.tensor("x").shape


def turned(call: Call) -> Value:
    """Give a list in the reverse order."""
    return tuple(reversed(call.sequence("x")))


def per_sample(call: Call) -> TensorType:
    """Give one value for each sample."""
    x = _batched(call)
    return TensorType(x.shape[:1], "int32" if x.dtype == "bool" else x.dtype)


def rows(call: Call) -> TensorType:
    """Give each sample as one row."""
    x = _batched(call)
    rest = x.shape[1:]
    width = product(rest) if rest else 1
    return TensorType((x.shape[0], width), x.dtype)


def gradient(call: Call) -> Value:
    """Give a tensor like each of those that it differentiates by."""
    call.floats("expr")
    wrt = call.arguments["wrt"]
    if isinstance(wrt, list):
        return tuple(_slope(one) for one in wrt)
    return _slope(wrt)


def _slope(wrt: Value) -> TensorType:
    if not isinstance(wrt, TensorType):
        raise Misfit(f"grad differentiates by tensors, got {article(wrt)}")
    if not is_float(wrt.dtype):
        raise Misfit(f"grad differentiates by floats, got {wrt.dtype}")
    return wrt
