"""Arithmetic on shapes in which some sizes are unknown."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

from kauxgen.tensor import Misfit, Shape, Size, describe, difference


def product(sizes: Iterable[int | None]) -> int | None:
    """Multiply sizes; unknown if one is. A single size keeps its words."""
    known = list(sizes)
    if len(known) == 1:
        return known[0]
    total = 1
    for size in known:
        if size is None:
            return None
        total *= size
    return total


def total(sizes: Iterable[int | None]) -> int | None:
    """Add sizes; unknown if one is."""
    known = list(sizes)
    return None if None in known else sum(size for size in known if size is not None)


def fits(left: int | None, right: int | None) -> bool:
    """Say whether two sizes may be equal: an unknown one may be any."""
    return left is None or right is None or left == right


def same(left: Shape, right: Shape) -> bool:
    """Say whether two shapes may be equal."""
    return len(left) == len(right) and all(map(fits, left, right))


def better(left: int | None, right: int | None) -> int | None:
    """Of two sizes that are equal return the one that says more."""
    if left is None or (isinstance(right, Size) and not isinstance(left, Size)):
        return right
    return left


def merge(left: Shape, right: Shape) -> Shape:
    """Return what two equal shapes say together."""
    return tuple(map(better, left, right))


def spreads(small: Shape, large: Shape) -> bool:
    """Say whether a shape may broadcast to another one, which stays as it is."""
    pairs = zip(small[::-1], large[::-1], strict=False)
    fitting = all(one in (None, 1) or fits(one, other) for one, other in pairs)
    return len(small) <= len(large) and fitting


def broadcast(*shapes: Shape) -> Shape:
    """Return the shape of tensors that meet elementwise, by NumPy's rule.

    An unknown size is taken to fit: with 1 it stays unknown, with k it is k.
    """
    return reduce(_broadcast_two, shapes, ())


def _broadcast_two(left: Shape, right: Shape) -> Shape:
    rank = max(len(left), len(right))
    pairs = zip(_padded(left, rank), _padded(right, rank), strict=True)
    sizes = []
    for first, second in pairs:
        if 1 not in (first, second) and not fits(first, second):
            shapes = f"{describe(left)} with {describe(right)}"
            differing = difference(left, right, broadcast=True)
            raise Misfit(f"cannot broadcast {shapes}: {differing}")
        sizes.append(_meeting(first, second))
    return tuple(sizes)


def _padded(shape: Shape, rank: int) -> Shape:
    return (1,) * (rank - len(shape)) + shape


def _meeting(first: int | None, second: int | None) -> int | None:
    if first == 1 and second != 1:
        return second
    return first if second == 1 else better(first, second)
