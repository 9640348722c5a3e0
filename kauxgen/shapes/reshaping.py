"""Layers that move, cut or add values without changing them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from math import prod

from kauxgen.shapes.call import Call
from kauxgen.shapes.types import kept
from kauxgen.shapes.windows import spatial_axes
from kauxgen.tensor import TensorType


def flatten(call: Call) -> TensorType:
    """Give (a, b, ...) as (a b ...), one axis beside the batch.

    Source: the Keras page of Flatten.
    """
    batch, *sizes = call.shape
    return _moved(call, (batch, _product(sizes)))


def reshape(call: Call) -> TensorType:
    """Give the stated shape, in which one size may follow from the input's.

    The product of the sizes stays what it was. Source: the Keras page of Reshape.
    """
    target = tuple(call.args["target_shape"])
    sizes = call.shape[1:]
    if sum(size in (None, -1) for size in target) > 1:
        raise call.misfit(f"takes one open size, got {json.dumps(target)}")
    total, stated = _product(sizes), prod(
        size for size in target if size not in (None, -1)
    )
    is_open = None in target or -1 in target
    if total is not None and not _divides(stated, total, is_open=is_open):
        what = f"a multiple of {stated} values" if is_open else f"{stated} values"
        raise call.needs(f"{what} for {json.dumps(target)}", f"they are {total}")
    found = None if total is None or None in target else total // stated
    return _moved(
        call, (call.shape[0], *(found if size == -1 else size for size in target))
    )


def permute(call: Call) -> TensorType:
    """Give the axes in another order, counted from 1.

    Source: the Keras page of Permute.
    """
    order = tuple(call.args["dims"])
    if sorted(order) != list(range(1, len(order) + 1)):
        raise call.misfit(f"needs each axis from 1 once, got {list(order)}")
    if len(call.shape) != len(order) + 1:
        raise call.needs(f"an input of rank {len(order) + 1}")
    return _moved(call, (call.shape[0], *(call.shape[axis] for axis in order)))


def repeat_vector(call: Call) -> TensorType:
    """Give (size) as (n, size). Source: the Keras page of RepeatVector."""
    batch, size = call.shape
    return _moved(call, (batch, call.args["n"], size))


def crop(call: Call) -> TensorType:
    """Give each axis without its margins, n - before - after, which leaves something.

    Source: the Keras pages of Cropping1D, Cropping2D and Cropping3D.
    """
    shape = list(call.shape)
    for axis, margin in zip(
        spatial_axes(call), _margins(call, "cropping"), strict=True
    ):
        size = shape[axis]
        if size is not None and size <= margin:
            raise call.needs(f"more than {margin} on axis {axis}", f"it is {size}")
        shape[axis] = _plus(size, -margin)
    return _moved(call, shape)


def pad(call: Call) -> TensorType:
    """Give each axis with margins of zeros, n + before + after.

    Source: the Keras pages of ZeroPadding1D, ZeroPadding2D and ZeroPadding3D.
    """
    shape = list(call.shape)
    for axis, margin in zip(spatial_axes(call), _margins(call, "padding"), strict=True):
        shape[axis] = _plus(shape[axis], margin)
    return _moved(call, shape)


def enlarge(call: Call) -> TensorType:
    """Give each axis but batch and channels multiplied, n size.

    Source: the Keras pages of UpSampling1D, UpSampling2D and UpSampling3D.
    """
    shape = list(call.shape)
    axes = spatial_axes(call)
    for axis, factor in zip(axes, call.sizes("size", len(axes)), strict=True):
        size = shape[axis]
        shape[axis] = size if size is None or factor == 1 else size * factor
    return _moved(call, shape)


def _moved(call: Call, shape: Sequence[int | None]) -> TensorType:
    return call.give(shape, kept(call.inputs[0].dtype))


def _product(sizes: Sequence[int | None]) -> int | None:
    if len(sizes) == 1:
        return sizes[0]
    known = [size for size in sizes if size is not None]
    return prod(known) if len(known) == len(sizes) else None


def _divides(stated: int, total: int, *, is_open: bool) -> bool:
    return stated > 0 and total % stated == 0 if is_open else stated == total


def _margins(call: Call, argument: str) -> list[int]:
    """Give before and after together of each axis.

    A series has one pair, or a number for both ends; a map a number or pair an axis.
    """
    value, number = call.args[argument], len(spatial_axes(call))
    if isinstance(value, int):
        return [2 * value] * number
    if number == 1:
        return [sum(value)]
    return [2 * each if isinstance(each, int) else sum(each) for each in value]


def _plus(size: int | None, margin: int) -> int | None:
    return size if size is None or margin == 0 else size + margin
