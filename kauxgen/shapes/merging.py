"""Layers that make one tensor of several."""

from __future__ import annotations

from functools import reduce
from itertools import zip_longest

from kauxgen.shapes.call import Call, apart, differing
from kauxgen.shapes.types import kept, promoted
from kauxgen.tensor import Shape, TensorType, word


def merge(call: Call) -> TensorType:
    """Give the shape to which all tensors spread, as sums and products do.

    Sizes of an axis, aligned at the last, are equal or one. Source: NumPy's page on
    broadcasting, and the Keras pages of Add and its like.
    """
    sizes = reduce(
        lambda one, two: _spread(call, one, two), (s[1:] for s in _shapes(call))
    )
    return call.give((_batch(call), *sizes), _type(call))


def subtract(call: Call) -> TensorType:
    """Give the shape to which both spread. Source: the Keras page of Subtract."""
    _check_two(call)
    return merge(call)


def concatenate(call: Call) -> TensorType:
    """Give the first tensor's shape with the axis as long as all together.

    Source: the Keras page of Concatenate.
    """
    axis, shapes = call.args["axis"], _shapes(call)
    if not all(-len(shape) <= axis < len(shape) for shape in shapes):
        raise call.needs(f"an axis {axis}")
    for shape in shapes[1:]:
        wrong = _differing_beside(axis, shapes[0], shape)
        if wrong:
            raise call.needs(f"equal sizes on every axis but {axis}", wrong)
    lengths = [shape[axis] for shape in shapes]
    known = [length for length in lengths if length is not None]
    joined = list(shapes[0])
    joined[axis] = sum(known) if len(known) == len(lengths) else None
    return call.give(joined, _type(call))


def dot(call: Call) -> TensorType:
    """Give the axes of both tensors without the one over which they are multiplied.

    (b, i, n) and (b, n, j) give (b, i, j). Source: the Keras page of Dot.
    """
    _check_two(call)
    _check_lengths(call)
    one, two = _shapes(call)
    first, second = _dot_axes(call)
    if one[first] != two[second]:
        sizes = f"{word(one[first])} and {word(two[second])}"
        raise call.needs(
            f"equal sizes on axes {first} and {second}", f"they are {sizes}"
        )
    rest = (*one[:first], *one[first + 1 :], *two[1:second], *two[second + 1 :])
    return call.give(rest if len(rest) > 1 else (*rest, 1), _type(call))


def _dot_axes(call: Call) -> tuple[int, ...]:
    axes = call.args["axes"]
    pair = (axes, axes) if isinstance(axes, int) else tuple(axes)
    if len(pair) != 2:
        raise call.misfit(f"needs one axis of each tensor, got {list(pair)}")
    for axis, shape in zip(pair, _shapes(call), strict=True):
        if not -len(shape) <= axis < len(shape):
            raise call.needs(f"an axis {axis}")
        if axis % len(shape) == 0:
            raise call.needs(f"an axis beside the batch instead of {axis}")
    return tuple(
        axis % len(shape) for axis, shape in zip(pair, _shapes(call), strict=True)
    )


def _check_lengths(call: Call) -> None:
    """Refuse the lengths of vectors of integers, which only floats have."""
    types = [tensor.dtype for tensor in call.inputs]
    if call.args["normalize"] and not all("float" in dtype for dtype in types):
        raise call.misfit(f"needs floats to normalize, got {' and '.join(types)}")


def _shapes(call: Call) -> list[Shape]:
    return [tensor.shape for tensor in call.inputs]


def _type(call: Call) -> str:
    return reduce(promoted, (kept(tensor.dtype) for tensor in call.inputs))


def _check_two(call: Call) -> None:
    if len(call.inputs) != 2:
        raise call.misfit(f"takes 2 tensors, got {len(call.inputs)}")


def _batch(call: Call) -> int | None:
    sizes = sorted({shape[0] for shape in _shapes(call) if shape[0] is not None})
    if len(sizes) > 1:
        raise call.needs("equal batches", apart(0, *sizes[:2]))
    return sizes[0] if sizes else None


def _spread(call: Call, one: Shape, two: Shape) -> Shape:
    """Give the shape to which two shapes spread, aligned at the last axis."""
    sizes: list[int | None] = []
    for first, second in zip_longest(reversed(one), reversed(two), fillvalue=1):
        if first is None or second is None:
            sizes.append(None)
        elif 1 in (first, second) or first == second:
            sizes.append(second if first == 1 else first)
        else:
            why = _at(call, -1 - len(sizes), first, second)
            raise call.needs("shapes that broadcast", why)
    return tuple(reversed(sizes))


def _at(call: Call, axis: int, one: int | None, two: int | None) -> str:
    """Say what differs at an axis, which counts from the end if the ranks differ."""
    ranks = {len(shape) for shape in _shapes(call)}
    return apart(axis % ranks.pop() if len(ranks) == 1 else axis, one, two)


def _differing_beside(axis: int, one: Shape, two: Shape) -> str:
    """Say where two shapes differ beside an axis; sizes that vary may be equal."""
    if len(one) != len(two):
        return differing(one, two)
    pairs = enumerate(zip(one, two, strict=True))
    for number, (first, second) in pairs:
        if (
            number != axis % len(one)
            and first != second
            and None not in (first, second)
        ):
            return apart(number, first, second)
    return ""
