"""Convolutions and pooling."""

from __future__ import annotations

from kauxgen.shapes.call import Call, Weights
from kauxgen.shapes.windows import (
    arranged,
    channel_axis,
    channels_of,
    slide,
    spatial_axes,
)
from kauxgen.tensor import Shape, TensorType


def conv(call: Call) -> TensorType:
    """Give the maps of a convolution: `slide` along each axis, and the filters.

    Groups divide channels and filters; strides and dilation exclude each other.
    Source: the Keras pages of Conv1D, Conv2D and Conv3D.
    """
    channels, filters = channels_of(call), call.args["filters"]
    groups = call.args["groups"]
    check_steps(call)
    if filters % groups:
        raise call.misfit(f"needs filters that {groups} groups divide, got {filters}")
    if channels % groups:
        raise call.needs(
            f"channels that {groups} groups divide", f"they are {channels}"
        )
    return call.give(arranged(call, slid(call), filters))


def conv_weights(call: Call) -> Weights:
    """Give window x (channels / groups) x filters, and a bias for each filter."""
    channels = channels_of(call) // call.args["groups"]
    kernel = (*_kernel(call), channels, call.args["filters"])
    return _with_bias(call, {"kernel": kernel})


def conv_transpose(call: Call) -> TensorType:
    """Give the maps of a transposed convolution, the sizes of which grow.

    With n values, a window of w and steps of s: (n - 1) s + w + max(s - w, 0) if valid,
    n s if same; with a stated output padding p, (n - 1) s + w + p, and if same
    (n - 1) s + w mod 2 + p. Source: the Keras page of Conv2DTranspose, and Dumoulin and
    Visin, arXiv:1603.07285, 4.
    """
    channels_of(call)
    check_steps(call)
    return call.give(arranged(call, _grown(call), call.args["filters"]))


def conv_transpose_weights(call: Call) -> Weights:
    """Give window x filters x channels, and a bias for each filter."""
    kernel = (*_kernel(call), call.args["filters"], channels_of(call))
    return _with_bias(call, {"kernel": kernel})


def depthwise(call: Call) -> TensorType:
    """Give the maps of a depthwise convolution, channels x multiplier of them.

    Source: the Keras pages of DepthwiseConv1D and DepthwiseConv2D.
    """
    return call.give(arranged(call, slid(call), _multiplied(call)))


def depthwise_weights(call: Call) -> Weights:
    """Give window x channels x multiplier, and a bias for each map."""
    kernel = (*_kernel(call), channels_of(call), call.args["depth_multiplier"])
    return _with_bias(call, {"kernel": kernel}, _multiplied(call))


def separable(call: Call) -> TensorType:
    """Give the maps of a depthwise convolution that filters of window one mix.

    Source: the Keras pages of SeparableConv1D and SeparableConv2D.
    """
    channels_of(call)
    return call.give(arranged(call, slid(call), call.args["filters"]))


def separable_weights(call: Call) -> Weights:
    """Give window x channels x multiplier, channels multiplier x filters, a bias."""
    kernel = _kernel(call)
    first = (*kernel, channels_of(call), call.args["depth_multiplier"])
    second = (*(1 for _ in kernel), _multiplied(call), call.args["filters"])
    return _with_bias(call, {"depthwise_kernel": first, "pointwise_kernel": second})


def pool(call: Call) -> TensorType:
    """Give the maps that pooling leaves: `slide`, by default in steps of the window.

    Source: the Keras pages of MaxPooling2D and AveragePooling2D.
    """
    number = len(spatial_axes(call))
    window = call.sizes("pool_size", number)
    strides = window if call.args["strides"] is None else call.sizes("strides", number)
    channels = call.shape[channel_axis(call)]
    return call.give(arranged(call, slide(call, window, strides), channels))


def global_pool(call: Call) -> TensorType:
    """Give a value for each channel; axes of size one stand for maps that are kept.

    Source: the Keras pages of GlobalMaxPooling2D and GlobalAveragePooling2D.
    """
    sizes = tuple(1 for _ in spatial_axes(call)) if call.args["keepdims"] else ()
    return call.give(arranged(call, sizes, call.shape[channel_axis(call)]))


def spread(call: Call) -> tuple[int, ...]:
    """Give the window with the gaps of its dilation: (w - 1) d + 1 for a rate of d.

    Source: Dumoulin and Visin, arXiv:1603.07285, 5.1.
    """
    sizes = zip(_kernel(call), _steps(call, "dilation_rate"), strict=True)
    return tuple((size - 1) * rate + 1 for size, rate in sizes)


def slid(call: Call) -> Shape:
    """Give the sizes that a convolution leaves of each axis."""
    channels_of(call)
    return slide(call, spread(call), _steps(call, "strides"))


def check_steps(call: Call) -> None:
    """Refuse strides together with a dilation."""
    strides, rates = _steps(call, "strides"), _steps(call, "dilation_rate")
    if max(strides) > 1 and max(rates) > 1:
        raise call.misfit(f"takes strides or a dilation, got {strides} and {rates}")


def _grown(call: Call) -> Shape:
    number = len(spatial_axes(call))
    extra = call.args["output_padding"]
    extras = (None,) * number if extra is None else call.sizes("output_padding", number)
    strides = _steps(call, "strides")
    pairs = zip(extras, strides, strict=True)
    if any(extra is not None and extra >= step for extra, step in pairs):
        raise call.misfit(f"takes an output padding below its strides, got {extras}")
    steps = zip(spatial_axes(call), spread(call), strides, extras, strict=True)
    return tuple(_grown_size(call, *step) for step in steps)


def _grown_size(
    call: Call, axis: int, window: int, stride: int, extra: int | None
) -> int | None:
    size = call.shape[axis]
    if size is None:
        return None
    if call.args["padding"] == "valid":
        rest = max(stride - window, 0) if extra is None else extra
        return (size - 1) * stride + window + rest
    if extra is None:
        return size if stride == 1 else size * stride
    grown = (size - 1) * stride + window % 2 + extra
    if grown < 1:
        raise call.needs(f"more on axis {axis} for an output padding of {extra}")
    return grown


def _kernel(call: Call) -> tuple[int, ...]:
    return _steps(call, "kernel_size")


def _steps(call: Call, argument: str) -> tuple[int, ...]:
    return call.sizes(argument, len(spatial_axes(call)))


def _multiplied(call: Call) -> int:
    channels, factor = channels_of(call), call.args["depth_multiplier"]
    return channels if factor == 1 else int(channels * factor)


def _with_bias(call: Call, kernels: Weights, size: int | None = None) -> Weights:
    if not call.args["use_bias"]:
        return kernels
    return {**kernels, "bias": (call.args["filters"] if size is None else size,)}
