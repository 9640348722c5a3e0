"""What is drawn of a run: a panel a log, and what each term is to the total."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import groupby

from kauxgen.frozen import frozen
from kauxgen.training.history import History, Term
from kauxgen.training.report import scales
from kauxgen.training.report.numbers import number
from kauxgen.training.report.scales import Scale

TOTAL, TERM, METRIC, OTHER = "total", "term", "metric", "other"
MOST = 7
"""How many terms of a stack have a colour of their own; the rest share one."""
REST = "other terms"
_FEW = 12
_FACTS = ("share", "gradient_share")


@frozen
class Panel:
    """A log over the epochs.

    `role` is one of the words above, `note` the weight of a term. `values` has a number
    an epoch, `held_out` that of validation, empty if there is none.
    """

    name: str
    role: str
    note: str
    values: tuple[float, ...]
    held_out: tuple[float, ...]
    scale: Scale

    @property
    def lost(self) -> tuple[tuple[int, int], ...]:
        """The runs of epochs, by index, whose value is not finite: first and last."""
        bad = [i for i, one in enumerate(self.values) if not math.isfinite(one)]
        runs = groupby(enumerate(bad), key=lambda pair: pair[1] - pair[0])
        found = [[index for _, index in run] for _, run in runs]
        return tuple((run[0], run[-1]) for run in found)


@frozen
class Layer:
    """A term in a stack: its parts of a whole over the epochs, from 0 to 1."""

    name: str
    values: tuple[float, ...]


@frozen
class Stack:
    """Parts of a whole over the epochs; `fact` is the field of `TermHealth`."""

    title: str
    fact: str
    layers: tuple[Layer, ...]


def panels(history: History) -> Iterator[Panel]:
    """Yield a panel for each log: the total, terms, metrics, the rest."""
    terms = {term.name: term for term in history.names.terms}
    for name, held_out in history.pairs():
        values = history.values(name)
        beside = history.values(held_out) if held_out else ()
        role = TOTAL if name == history.names.total else OTHER
        role = METRIC if name in history.names.metrics else role
        role = TERM if name in terms else role
        note = weighed(terms[name]) if name in terms else ""
        scale = scales.of((*values, *beside), even=role == METRIC)
        yield Panel(name, role, note, values, beside, scale)


def weighed(term: Term) -> str:
    """Write what a term is multiplied with; nothing for 1."""
    if term.value is None:
        return f"× {term.weight}"
    said = number(term.value)
    if term.weight in ("", said, f"{term.value:g}", repr(term.value)):
        return "" if term.value == 1 else f"× {said}"
    return f"× {term.weight} = {said}"


def stacks(history: History) -> Iterator[Stack]:
    """Yield the shares of the total and of its gradient, for each objective."""
    homes: dict[str, str] = {}
    for term in history.names.terms:
        homes.setdefault(term.name, term.objective)
    objectives = dict.fromkeys(homes.get(name, "") for name in history.healthy)
    for objective in objectives:
        own = [one for one in history.healthy if homes.get(one, "") == objective]
        of = f" of {objective}" if objective else ""
        named = _largest(history, own)
        for fact, said in zip(_FACTS, ("total", "gradient"), strict=True):
            if len(own) > 1:
                title = f"share{of} in the {said}"
                layers = tuple(_layers(history, own, named, fact))
                yield Stack(title, fact, layers)


def _largest(history: History, names: list[str]) -> list[str]:
    """Return the terms that have a layer of their own, the same in both stacks."""
    if len(names) <= MOST:
        return names
    sizes = {
        name: sum(_sum(health(history, name, fact)) for fact in _FACTS)
        for name in names
    }
    kept = sorted(names, key=lambda name: -sizes[name])[: MOST - 1]
    return [name for name in names if name in kept]


def _layers(
    history: History, names: list[str], named: list[str], fact: str
) -> Iterator[Layer]:
    """Yield the terms that are named, then the rest as one."""
    for name in named:
        yield Layer(name, health(history, name, fact))
    rest = [health(history, name, fact) for name in names if name not in named]
    if rest:
        yield Layer(REST, tuple(sum(column) for column in zip(*rest, strict=True)))


def health(history: History, name: str, fact: str) -> tuple[float, ...]:
    """Return a fact of a term's health over the epochs, NaN where it is not known."""
    found = (epoch.health.get(name) for epoch in history.epochs)
    return tuple(getattr(one, fact) if one else math.nan for one in found)


def _sum(values: tuple[float, ...]) -> float:
    return sum(one for one in values if math.isfinite(one))


def dotted(values: Sequence[float]) -> list[int]:
    """Return the indices of values that need a dot: few, or alone among gaps."""
    kept = [math.isfinite(one) for one in values]
    if len(kept) <= _FEW:
        return [index for index, one in enumerate(kept) if one]
    around = zip([False, *kept], kept, [*kept[1:], False], strict=False)
    return [i for i, (a, one, b) in enumerate(around) if one and not a and not b]
