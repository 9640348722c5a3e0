"""What a term is to the total and to its gradient, from what was measured of all."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from kauxgen.training.health.measuring import Reading
from kauxgen.training.history import TermHealth


def of(objectives: Iterable[Mapping[str, Reading]]) -> dict[str, TermHealth]:
    """Give the health of each term by name.

    A term's share is |w v| / sum of |w v| over the terms of its objective, where v is
    its value and w its weight; its gradient's share is |g| / sum of |g|, where g is the
    gradient of w v by the weights that the objective moves. A penalty that several
    phases minimize has the mean of its shares, and the norms of all phases together.
    """
    found: dict[str, list[TermHealth]] = {}
    for readings in objectives:
        for name, one in _of_objective(readings).items():
            found.setdefault(name, []).append(one)
    return {name: _together(several) for name, several in found.items()}


def _of_objective(readings: Mapping[str, Reading]) -> dict[str, TermHealth]:
    parts = {name: abs(one.weighed) for name, one in readings.items()}
    norms = {name: _norm(one.norms.values()) for name, one in readings.items()}
    return {
        name: TermHealth(
            share=_part(parts[name], parts.values()),
            gradient_norm=norms[name],
            gradient_share=_part(norms[name], norms.values()),
            networks=dict(one.norms),
        )
        for name, one in readings.items()
    }


def _together(several: list[TermHealth]) -> TermHealth:
    if len(several) == 1:
        return several[0]
    names = dict.fromkeys(name for one in several for name in one.networks)
    networks = {
        name: _norm(one.networks.get(name, 0.0) for one in several) for name in names
    }
    return TermHealth(
        share=sum(one.share for one in several) / len(several),
        gradient_norm=_norm(one.gradient_norm for one in several),
        gradient_share=sum(one.gradient_share for one in several) / len(several),
        networks=networks,
    )


def _norm(values: Iterable[float]) -> float:
    return math.sqrt(sum(one * one for one in values))


def _part(one: float, every: Iterable[float]) -> float:
    """Return a part of a sum; nothing of nothing is 0."""
    whole = sum(every)
    return one / whole if whole else 0.0
