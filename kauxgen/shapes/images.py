"""Layers that change images, at random or not."""

from __future__ import annotations

from kauxgen.shapes.call import Call, known
from kauxgen.shapes.windows import arranged, channel_axis, spatial_axes
from kauxgen.tensor import TensorType


def colors(call: Call) -> TensorType:
    """Give images of the same size, which must be red, green and blue."""
    return _of_channels(call, 3)


def grays(call: Call) -> TensorType:
    """Give images of the same size, which may be gray already."""
    return _of_channels(call, 1, 3)


def jittered(call: Call) -> TensorType:
    """Give images of the same size; those without colors have no hue to turn."""
    color = (call.args["saturation_factor"], call.args["hue_factor"])
    return call.give(call.shape) if color == (None, None) else colors(call)


def blurred(call: Call) -> TensorType:
    """Give images of the same size, which a window with a middle smooths."""
    if any(size % 2 == 0 for size in call.sizes("kernel_size", 2)):
        raise call.misfit("needs an odd kernel_size")
    return call.give(call.shape)


def equalized(call: Call) -> TensorType:
    """Give images of the same size, which are mirrored up to whole tiles."""
    tiles = call.args["tile_grid_size"]
    for axis, number in zip(spatial_axes(call), tiles, strict=True):
        size = call.shape[axis]
        if size is not None and -size % number > size:
            raise call.needs(f"more for {number} tiles on axis {axis}")
    return call.give(call.shape)


def resized(call: Call) -> TensorType:
    """Give images of the stated height and width."""
    args = call.args
    if args.get("crop_to_aspect_ratio") and args.get("pad_to_aspect_ratio"):
        raise call.misfit("cuts sides or fills them up, not both")
    sizes = (args["height"], args["width"])
    return call.give(arranged(call, sizes, call.shape[channel_axis(call)]))


def adaptively_pooled(call: Call) -> TensorType:
    """Give maps of the stated sizes, of maps of known sizes, which TensorFlow needs."""
    sizes = call.sizes("output_size", len(call.shape) - 2)
    for axis in spatial_axes(call):
        known(call, axis)
    return call.give(arranged(call, sizes, call.shape[channel_axis(call)]))


def _of_channels(call: Call, *numbers: int) -> TensorType:
    if known(call, channel_axis(call), "number of channels") not in numbers:
        raise call.needs(f"images of {' or '.join(map(str, numbers))} channels")
    return call.give(call.shape)
