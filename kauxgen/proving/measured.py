"""What all styles of a spec must agree in: numbers of steps, scores and outputs."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from kauxgen.proving import keyed, weighing
from kauxgen.proving.numbers import Numbers, finite, last, outputs, titled
from kauxgen.proving.subject import Subject
from kauxgen.rules.logs import TOTAL

_SIZE = 4
"""How many rows, and how much of any axis left open, a network is called with."""


def terms(subject: Subject, style: str) -> Numbers:
    """Give the terms and metrics of one step."""
    logs, _ = subject.gradient_step(style)
    return {key: value for key, value in last(logs).items() if key != TOTAL}


def total(subject: Subject, style: str) -> Numbers:
    """Give the total of one step."""
    logs, _ = subject.gradient_step(style)
    return {key: value for key, value in last(logs).items() if key == TOTAL}


def gradients(subject: Subject, style: str) -> Numbers:
    """Give the gradients of one step."""
    return subject.gradient_step(style)[1]


def logs(subject: Subject, style: str) -> Numbers:
    """Give the logs of three steps."""
    return subject.fitted(style).first_epoch()


def weights(subject: Subject, style: str) -> Numbers:
    """Give weights and statistics after three steps."""
    return subject.fitted(style).after[0]


def validation(subject: Subject, style: str) -> Numbers:
    """Give the logs of two epochs."""
    return subject.fitted(style).logs


def kept(subject: Subject, style: str) -> Numbers:
    """Give weights and state after six steps."""
    return subject.fitted(style).weights


def evaluation(subject: Subject, style: str) -> Numbers:
    """Evaluate what training left."""
    return subject.evaluated(style)


def zero_weights(subject: Subject, style: str) -> Numbers:
    """Train three steps with all weights of terms that are params at 0."""
    run = subject.zero_weights(style, weighing.params(subject.raw))
    return {**last(run.logs), **run.weights}


def sample_weights(subject: Subject, style: str) -> Numbers:
    """Train three steps with weighted rows, and evaluate on these."""
    run = subject.weighted(style)
    scores = subject.evaluated(style, weighted=True)
    return {
        **last(run.logs),
        **run.weights,
        **{f"val_{key}": value for key, value in scores.items()},
    }


def untrained(subject: Subject, style: str) -> Numbers:
    """Evaluate a model with the start weights."""
    model = subject.started(style)
    return titled("score", subject.scored(style, model))


def as_run(subject: Subject, style: str) -> Numbers:
    """Give the logs of a step as users run it; XLA draws other numbers."""
    logs = last(subject.once_as_run(style).logs)
    return finite(logs) if subject.draws(style) else logs


def as_proved(subject: Subject, style: str) -> Numbers:
    """Give the logs of the step that all other checks made."""
    logs, _ = subject.gradient_step(style)
    return finite(last(logs)) if subject.draws(style) else last(logs)


def called(subject: Subject, style: str) -> Numbers:
    """Call what training left: on the rows, or of a step on what its network takes."""
    model = subject.fitted(style).model
    keyed.rewind(model)
    if subject.spec.step is None:
        return outputs(model(subject.rows.x))
    predicts = subject.modules.of(style).inference_model(model)
    return outputs(model(_entering(subject, predicts)))


def predictions(subject: Subject, style: str) -> Numbers:
    """Call what `inference_model` makes of what training left."""
    model = subject.fitted(style).model
    predicts = subject.modules.of(style).inference_model(model)
    keyed.rewind(predicts)
    return outputs(predicts(_entering(subject, predicts)))


def _entering(subject: Subject, predicts: Any) -> Any:
    """Give the rows that a model takes, or values where it takes something else."""
    inputs, x = predicts.input, subject.rows.x
    if isinstance(inputs, dict) and isinstance(x, dict) and inputs.keys() <= x.keys():
        return {name: x[name] for name in inputs}
    if isinstance(x, dict) and getattr(inputs, "name", "") in x:
        return x[inputs.name]
    generator = np.random.default_rng(0)
    return keras.tree.map_structure(lambda one: _values(generator, one), inputs)


def _values(generator: np.random.Generator, one: Any) -> Any:
    """Draw a few rows for an input of a model; a whole number is 0."""
    shape, dtype = tuple(size or _SIZE for size in one.shape), str(one.dtype)
    if "int" in dtype:
        return np.zeros(shape, dtype)
    return generator.normal(size=shape).astype(dtype)
