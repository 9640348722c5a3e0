"""Layers that make categories of numbers, and vectors of categories."""

from __future__ import annotations

from kauxgen.shapes.call import Call
from kauxgen.tensor import TensorType


def categories(call: Call) -> TensorType:
    """Give a vector for each category, or one that counts those of a sample."""
    return _encoded(call, call.args["num_tokens"], "")


def bins(call: Call) -> TensorType:
    """Give the number of the bin between boundaries into which each value falls."""
    boundaries = call.args["bin_boundaries"]
    if boundaries is None:
        raise call.misfit("needs its bin_boundaries: a spec adapts to no data")
    if list(boundaries) != sorted(boundaries):
        raise call.misfit("needs boundaries in ascending order")
    return _encoded(call, len(boundaries) + 1, "int32")


def hashed(call: Call) -> TensorType:
    """Give the number of the bin to which a hash leads each value."""
    if call.args["output_mode"] == "one_hot" and call.shape[-1] != 1:
        raise call.needs("a last axis of size 1 for its vectors")
    return _encoded(call, call.args["num_bins"], "int64")


def crossed(call: Call) -> TensorType:
    """Give the number of the bin to which a hash leads the values of all inputs."""
    if any(tensor.shape != call.shape for tensor in call.inputs):
        raise call.needs("equal shapes")
    if len(call.shape) > 2 or call.shape[1:] not in ((), (1,)):
        raise call.needs("inputs of shape (batch) or (batch, 1)")
    return _encoded(call, call.args["num_bins"], "int64")


def looked_up(call: Call) -> TensorType:
    """Give the place of each value in the vocabulary."""
    vocabulary = call.args["vocabulary"]
    if not vocabulary or len(set(vocabulary)) < len(vocabulary):
        raise call.misfit("needs a vocabulary of different integers")
    if {-1, call.args["mask_token"]} & {*vocabulary}:
        raise call.misfit("needs a vocabulary without -1 and its mask_token")
    return call.give(call.shape, "int64")


def _encoded(call: Call, depth: int, numbers: str) -> TensorType:
    """Give numbers of bins, a vector for each, or a vector that counts a sample's."""
    mode, shape = call.args["output_mode"], call.shape
    if mode == "int":
        return call.give(shape, numbers)
    if mode == "one_hot":
        rest = shape[:-1] if len(shape) > 1 and shape[-1] == 1 else shape
        return call.give((*rest, depth))
    if len(shape) != 2:
        raise call.needs("an input of rank 2 to count over")
    return call.give((shape[0], depth))
