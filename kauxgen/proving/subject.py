"""A spec in its styles, run from equal weights on equal rows."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import keras
import numpy as np

from kauxgen.proving import keyed, modules, watching
from kauxgen.proving.models import Models
from kauxgen.proving.rows import Rows

RATE = 1e3
"""The SGD rate of a single step: the change of a weight is this times its gradient."""


@dataclass(frozen=True)
class Run:
    """What a training left: numbers per log and epoch, weights and state, the model."""

    logs: dict[str, Any]
    weights: keyed.Arrays
    model: Any


@dataclass(frozen=True)
class Fitted(Run):
    """What two epochs of three batches left, with the weights after each."""

    after: list[keyed.Arrays]
    drew: bool
    """Whether it has drawn numbers; an evaluation starts the model's draws again."""

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

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Copy the weights."""
        self.weights.append(keyed.values(self.model))


@contextlib.contextmanager
def eagerly() -> Iterator[None]:
    """Run without tracing, where a graph would cost more than it tells.

    TensorFlow alone traces here: PyTorch never does, and JAX not without XLA.
    """
    if keras.backend.backend() != "tensorflow":
        yield
        return
    import tensorflow as tf

    tf.config.run_functions_eagerly(True)
    try:
        yield
    finally:
        tf.config.run_functions_eagerly(False)


@dataclass(kw_only=True)
class Subject(Models):
    """A spec in its styles on rows that fit it; what has run once, it keeps in `runs`.

    With `as_run` a step runs as users run it, too: as a graph, by XLA where Keras takes
    it; without `traced` nothing runs as a graph. Models are saved with the params of
    `altered`, which no default of an argument can stand in for.
    """

    rows: Rows
    as_run: bool = False
    traced: bool = True
    altered: Mapping[str, Any] = field(default_factory=dict)
    runs: dict[Any, Any] = field(default_factory=dict)

    def once_as_run(self, style: str) -> Run:
        """Train a batch as users do, compiled as the module compiles."""
        model, module = self.started(style), self.modules.as_run(style)
        modules.called(module.compile_model, self.params, model)
        return self._trained(module, model, self.rows.first_batch())

    def train(self, style: str, rows: Rows | None = None, **options: Any) -> Run:
        """Train a model from the start weights, in the order of the rows."""
        params = options.pop("params", None)
        return self.resume(style, self.started(style, params), rows, **options)

    def resume(
        self, style: str, model: Any, rows: Rows | None = None, **options: Any
    ) -> Run:
        """Train a model further, in the order of the rows."""
        return self._trained(self.modules.of(style), model, rows, **options)

    def _trained(
        self, module: ModuleType, model: Any, rows: Rows | None = None, **options: Any
    ) -> Run:
        rows = rows or self.rows
        settings = {
            "epochs": 1,
            "batch_size": rows.batch_size,
            "shuffle": False,
            "verbose": 0,
            **options,
        }
        history = module.train(model, *rows.arrays(), **settings).history
        logs = {key: np.array(value) for key, value in history.items()}
        return Run(logs, self.values(model), model)

    def evaluate(
        self,
        style: str,
        model: Any,
        rows: Rows | None = None,
        *,
        weighted: bool = False,
    ) -> dict[str, float]:
        """Evaluate a model with its draws from the start, which no file holds."""
        rows = rows or self.rows
        keyed.rewind(model)
        options: dict[str, Any] = {"batch_size": rows.batch_size}
        if weighted:
            options["sample_weight"] = rows.sample_weight
        if style == "loop":
            evaluates = self.modules.of(style).evaluate
            return dict(evaluates(model, *rows.evaluated(), **options))
        options.update(verbose=0, return_dict=True)
        return dict(model.evaluate(*rows.evaluated(), **options))

    def gradient_step(self, style: str) -> tuple[dict[str, Any], keyed.Arrays]:
        """Give the logs and the gradients of one step on the first batch."""
        found: tuple[dict[str, Any], keyed.Arrays]
        found = self.kept("step", style, self._gradient_step)
        return found

    def _gradient_step(self, style: str) -> tuple[dict[str, Any], keyed.Arrays]:
        """Watch what optimizers of phases are given; else let plain SGD show it."""
        model = self.started(style)
        seen = watching.Gradients(model)
        if self.spec.step is not None:
            for phase, optimizer in self.optimizers(model).items():
                seen.watch(phase, optimizer)
        else:
            model.optimizer = keras.optimizers.SGD(RATE)
            model.optimizer.build(model.trainable_variables)
        with eagerly():
            run = self.resume(style, model, self.rows.first_batch())
        return run.logs, self._moved(run) if self.spec.step is None else seen.found

    def _moved(self, run: Run) -> keyed.Arrays:
        """Work the gradients out of what a step of SGD has moved."""
        return {
            key: (self.start[key] - run.weights[key]) / RATE
            for key in keyed.trainable(run.model)
        }

    def fitted(self, style: str) -> Fitted:
        """Train two epochs with the spec's own optimizer, each with a validation.

        The only run as a graph, since tracing takes longer than all the others.
        """
        found: Fitted = self.kept("fitted", style, self._fitted)
        return found

    def _fitted(self, style: str) -> Fitted:
        seen = Snapshots()
        held_out = self.rows.validation()
        options = {"validation_data": held_out, "callbacks": [seen]}
        with contextlib.nullcontext() if self.traced else eagerly():
            run = self.train(style, epochs=2, **options)
        drew = any(state[1] for state in keyed.drawn(run.model).values())
        return Fitted(run.logs, run.weights, run.model, seen.weights, drew)

    def zero_weights(self, style: str, names: frozenset[str]) -> Run:
        """Train three steps with some params, weights of terms, at zero."""
        with eagerly():
            params = {**self.params, **dict.fromkeys(names, 0.0)}
            return self.train(style, params=params)

    def weighted(self, style: str) -> Run:
        """Train three steps with sample weights."""
        found: Run = self.kept("weighted", style, self._weighted)
        return found

    def _weighted(self, style: str) -> Run:
        with eagerly():
            return self.train(style, sample_weight=self.rows.sample_weight)

    def scored(self, style: str, model: Any) -> dict[str, float]:
        """Evaluate a model on all rows."""
        with eagerly():
            return self.evaluate(style, model)

    def evaluated(self, style: str, *, weighted: bool = False) -> dict[str, float]:
        """Evaluate the model that training left."""
        with eagerly():
            model = self.fitted(style).model
            return self.evaluate(style, model, weighted=weighted)

    def draws(self, style: str) -> bool:
        """Tell whether training has drawn numbers."""
        return self.fitted(style).drew

    def kept(self, what: str, style: str, made: Any) -> Any:
        """Run something in a style once."""
        if (what, style) not in self.runs:
            self.runs[what, style] = made(style)
        return self.runs[what, style]

    def forget(self, style: str) -> None:
        """Let go of what a style has run: models are large."""
        for key in [one for one in self.runs if one[1] == style]:
            del self.runs[key]
