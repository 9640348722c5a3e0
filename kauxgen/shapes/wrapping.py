"""Layers that hold another layer."""

from __future__ import annotations

import re

from kauxgen.shapes.call import Call, Outputs, Weights
from kauxgen.tensor import TensorType


def bidirectional(call: Call) -> Outputs:
    """Give the results of both directions as one or two, then their states.

    Joined results are twice as wide. Source: Schuster and Paliwal, 1997, and the Keras
    page of Bidirectional.
    """
    inner = whole(call)
    if "go_backwards" not in inner.kind.args:
        raise call.misfit(f"needs a recurrent layer, got {inner.kind.name}")
    if inner.args["go_backwards"]:
        raise call.misfit("needs a layer that reads forwards")
    outputs = inner.outputs()
    result, *states = outputs if isinstance(outputs, tuple) else (outputs,)
    results = _merged(call, result)
    return (*results, *states, *states) if len(results) > 1 or states else results[0]


def _merged(call: Call, result: TensorType) -> tuple[TensorType, ...]:
    mode = call.args["merge_mode"]
    if mode == "concat":
        return (call.give((*result.shape[:-1], 2 * int(result.shape[-1] or 0))),)
    return (result, result) if mode is None else (result,)


def time_distributed(call: Call) -> TensorType:
    """Give what the layer makes of each step, as a series.

    Source: the Keras page of TimeDistributed.
    """
    output = one_slice(call).output()
    batch, *sizes = output.shape
    return call.give((batch, call.shape[1], *sizes), output.dtype)


def spectral_normalization(call: Call) -> Outputs:
    """Give what the layer gives, which must have a kernel or embeddings.

    Source: Miyato et al., arXiv:1802.05957.
    """
    inner = whole(call)
    if not _kernels(inner):
        raise call.misfit(f"needs a layer with a kernel, got {inner.kind.name}")
    return inner.outputs()


def whole_weights(call: Call) -> Weights:
    """Give the weights of the layer, once for each time it is held."""
    return _prefixed(call, whole(call).weights())


def whole_states(call: Call) -> Weights:
    """Give the weights of the layer that no gradient moves."""
    return _prefixed(call, whole(call).states())


def slice_weights(call: Call) -> Weights:
    """Give the weights of the layer that sees one step."""
    return _prefixed(call, one_slice(call).weights())


def slice_states(call: Call) -> Weights:
    """Give the weights of that layer that no gradient moves."""
    return _prefixed(call, one_slice(call).states())


def spectral_states(call: Call) -> Weights:
    """Give the estimate of the kernel's singular vector, and the layer's own states."""
    inner = whole(call)
    width = inner.weights()[_kernels(inner)[0]][-1]
    return {**whole_states(call), "vector_u": (1, width)}


def default_name(kind: str) -> str:
    """Give the name that Keras gives a layer without one, `conv2d` for `Conv2D`."""
    words = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", kind)
    return re.sub("([a-z])([A-Z])", r"\1_\2", words).lower()


def _prefixed(call: Call, weights: Weights) -> Weights:
    name = default_name(call.args["layer"].name)
    return {
        f"{prefix}{name}/{path}": shape
        for prefix, _ in call.kind.wraps
        for path, shape in weights.items()
    }


def _kernels(inner: Call) -> list[str]:
    return [path for path in inner.kind.weights if path in ("kernel", "embeddings")]


def whole(call: Call) -> Call:
    """Make the call of the wrapped layer on all that enters."""
    return call.inner(*call.inputs)


def one_slice(call: Call) -> Call:
    """Make the call of the wrapped layer on one step of what enters."""
    batch, _, *sizes = call.shape
    return call.inner(TensorType((batch, *sizes), call.inputs[0].dtype))
