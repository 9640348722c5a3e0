"""The specs of this repository as subjects of proofs: small, on data of their own."""

from __future__ import annotations

from functools import cache
from typing import Any

import keras

import rendering
from data import data
from kauxgen.proving import keyed, measured, weighing
from kauxgen.proving.rows import Rows
from kauxgen.proving.subject import Fitted, Run, Subject, eagerly
from kept import kept

__all__ = ["Fitted", "Run", "eagerly"]


@kept
def subject(name: str) -> Subject:
    """Give a spec as what proofs run; what it has run is kept until another spec's."""
    models = rendering.models(name)
    return Subject(
        models.loaded, models.styles, models.modules, models.params, rows=data(name)
    )


def start(name: str) -> keyed.Arrays:
    """Draw start weights: Keras's own, moved so that no bias is zero."""
    return subject(name).start


def train(name: str, style: str, rows: Rows | None = None, **options: Any) -> Run:
    """Train a model from the start weights, in the order of the rows."""
    return subject(name).train(style, rows, **options)


def resume(
    name: str, style: str, model: keras.Model, rows: Rows, **options: Any
) -> Run:
    """Train a model further, in the order of the rows."""
    return subject(name).resume(style, model, rows, **options)


def evaluate(
    name: str, style: str, model: keras.Model, rows: Rows, *, weighted: bool = False
) -> dict[str, float]:
    """Evaluate a model with its draws from the start, which no file holds."""
    return subject(name).evaluate(style, model, rows, weighted=weighted)


def gradient_step(name: str, style: str) -> tuple[dict[str, Any], keyed.Arrays]:
    """Give the logs and the gradients of one step on the first batch."""
    return subject(name).gradient_step(style)


def fitted(name: str, style: str) -> Fitted:
    """Train two epochs with the spec's own optimizer, each with a validation."""
    return subject(name).fitted(style)


@kept
def zero_weights(name: str, style: str) -> Run:
    """Train three steps with all term weights that are params at zero."""
    return subject(name).zero_weights(style, weight_params(name))


def weighted(name: str, style: str) -> Run:
    """Train three steps with sample weights."""
    return subject(name).weighted(style)


@cache
def evaluated(name: str, style: str, *, weighted: bool = False) -> dict[str, float]:
    """Evaluate the model that training left."""
    return subject(name).evaluated(style, weighted=weighted)


@kept
def called(name: str, style: str) -> keyed.Arrays:
    """Call the model that training left; several outputs are a list."""
    return dict(measured.called(subject(name), style))


def weight_params(name: str) -> frozenset[str]:
    """Find the params that are weights of terms, in schedules and variables too."""
    return weighing.params(rendering.spec(name))
