"""What reports say in words: marks of changes, effects, totals and consequences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from kauxgen.changes.change import Answer, Change, Comparison, Effect, Level, Total
from kauxgen.frozen import frozen
from kauxgen.overview import Count
from kauxgen.review.reviewing import Review, level_of

MARKS = {"added": "+", "removed": "-", "changed": "~", "renamed": ">", "moved": ">"}
LAYOUT = "no change: only the layout of the JSON differs"
SAME = "no change"

_SAME_RUN = "gives the same numbers"
_LOADS = {
    "all": "load into the new model",
    "partly": "load partly, with `skip_mismatch=True`",
    "none": "do not load",
    "unknown": "may not load",
}
_SILENT = "load without an error, but not all into their layers"


@frozen
class Consequence:
    """What follows from the changes, as a sentence in two parts, and why.

    `about` is "old weights", `says` "do not load"; a `bad` one is what a
    reviewer must know of.
    """

    about: str
    says: str
    bad: bool
    reasons: tuple[str, ...] = ()


def consequences(comparison: Comparison) -> Iterator[Consequence]:
    """Yield what follows: first of the weights, then what else changes."""
    found = comparison.consequences
    weights = found.weights
    loads = _SILENT if weights.silent else _LOADS[weights.loads]
    yield Consequence("old weights", loads, weights.loads != "all", weights.reasons)
    yield from _answer("logs", "have other names", found.logs)
    yield from _answer("inputs and outputs", "change", found.outputs)
    yield from _answer("the generated module", "has other signatures", found.signature)
    numbers = "gives other numbers" if found.numbers.changed else _SAME_RUN
    reasons = found.numbers.reasons
    yield Consequence("a training run", numbers, found.numbers.changed, reasons)


def _answer(about: str, says: str, answer: Answer) -> Iterator[Consequence]:
    if answer.changed:
        yield Consequence(about, says, True, answer.reasons)


def totals(comparison: Comparison) -> Iterator[tuple[str, str, str]]:
    """Yield the numbers of parameters that change: of what, before and after."""
    for each in comparison.totals:
        if each.changed:
            yield each.name or "model", count(each.before), count(each.after)


def total(given: Total) -> tuple[str, str]:
    """Write a total before and after."""
    return count(given.before), count(given.after)


def count(given: Count | None) -> str:
    """Write a number of parameters; those not trained in brackets."""
    if given is None:
        return "none"
    least = "" if given.known else "at least "
    frozen = f" ({given.non_trainable:,} not trained)" if given.non_trainable else ""
    return f"{least}{given.total:,}{frozen}"


def grouped(effects: Iterable[Effect]) -> list[tuple[Effect, ...]]:
    """Gather the effects on one thing, in the order in which things are named first."""
    found: dict[str, list[Effect]] = {}
    for each in effects:
        found.setdefault(each.name, []).append(each)
    return [tuple(group) for group in found.values()]


def effect(group: Sequence[Effect]) -> str:
    """Write what changes do to something else: "`hidden`: shape (64) -> (128)"."""
    return f"`{group[0].name}`: {', '.join(map(_done, group))}"


def _done(each: Effect) -> str:
    if each.before == each.after:
        return f"{each.what} `{each.after}`"
    return f"{each.what} {each.before} -> {each.after}"


def by_level(shown: Sequence[Change]) -> Iterator[tuple[Level, list[Change]]]:
    """Yield the changes by level, the highest first."""
    for level in reversed(Level):
        found = [change for change in shown if change.level is level]
        if found:
            yield level, found


def title(review: Review) -> str:
    """Name a spec by its path, with the one it had."""
    before = review.pair.renamed_from
    return f"{before} -> {review.path}" if before else review.path


def outcome(review: Review) -> str:
    """Say what became of a spec, in a few words: "3 changes, up to weights"."""
    if review.state == "unchanged":
        return LAYOUT if review.comparison else SAME
    if review.state != "changed":
        return {"unsound": "cannot be compared"}.get(review.state, review.state)
    hidden = 0
    if review.comparison is not None:
        hidden = len(review.comparison.changes) - len(review.shown)
    below = f"{hidden} below the level" if hidden else ""
    level = review.level
    if level is None:
        return f"no change at this level, {below}"
    said = f"{counted(len(review.shown), 'change')}, {reach(level, review.shown)}"
    return f"{said}, {below}" if below else said


def reach(level: Level, shown: Sequence[Change]) -> str:
    """Say how far changes reach: "weights", or "up to weights" where others do not."""
    return f"{'' if all(c.level is level for c in shown) else 'up to '}{level.word}"


def summary(reviews: Sequence[Review]) -> str:
    """Say all of it on one line."""
    differing = [each for each in reviews if each.differs]
    states = [each.state for each in differing]
    found = [each for each in ("changed", "added", "deleted") if each in states]
    said = [f"{states.count(each)} {each}" for each in found]
    if said:
        said[0] = f"{counted(states.count(found[0]), 'spec')} {found[0]}"
    level = level_of(differing)
    said += [f"up to {level.word}"] if level is not None else []
    broken = sum(each.state == "unsound" for each in reviews)
    more = f"; {counted(broken, 'spec')} cannot be compared" if broken else ""
    return f"{', '.join(said) or SAME}{more}"


def counted(number: int, noun: str) -> str:
    """Count: "1 change", "2 changes"."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
