"""What a spec says by itself: arguments, names of logs, what phases move."""

from __future__ import annotations

import numpy as np

from kauxgen.proving import keyed, modules
from kauxgen.proving.numbers import Numbers
from kauxgen.proving.subject import Subject, eagerly
from kauxgen.proving.watching import Moves
from kauxgen.rules import step_logs
from kauxgen.rules.logs import logged
from kauxgen.rules.reaching import closure


def names(subject: Subject, style: str) -> Numbers:
    """Name the logs of a training that validates."""
    return dict.fromkeys(subject.fitted(style).logs, 1)


def stated_names(subject: Subject, style: str) -> Numbers:
    """Name what the spec says that it logs."""
    spec = subject.spec
    if spec.step is not None:
        names = list(step_logs.monitored(spec, spec.step))
    else:
        names = [name for name in logged(spec) if name]
        names += [f"val_{name}" for name in names]
    return dict.fromkeys(names, 1)


def arguments(subject: Subject, style: str) -> Numbers:
    """Give the arguments of a module's functions that have defaults."""
    return modules.numbers(modules.defaults(subject.modules.of(style)))


def stated_arguments(subject: Subject, style: str) -> Numbers:
    """Give the params of the spec, and the seed where the module draws."""
    stated = dict(subject.raw.get("params", {}))
    if "seed" in modules.defaults(subject.modules.of(style)):
        stated["seed"] = subject.spec.training.seed
    return modules.numbers(stated)


def moved(subject: Subject, style: str) -> Numbers:
    """Say which phase moved which weights in a batch, and that each moved some."""
    found = _moves(subject, style)
    listed = [_named(phase, key) for phase, keys in found.items() for key in keys]
    moves = {f"{phase} moves": bool(keys) for phase, keys in found.items()}
    return {**dict.fromkeys(listed, True), **moves}


def movable(subject: Subject, style: str) -> Numbers:
    """Say which of these weights are of a network that the phase updates."""
    step = subject.spec.step
    assert step is not None
    found = _moves(subject, style)
    allowed = {f"{phase} moves": True for phase in found}
    for phase, (name, keys) in zip(step.phases, found.items(), strict=True):
        updated = closure(subject.spec, (one.network for one in phase.update))
        own = tuple(f"{network}_" for network in updated)
        allowed |= {_named(name, key): True for key in keys if key.startswith(own)}
    return allowed


def _named(phase: str, key: str) -> str:
    return f"{phase}: {key}" if phase else key


def _moves(subject: Subject, style: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = subject.kept(
        "moves", style, lambda it: _watched(subject, it)
    )
    return found


def _watched(subject: Subject, style: str) -> dict[str, set[str]]:
    """Train a batch, and watch every update of every phase."""
    model = subject.started(style)
    seen = Moves(model)
    for phase, optimizer in subject.optimizers(model).items():
        seen.watch(phase, optimizer)
    with eagerly():
        subject.resume(style, model, subject.rows.first_batch())
    return seen.found


def learned(subject: Subject, style: str) -> Numbers:
    """Say whether training has moved a weight."""
    run = subject.fitted(style)
    moved = any(
        not np.array_equal(run.weights[key], subject.start[key])
        for key in keyed.trainable(run.model)
    )
    return {"a weight moves": moved}


def learning(subject: Subject, style: str) -> Numbers:
    """Say that training must move a weight."""
    return {"a weight moves": True}
