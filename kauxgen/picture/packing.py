"""Boxes on a page: each at the highest free place, on a page of good proportions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import log

_GAP = 24.0
_ASPECT = 1.25
"""How much wider than high a page should be."""
_TRIES = 12

Size = tuple[float, float]
Spots = list[tuple[float, float]]


def pack(sizes: Sequence[Size]) -> tuple[Spots, float, float]:
    """Return the upper left corners of boxes of some sizes, and the page's size.

    The first box stays first; several widths of the page are tried, with the others in
    order and with the high ones first.
    """
    found = (_placed(sizes, order, most) for order, most in _pages(sizes))
    best = min(found, key=lambda spots: _badness(*_extent(spots, sizes)))
    return (best, *_extent(best, sizes))


def _pages(sizes: Sequence[Size]) -> Iterator[tuple[list[int], float]]:
    given = list(range(len(sizes)))
    high = [*given[:1], *sorted(given[1:], key=lambda each: -sizes[each][1])]
    least = max(wide for wide, _ in sizes)
    most = sum(wide + _GAP for wide, _ in sizes) - _GAP
    for step in range(_TRIES if len(sizes) > 1 else 1):
        width = least + (most - least) * step / (_TRIES - 1)
        yield given, width
        yield high, width


def _badness(wide: float, high: float) -> float:
    """Say how bad a page is: large, or far from the proportions that a page has."""
    return wide * high * (1 + 0.5 * log(wide / high / _ASPECT) ** 2)


def _extent(spots: Spots, sizes: Sequence[Size]) -> Size:
    pairs = list(zip(spots, sizes, strict=True))
    return max(x + w for (x, _), (w, _) in pairs), max(
        y + h for (_, y), (_, h) in pairs
    )


def _placed(sizes: Sequence[Size], order: Sequence[int], most: float) -> Spots:
    taken: list[tuple[tuple[float, float], Size]] = []
    spots: dict[int, tuple[float, float]] = {}
    for each in order:
        spots[each] = _highest(taken, sizes[each], most)
        taken.append((spots[each], sizes[each]))
    return [spots[each] for each in range(len(sizes))]


def _highest(
    taken: Sequence[tuple[tuple[float, float], Size]], size: Size, most: float
) -> tuple[float, float]:
    """Return the highest corner beside or below what is placed that has room."""
    lefts = sorted({0.0, *(x + w + _GAP for (x, _), (w, _) in taken)})
    tops = sorted({0.0, *(y + h + _GAP for (_, y), (_, h) in taken)})
    return next(
        (x, y)
        for y in tops
        for x in lefts
        if (x == 0.0 or x + size[0] <= most)
        and not any(_meet((x, y), size, *other) for other in taken)
    )


def _meet(
    at: tuple[float, float],
    size: Size,
    other: tuple[float, float],
    extent: Size,
) -> bool:
    return all(
        at[axis] < other[axis] + extent[axis] + _GAP
        and other[axis] < at[axis] + size[axis] + _GAP
        for axis in (0, 1)
    )
