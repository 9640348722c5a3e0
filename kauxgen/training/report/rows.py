"""What is said of each log in a table: first, last and best values, and shares."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from kauxgen.frozen import frozen
from kauxgen.training.history import History, Term
from kauxgen.training.report import panels
from kauxgen.training.report.panels import Panel

MOST_EPOCHS = 1000
"""How many epochs the table and the curves of a page have; a longer run is thinned."""


@frozen
class Best:
    """A value with the epoch that had it."""

    value: float
    epoch: int


@frozen
class Course:
    """How a series of numbers went: its first, last, least and largest finite value.

    `last` may be any number, and is that of the last epoch.
    """

    first: float
    last: float
    least: Best
    most: Best


@frozen
class Row:
    """A log as a row of a table: `term` is None for one that is no term.

    The shares are those of the first and of the last epoch, empty if not measured.
    """

    panel: Panel
    term: Term | None
    train: Course | None
    held_out: Course | None
    share: tuple[float, ...]
    gradient: tuple[float, ...]


def rows(history: History) -> Iterator[Row]:
    """Yield a row for each log."""
    terms = {term.name: term for term in history.names.terms}
    epochs = [epoch.epoch for epoch in history.epochs]
    for panel in panels.panels(history):
        yield Row(
            panel,
            terms.get(panel.name),
            course(panel.values, epochs),
            course(panel.held_out, epochs),
            _ends(panels.health(history, panel.name, "share")),
            _ends(panels.health(history, panel.name, "gradient_share")),
        )


def course(values: Sequence[float], epochs: Sequence[int]) -> Course | None:
    """Tell how values went; None if there are none, or none is finite."""
    found = [
        Best(value, epoch)
        for value, epoch in zip(values, epochs, strict=False)
        if math.isfinite(value)
    ]
    if not found:
        return None
    least = min(found, key=lambda one: one.value)
    most = max(found, key=lambda one: one.value)
    return Course(found[0].value, values[-1], least, most)


def _ends(values: Sequence[float]) -> tuple[float, ...]:
    known = [one for one in values if one == one]
    return (known[0], known[-1]) if known else ()


def unlogged(history: History) -> tuple[Term, ...]:
    """Return the terms that are in the total, and in no log."""
    seen = set(history.logs)
    return tuple(one for one in history.names.terms if one.name not in seen)


def thinned(history: History) -> History:
    """Leave out epochs of a very long run, but never the first or the last."""
    epochs = history.epochs
    if len(epochs) <= MOST_EPOCHS:
        return history
    every = math.ceil(len(epochs) / MOST_EPOCHS)
    kept = (*epochs[:-1:every], epochs[-1])
    return History(history.names, kept, history.findings)
