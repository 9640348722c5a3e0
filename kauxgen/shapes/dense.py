"""Dense layers, embeddings, and layers that change values in place."""

from __future__ import annotations

from typing import Any

from kauxgen.shapes.call import Call, Weights, apart, known
from kauxgen.shapes.types import kept
from kauxgen.tensor import Shape, TensorType, describe


def same(call: Call) -> TensorType:
    """Give a tensor of the input's shape. Source: the Keras pages of the layers."""
    return call.give(call.shape)


def unchanged(call: Call) -> TensorType:
    """Give a tensor of the input's shape and type."""
    return call.give(call.shape, kept(call.inputs[0].dtype))


def along_axes(call: Call) -> TensorType:
    """Give a tensor of the input's shape, which must have the argument's axes."""
    axis = call.args["axis"]
    axes = (axis,) if isinstance(axis, int) else tuple(axis)
    if not axes:
        raise call.misfit("needs an axis, got an empty list")
    for each in axes:
        if not -len(call.shape) <= each < len(call.shape):
            raise call.needs(f"an axis {each}")
    return same(call)


def dense(call: Call) -> TensorType:
    """Give (..., n) as (..., units), `x @ kernel + bias` for each position.

    Source: the Keras page of Dense.
    """
    known(call, -1, "last axis")
    return call.give((*call.shape[:-1], call.args["units"]))


def dense_weights(call: Call) -> Weights:
    """Give n x units, and a bias for each unit."""
    units = call.args["units"]
    kernel: Shape = (call.shape[-1], units)
    return (
        {"kernel": kernel, "bias": (units,)}
        if call.args["use_bias"]
        else {"kernel": kernel}
    )


def embedding(call: Call) -> TensorType:
    """Give (...) as (..., output_dim), a vector for each integer.

    Source: the Keras page of Embedding.
    """
    return call.give((*call.shape, call.args["output_dim"]))


def embedding_weights(call: Call) -> Weights:
    """Give input_dim x output_dim, a row for each integer."""
    return {"embeddings": (call.args["input_dim"], call.args["output_dim"])}


def prelu(call: Call) -> TensorType:
    """Give the input's shape, of which the slopes need every size but shared ones.

    Source: He et al., arXiv:1502.01852, 2.1, and the Keras page of PReLU.
    """
    for axis in _shared(call):
        if axis >= len(call.shape):
            raise call.needs(f"an axis {axis}")
    for axis in range(1, len(call.shape)):
        if axis not in _shared(call):
            known(call, axis)
    return same(call)


def prelu_weights(call: Call) -> Weights:
    """Give a slope for each place of a sample, one for all along shared axes."""
    shared = _shared(call)
    sizes = enumerate(call.shape[1:], start=1)
    return {"alpha": tuple(1 if axis in shared else size for axis, size in sizes)}


def _shared(call: Call) -> tuple[int, ...]:
    shared = call.args["shared_axes"]
    return (shared,) if isinstance(shared, int) else tuple(shared or ())


def dropout(call: Call) -> TensorType:
    """Give the input's shape, over which the noise must spread.

    Source: Srivastava et al., Dropout, JMLR 15, 2014, and the Keras page of Dropout.
    """
    noise = call.args["noise_shape"]
    wrong = _unspread(tuple(noise or ()), call.shape)
    if wrong:
        shape = describe(tuple(noise))
        raise call.needs(f"an input over which noise of shape {shape} spreads", wrong)
    return same(call)


def rescaling(call: Call) -> TensorType:
    """Give the input's shape, over which factor and offset must spread.

    None of them can hold a number for each sample, for batches vary. Source: the Keras
    page of Rescaling.
    """
    shape = (call.shape[0] or 1, *call.shape[1:])
    for argument in ("scale", "offset"):
        wrong = _unspread(_literal_shape(call.args[argument]), shape)
        if wrong:
            raise call.needs(f"an input over which its {argument} spreads", wrong)
    return same(call)


def _unspread(small: Shape, large: Shape) -> str:
    """Say what keeps a tensor from being repeated to the size of another, if anything.

    Source: NumPy's page on broadcasting; a size that varies may fit.
    """
    if len(small) > len(large):
        return f"its rank is {len(large)}, below {len(small)}"
    axes = range(len(large) - len(small), len(large))
    for axis, one in zip(axes, small, strict=True):
        if one not in (1, None, large[axis]) and large[axis] is not None:
            return apart(axis, large[axis], one)
    return ""


def _literal_shape(value: Any) -> Shape:
    if not isinstance(value, tuple | list):
        return ()
    return (len(value), *_literal_shape(value[0])) if value else (0,)
