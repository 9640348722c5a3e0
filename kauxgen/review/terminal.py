"""A review in a terminal: by level, each change on a line, then what follows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from kauxgen.changes.change import Change, Effect
from kauxgen.report import Line, printable
from kauxgen.review import words
from kauxgen.review.reviewing import Review

_QUOTED = re.compile(r"(`[^`]*`)")
_TONES = {"added": "green", "removed": "red"}
_LEVELS = {"interface": "bold red", "weights": "bold red", "loss": "bold yellow"}


def terminal(reviews: Sequence[Review]) -> Iterator[Line]:
    """Lay out reviews, and say all of them on a last line."""
    shown = [review for review in reviews if review.state != "unsound"]
    for place, review in enumerate(shown):
        yield from ((),) if place else ()
        yield from _review(review)
    if len(reviews) != 1:
        yield from ((),) if shown else ()
        yield (("bold", words.summary(reviews)),)


def _review(review: Review) -> Iterator[Line]:
    said = words.outcome(review)
    yield ("bold", printable(words.title(review))), ("", f": {printable(said)}")
    for level, found in words.by_level(review.shown):
        yield ("", "  "), (_LEVELS.get(level.word, "bold"), level.word)
        for change in found:
            yield from _change(change)
    if review.shown:
        yield from _after(review)


def _change(change: Change) -> Iterator[Line]:
    tone = _TONES.get(change.action, "yellow")
    mark = words.MARKS[change.action]
    yield (tone, f"    {mark} "), *_pieces(change.sentence)
    yield from _effects(change.effects, 8)


def _effects(effects: Iterable[Effect], indent: int) -> Iterator[Line]:
    for group in words.grouped(effects):
        yield ("", " " * indent), ("dim", printable(words.effect(group)))


def _after(review: Review) -> Iterator[Line]:
    """Lay out effects that no change explains, totals and consequences."""
    assert review.comparison is not None
    if review.comparison.effects:
        yield ("", "  "), ("bold", "effects")
        yield from _effects(review.comparison.effects, 4)
    counts = [
        f"{name} {before} -> {after}"
        for name, before, after in words.totals(review.comparison)
    ]
    if counts:
        yield ("", "  "), ("bold", "parameters"), (
            "",
            f" {printable(', '.join(counts))}",
        )
    yield ("", "  "), ("bold", "consequences")
    for each in words.consequences(review.comparison):
        tone = "red" if each.bad else "green"
        yield ("", f"    {each.about} "), (tone, each.says)
        for reason in each.reasons:
            yield ("dim", "        "), *_pieces(reason)


def _pieces(sentence: str) -> Iterator[tuple[str, str]]:
    """Set what stands in backticks apart, where there are colours."""
    for place, piece in enumerate(_QUOTED.split(printable(sentence))):
        yield ("bold" if place % 2 else "", piece)
