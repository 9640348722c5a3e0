"""Findings that stand while specs change: which came with a change, and which went."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from kauxgen.finding import Diagnostic
from kauxgen.frozen import frozen


@frozen
class Turn:
    """What a change of specs did to their findings."""

    came: tuple[Diagnostic, ...]
    went: tuple[Diagnostic, ...]


def turn(before: Iterable[Diagnostic], after: Iterable[Diagnostic]) -> Turn:
    """Compare findings; one whose line has moved is the same one, and neither."""
    earlier, later = tuple(before), tuple(after)
    return Turn(tuple(_without(later, earlier)), tuple(_without(earlier, later)))


def _without(
    these: Iterable[Diagnostic], those: Iterable[Diagnostic]
) -> Iterable[Diagnostic]:
    """Yield what is in the first more often than in the second."""
    left = Counter(map(_same, those))
    for each in these:
        if left[_same(each)]:
            left[_same(each)] -= 1
        else:
            yield each


def _same(diagnostic: Diagnostic) -> tuple[str, str, str, str]:
    """Give what makes two findings the same one: not their places in the text."""
    found = diagnostic
    return found.path, found.code, found.severity, found.message
