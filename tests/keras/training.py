"""Runs of the generated modules from given weights: what the styles must agree in."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import keras
import numpy as np
import tensorflow as tf

import keyed
import rendering
from data import Data, data
from kept import kept

RATE = 1e3
"""The SGD rate of a single step: the change of a weight is this times its gradient."""


@dataclass(frozen=True)
class Run:
    """What a training left: numbers per log and epoch, the weights, the model."""

    logs: dict[str, np.ndarray]
    weights: keyed.Arrays
    model: keras.Model


@dataclass(frozen=True)
class Fitted:
    """What two epochs of three batches left, with the weights after each."""

    logs: dict[str, np.ndarray]
    weights: list[keyed.Arrays]
    model: keras.Model

    def first_epoch(self) -> dict[str, float]:
        """Give the logs of the first three steps, without those of validation."""
        return {
            key: value[0]
            for key, value in self.logs.items()
            if not key.startswith("val_")
        }


class Snapshots(keras.callbacks.Callback):
    """Keeps the weights after each epoch."""

    def __init__(self) -> None:
        """Keep nothing yet."""
        super().__init__()
        self.weights: list[keyed.Arrays] = []

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Copy the weights."""
        self.weights.append(keyed.values(self.model))


@contextlib.contextmanager
def eagerly() -> Iterator[None]:
    """Run without tracing, where a graph would cost more than it tells."""
    tf.config.run_functions_eagerly(True)
    try:
        yield
    finally:
        tf.config.run_functions_eagerly(False)


@kept
def start(name: str) -> keyed.Arrays:
    """Draw start weights: Keras's own, moved so that no bias is zero."""
    keras.utils.set_random_seed(1)
    generator = np.random.default_rng(1)
    model = _built(name, rendering.styles(name)[0])
    moved = keyed.trainable(model)
    return {
        key: value + 0.05 * generator.normal(size=value.shape) * (key in moved)
        for key, value in keyed.values(model).items()
    }


def train(
    name: str,
    style: str,
    rows: Data | None = None,
    *,
    rate: float = 0.0,
    **options: Any,
) -> Run:
    """Train a model from the start weights; `rate` swaps plain SGD in."""
    params = {**rendering.PARAMS.get(name, {}), **options.pop("params", {})}
    model = _built(name, style, params)
    keyed.restore(model, start(name))
    if rate:
        model.optimizer = keras.optimizers.SGD(rate)
        model.optimizer.build(model.trainable_variables)
    return resume(name, style, model, rows or data(name), **options)


def resume(
    name: str, style: str, model: keras.Model, rows: Data, **options: Any
) -> Run:
    """Train a model further, in the order of the rows."""
    settings = {
        "epochs": 1,
        "batch_size": rows.batch_size,
        "shuffle": False,
        "verbose": 0,
        **options,
    }
    trains = rendering.module(name, style).train
    history = trains(model, *rows.arrays(), **settings).history
    logs = {key: np.array(value) for key, value in history.items()}
    return Run(logs, keyed.values(model), model)


def evaluate(
    name: str, style: str, model: keras.Model, rows: Data, *, weighted: bool = False
) -> dict[str, float]:
    """Evaluate a model with its draws from the start, which no file holds."""
    keyed.rewind(model)
    options: dict[str, Any] = {"batch_size": rows.batch_size}
    if weighted:
        options["sample_weight"] = rows.sample_weight
    if style == "loop":
        return rendering.module(name, style).evaluate(model, *rows.arrays(), **options)
    return model.evaluate(*rows.arrays(), verbose=0, return_dict=True, **options)


@kept
def gradient_step(name: str, style: str) -> tuple[dict[str, np.ndarray], keyed.Arrays]:
    """Give the logs and the gradients of one step on the first batch."""
    with eagerly():
        run = train(name, style, data(name).first_batch(), rate=RATE)
    gradients = {
        key: (start(name)[key] - run.weights[key]) / RATE
        for key in keyed.trainable(run.model)
    }
    return run.logs, gradients


@kept
def fitted(name: str, style: str) -> Fitted:
    """Train two epochs with the spec's own optimizer, each with a validation.

    The only run as a graph, since tracing takes longer than all the others.
    """
    seen = Snapshots()
    run = train(
        name, style, epochs=2, validation_data=data(name).arrays(), callbacks=[seen]
    )
    return Fitted(run.logs, seen.weights, run.model)


@kept
def zero_weights(name: str, style: str) -> Run:
    """Train three steps with all term weights that are params at zero."""
    with eagerly():
        return train(name, style, params=dict.fromkeys(weight_params(name), 0.0))


@kept
def weighted(name: str, style: str) -> Run:
    """Train three steps with sample weights."""
    with eagerly():
        return train(name, style, sample_weight=data(name).sample_weight)


@cache
def evaluated(name: str, style: str, *, weighted: bool = False) -> dict[str, float]:
    """Evaluate the model that training left."""
    with eagerly():
        model = fitted(name, style).model
        return evaluate(name, style, model, data(name), weighted=weighted)


@cache
def called(name: str, style: str) -> keyed.Arrays:
    """Call the model that training left; several outputs are a list."""
    model = fitted(name, style).model
    keyed.rewind(model)
    outputs = model(data(name).x)
    several = outputs if isinstance(outputs, list) else [outputs]
    found = {f"output {index}": np.array(one) for index, one in enumerate(several)}
    return {**found, "listed": np.array(isinstance(outputs, list))}


def weight_params(name: str) -> set[str]:
    """Find the params that are weights of terms, in schedules and variables too."""
    spec = rendering.spec(name)
    terms = [*spec.get("losses", ()), *spec.get("penalties", ())]
    found = {found for term in terms for found in _params(term.get("weight"))}
    return (found | set(_layer_params(spec))) & spec.get("params", {}).keys()


def _layer_params(spec: dict[str, Any]) -> Iterator[str]:
    """Find the params that uses of own layers hand to weights of their penalties."""
    own = spec.get("define", {}).get("layers", {})
    for node in spec["layers"]:
        for term in own.get(node.get("layer"), {}).get("penalties", ()):
            for name in _params(term.get("weight")):
                yield from _params(node["args"].get(name))


def _params(weight: Any) -> Iterator[str]:
    if isinstance(weight, str) and weight.startswith("="):
        yield weight[1:]
    elif isinstance(weight, dict):
        entries = {**weight, **weight.get("args", {})}
        for key in ("variable", "start", "end"):
            yield from _params(entries.get(key))


def _built(name: str, style: str, params: dict[str, Any] | None = None) -> keras.Model:
    chosen = rendering.PARAMS.get(name, {}) if params is None else params
    return rendering.build(name, style, chosen)
