"""Numbers from backend to backend: what one leaves, the next is held against."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np

from kauxgen.proving import checks, gaps, keyed
from kauxgen.proving.checks import Check
from kauxgen.proving.outcome import Outcome, outcome
from kauxgen.proving.subject import Subject

RELATIVE = 1e-4
"""What backends may differ by: each has sums, products and exponentials of its own."""

DRAWN = "it draws numbers, which each backend does in its own way"
"""Why numbers of two backends cannot be compared."""

_TRAINED = (checks.TERMS, checks.TOTALS, checks.GRADIENTS, checks.LOGS, checks.WEIGHTS)
_START = "start "
_ORIGIN = "backend"


def leave(subject: Subject, path: Path) -> None:
    """Write the start weights of a spec, and its numbers, for other backends."""
    style = subject.styles[0]
    numbers = {f"{_START}{key}": value for key, value in subject.start.items()}
    for check in comparable(subject):
        for name, value in check.numbers(subject, style).items():
            numbers[f"{check.name}\n{name}"] = value
    np.savez(path, **{_ORIGIN: keras.backend.backend()}, **numbers)


def origin(path: Path) -> str:
    """Name the backend that has left numbers."""
    return str(np.load(path)[_ORIGIN])


def start(path: Path) -> keyed.Arrays | None:
    """Read the start weights that another backend has left, if it has."""
    if not path.exists():
        return None
    return {
        name.removeprefix(_START): value
        for name, value in np.load(path).items()
        if name.startswith(_START)
    }


def outcomes(subject: Subject, path: Path, other: str) -> Iterator[Outcome]:
    """Hold a spec on this backend against what another one has left."""
    left = dict(np.load(path))
    style = subject.styles[0]
    for check in comparable(subject):
        wanted = _of(check, left)
        if wanted:
            got = check.numbers(subject, style)
            found = gaps.gaps(got, wanted, RELATIVE)
            yield outcome(style, check.name, other, found)


def failed(subject: Subject, error: str) -> Outcome:
    """Say that numbers of backends could not be compared."""
    return outcome(subject.styles[0], "backends", "another backend", (), error)


def _of(check: Check, left: Mapping[str, Any]) -> dict[str, Any]:
    titled = (name.partition("\n") for name in left)
    return {
        name: left[f"{title}\n{name}"]
        for title, _, name in titled
        if title == check.name
    }


def comparable(subject: Subject) -> tuple[Check, ...]:
    """Give the checks whose numbers no draw has a part in."""
    trained = () if subject.draws(subject.styles[0]) else _TRAINED
    model = subject.started(subject.styles[0])
    subject.scored(subject.styles[0], model)
    moved = any(state[1] for state in keyed.drawn(model).values())
    return trained if moved else (*trained, checks.UNTRAINED)
