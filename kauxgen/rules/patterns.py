"""Finds the weights that a penalty's pattern selects."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from kauxgen.finding import Finding
from kauxgen.rules import choices
from kauxgen.rules.limits import Budget
from kauxgen.rules.unrolled import Weight
from kauxgen.spec import Weights
from kauxgen.suggest import closest, quote

_MOST_PATHS = 200
"""Among more no likely word is searched: it takes long, and the list tells nothing."""


def parts(weight: Weight) -> tuple[str, ...]:
    """Return the full path of a weight: names, round numbers, Keras's own names."""
    return (*map(str, weight.layer), *weight.path.split("/"))


def select(
    choice: Weights, known: Collection[Weight], budget: Budget
) -> tuple[Weight, ...]:
    """Return the weights that a pattern selects, in the order of the model."""
    pattern = tuple(choice.pattern.split("/"))
    budget.spend(len(pattern) * (1 + len(known)))
    return tuple(weight for weight in known if matches(pattern, parts(weight)))


def matches(pattern: Sequence[str], path: Sequence[str]) -> bool:
    """Say whether a path fits a pattern: `*` is one part, `**` any number of parts."""
    reached = {0}
    for word in pattern:
        if word == "**":
            reached = set(range(min(reached), len(path) + 1))
        else:
            fitting = (i for i in reached if i < len(path) and word in ("*", path[i]))
            reached = {i + 1 for i in fitting}
        if not reached:
            return False
    return len(path) in reached


def nothing_selected(choice: Weights, known: Collection[Weight]) -> Finding:
    """Make the finding of a pattern that selects nothing."""
    paths = ["/".join(parts(weight)) for weight in known]
    near = closest(choice.pattern, paths[:_MOST_PATHS])
    help = f"did you mean {quote(near, 80)}?" if near else _some(known)
    return choices.selects_nothing(choice.at, choice.pattern, help)


def _some(known: Collection[Weight]) -> str:
    paths = ["/".join(parts(weight)) for weight in known][:4]
    more = ", ..." if len(known) > len(paths) else ""
    return f"trainable are {', '.join(paths)}{more}" if paths else ""
