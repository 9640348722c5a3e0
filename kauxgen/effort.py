"""How much is done for many specs: in how many processes, and who hears of progress."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from kauxgen.frozen import frozen

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")

_HERE = 2
_WORTH_SHARING = 6


def _nobody(done: int, of: int) -> None:
    """Hear of progress and say nothing."""


@frozen
class Effort:
    """In how many processes to work, and who hears how many items are done of how many.

    The result is the same however many they are.
    """

    workers: int = 1
    hear: Callable[[int, int], None] = _nobody


ALONE = Effort()
"""In this process, in silence."""


def applied(
    action: Callable[[_Item], _Result], items: Sequence[_Item], effort: Effort
) -> list[_Result]:
    """Apply a function to items, in their order; what it raises is raised here."""
    results: list[_Result] = []
    effort.hear(0, len(items))
    for result in _results(action, items, effort.workers):
        results.append(result)
        effort.hear(len(results), len(items))
    return results


def _results(
    action: Callable[[_Item], _Result], items: Sequence[_Item], workers: int
) -> Iterator[_Result]:
    """Do the first ones here: other processes begin with what they have imported."""
    here = _HERE if workers > 1 else len(items)
    rest = items[here:]
    if len(rest) < _WORTH_SHARING:
        yield from map(action, items)
        return
    yield from map(action, items[:here])
    # Processes take a while to import, and one spec never needs them.
    from kauxgen import pool

    yield from pool.share(action, rest, workers)
