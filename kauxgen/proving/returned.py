"""What files and configurations of a model must bring back."""

from __future__ import annotations

from typing import Any

from kauxgen.proving import modules, saving
from kauxgen.proving.numbers import Numbers, last, titled
from kauxgen.proving.subject import Subject


def reloaded(subject: Subject, style: str) -> Numbers:
    """Load a file: its weights, and an evaluation."""
    again = saving.loaded(subject, style, saving.saved(subject, style).file)
    values = subject.values(again)
    return {**values, **titled("scores", saving.scores(subject, style, again))}


def scored(subject: Subject, style: str) -> Numbers:
    """Give the same of the model that was saved."""
    before = saving.saved(subject, style)
    return {**before.values, **titled("scores", before.scores)}


def trained_on(subject: Subject, style: str) -> Numbers:
    """Train a loaded model for a batch."""
    again = saving.loaded(subject, style, saving.saved(subject, style).file)
    run = saving.further(subject, style, again)
    return {**last(run.logs), **run.weights}


def further(subject: Subject, style: str) -> Numbers:
    """Train the model that was saved for the same batch."""
    run = saving.saved(subject, style).further
    return {**last(run.logs), **run.weights}


def refilled(subject: Subject, style: str) -> Numbers:
    """Fill a model that is built anew from a file of weights."""
    before = saving.saved(subject, style)
    again = saving.refilled(subject, style, before.weights)
    values = subject.values(again)
    return {**values, **titled("scores", saving.scores(subject, style, again))}


def configured(subject: Subject, style: str) -> Numbers:
    """Make a model of a configuration, which must hold all arguments of classes."""
    found: Numbers = subject.kept("configured", style, lambda it: _made(subject, it))
    return found


def _made(subject: Subject, style: str) -> Numbers:
    model = subject.started(style, saving.saved_params(subject))
    before = saving.scores(subject, style, model)
    again = saving.configured(subject, style, model)
    after = saving.scores(subject, style, again)
    gaps = {key: value - before[key] for key, value in after.items()}
    return {**titled("gap of", gaps), **_keeping(subject, style, model)}


def unconfigured(subject: Subject, style: str) -> Numbers:
    """Say that nothing is lost on this way."""
    return {name: name.startswith("keeps") for name in configured(subject, style)}


def _keeping(subject: Subject, style: str, model: Any) -> Numbers:
    """Say of arguments of the module's classes whether a configuration has them."""
    module = subject.modules.of(style).__name__
    return {
        f"keeps {name} of {layer.name}": name in layer.get_config()
        for layer in model._flatten_layers()
        if type(layer).__module__ == module
        for name in modules.named(type(layer).__init__)
    }
