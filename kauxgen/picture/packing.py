"""Boxes on a page: each as high as it can be, on a page of good proportions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import log

_GAP = 24.0
_ASPECT = 1.25
"""How much wider than high a page should be."""
_TRIES = 12
"""How many widths of the page are tried, of many boxes fewer."""

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
    tries = max(2, min(_TRIES, 300 // len(sizes)))
    for step in range(tries if len(sizes) > 1 else 1):
        width = least + (most - least) * step / (tries - 1)
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
    """Place boxes one after the other, each where the skyline of the others is low."""
    skyline: Spots = [(0.0, 0.0)]
    spots: dict[int, tuple[float, float]] = {}
    for each in order:
        wide, high = sizes[each][0] + _GAP, sizes[each][1] + _GAP
        lefts = [x for x, _ in skyline if not x or x + wide - _GAP <= most]
        top, left = min((_top(skyline, x, x + wide), x) for x in lefts)
        spots[each] = (left, top)
        skyline = _raised(skyline, left, left + wide, top + high)
    return [spots[each] for each in range(len(sizes))]


def _top(skyline: Spots, left: float, right: float) -> float:
    """Return the height of the skyline between two places."""
    ends = (*(x for x, _ in skyline[1:]), float("inf"))
    pairs = zip(skyline, ends, strict=True)
    return max(y for (x, y), end in pairs if x < right and left < end)


def _raised(skyline: Spots, left: float, right: float, top: float) -> Spots:
    """Return the skyline with a box between two places."""
    behind = next(y for x, y in reversed(skyline) if x <= right)
    before = [(x, y) for x, y in skyline if x < left]
    after = [(x, y) for x, y in skyline if x > right]
    return [*before, (left, top), (right, behind), *after]
