"""What is measured of a spec: its terms by objective, and the model that gives them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kauxgen import unformatted
from kauxgen.checked import Checked
from kauxgen.frozen import frozen
from kauxgen.lower import lower
from kauxgen.program import Program
from kauxgen.rules.logs import REGULARIZATION
from kauxgen.styles import phase_pass, weighing
from kauxgen.styles.phase_pass import FORWARD

_PREFIX = "beside"


@frozen
class Goal:
    """An objective: the method that returns its terms, and the networks it updates.

    `terms` are the names that the history has for them, in the order of the pairs.
    `updates` is empty where all weights are.
    """

    method: str
    terms: tuple[str, ...]
    updates: tuple[str, ...] = ()


@frozen
class Measured:
    """A module whose objectives return every term by itself, and what they are.

    `forwarded` are the names that the phases read of a pass before them; `shared` says
    that their gradients go through it.
    """

    text: str
    title: str
    goals: tuple[Goal, ...]
    forwarded: tuple[str, ...] = ()
    shared: bool = False


def of(checked: Checked) -> Measured:
    """Write the model that is measured beside the one that is trained.

    Its classes are registered under a package of their own, so that no file of the
    trained model ever gets one of them.
    """
    title = f"{_PREFIX}_{checked.spec.name}"
    spec = replace(checked.spec, name=title)
    program = lower(replace(checked, spec=spec))
    text = unformatted.module(weighing.page(program, title), weighing.STYLE)
    found = tuple(_goals(program))
    if spec.step is None:
        return Measured(text, title, found)
    passes = phase_pass.passes(program)
    read = [name for one in passes if one.label == FORWARD for name in one.returned]
    return Measured(text, title, found, tuple(read), spec.step.shared)


def _goals(program: Program) -> Iterator[Goal]:
    if program.step is None:
        yield Goal("objective", _terms(program, REGULARIZATION))
        return
    phases = program.step.phases
    for one in phases:
        name = one.phase.name
        prefix = f"{name}_" if len(phases) > 1 else ""
        updates = tuple(update.network for update in one.phase.update)
        terms = _terms(one.program, f"{prefix}{REGULARIZATION}")
        yield Goal(f"{name}_objective", terms, updates)


def _terms(program: Program, regularization: str) -> tuple[str, ...]:
    found = tuple(term.key for term in program.terms)
    return (*found, regularization) if program.regularized else found
