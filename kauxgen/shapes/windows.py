"""Arithmetic of windows that move over the axes of maps."""

from __future__ import annotations

from kauxgen.shapes.call import Call
from kauxgen.tensor import Shape


def is_first(call: Call) -> bool:
    """Tell whether channels stand before the other axes."""
    return bool(call.args.get("data_format") == "channels_first")


def spatial_axes(call: Call) -> range:
    """Give the axes that are neither batch nor channels."""
    rank = len(call.shape)
    return range(2, rank) if is_first(call) else range(1, rank - 1)


def channel_axis(call: Call) -> int:
    """Give the axis of the channels."""
    return 1 if is_first(call) else -1


def arranged(call: Call, sizes: Shape, channels: int | None) -> Shape:
    """Put batch, new sizes and channels together."""
    batch = call.shape[0]
    return (batch, channels, *sizes) if is_first(call) else (batch, *sizes, channels)


def channels_of(call: Call) -> int:
    """Give the number of input channels, which weights depend on."""
    size = call.shape[channel_axis(call)]
    if size is None:
        raise call.needs("a known number of channels")
    return size


def slide(call: Call, window: tuple[int, ...], strides: tuple[int, ...]) -> Shape:
    """Give the sizes that a moving window leaves of each axis.

    With n values, a window of w and steps of s: floor((n - w) / s) + 1 if the window
    stays inside (valid), ceil(n / s) if the sides are padded (same, causal). Source:
    Dumoulin and Visin, A guide to convolution arithmetic, arXiv:1603.07285, 2.
    """
    axes = spatial_axes(call)
    return tuple(
        _slid(call, axis, *step)
        for axis, *step in zip(axes, window, strides, strict=True)
    )


def _slid(call: Call, axis: int, window: int, stride: int) -> int | None:
    size = call.shape[axis]
    if size is None:
        return None
    if call.args["padding"] != "valid":
        return size if stride == 1 else (size - 1) // stride + 1
    if size < window:
        raise call.needs(f"at least {window} on axis {axis}", f"it is {size}")
    return size if window == stride == 1 else (size - window) // stride + 1
