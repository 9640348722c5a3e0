"""Normalization layers."""

from __future__ import annotations

from kauxgen.shapes.call import Call, Weights, known
from kauxgen.shapes.dense import along_axes
from kauxgen.tensor import Shape, TensorType


def normalized(call: Call) -> TensorType:
    """Give the input's shape, whose normalized axes must be known.

    Source: Ioffe and Szegedy, arXiv:1502.03167, algorithm 1.
    """
    _sizes(call)
    return call.give(call.shape)


def layer_normalized(call: Call) -> TensorType:
    """Give the input's shape; a factor or offset needs to know its axes.

    Source: Ba et al., arXiv:1607.06450, 3.
    """
    return normalized(call) if factor_and_offset(call) else along_axes(call)


def grouped(call: Call) -> TensorType:
    """Give the input's shape, whose channels the groups must divide.

    Source: Wu and He, arXiv:1803.08494, 3.1.
    """
    groups = call.args["groups"]
    (channels,) = _sizes(call)
    if groups == 0 or (groups > 0 and int(channels or 0) % groups):
        raise call.needs(
            f"channels that {groups} groups divide", f"they are {channels}"
        )
    return call.give(call.shape)


def factor_and_offset(call: Call) -> Weights:
    """Give gamma and beta of gamma x + beta, of the normalized axes, if they are on."""
    names = (("gamma", "scale"), ("beta", "center"))
    return {name: _sizes(call) for name, argument in names if call.args[argument]}


def factor(call: Call) -> Weights:
    """Give the learned factor of an RMS normalization."""
    return {"scale": _sizes(call)}


def moving_averages(call: Call) -> Weights:
    """Give the moving mean and variance of a batch normalization.

    Batch renormalization keeps deviations besides, and averages for training.
    """
    names = ["moving_mean", "moving_variance"]
    if call.args["renorm"]:
        names += ["moving_stddev", "renorm_mean", "renorm_stddev"]
    return dict.fromkeys(names, _sizes(call))


def trailing(call: Call) -> TensorType:
    """Give the input's shape, whose last axes alone may be normalized.

    Source: Zhang and Sennrich, arXiv:1910.07467, 3. Keras 3.15 multiplies by the factor
    as if its axes were the last ones.
    """
    axes = sorted(axis % len(call.shape) for axis in _axes(call) if known(call, axis))
    if axes != list(range(len(call.shape) - len(axes), len(call.shape))):
        raise call.needs(f"an input whose last axes are {axes}")
    return call.give(call.shape)


def _sizes(call: Call) -> Shape:
    return tuple(known(call, axis) for axis in _axes(call))


def _axes(call: Call) -> list[int]:
    axis = call.args["axis"]
    return [axis] if isinstance(axis, int) else sorted(axis)
