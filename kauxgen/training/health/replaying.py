"""An epoch that came to NaN, trained again step by step: where that began."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Any

import keras

from kauxgen import source
from kauxgen.compiler import Loaded
from kauxgen.finding import Diagnostic, Finding
from kauxgen.rules import trained
from kauxgen.training.health import bad_node, telling
from kauxgen.training.health.following import finite, sound

Train = Callable[[list[Any]], None]
"""Trains an epoch from its beginning, with some callbacks more."""


class Stepwise(keras.callbacks.Callback):
    """Ends training with the first step that left what is not finite.

    `at` is the number of that step's batch, None if there is none; `weights` are those
    before it.
    """

    def __init__(self) -> None:
        """Have seen nothing yet."""
        super().__init__()
        self.at: int | None = None
        self.weights: list[Any] = []

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Keep the weights."""
        every = self.model.variables
        self.weights = [keras.ops.convert_to_numpy(one).copy() for one in every]

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Look at the logs and at the weights."""
        if self.at is None and not sound(logs or {}, self.model):
            self.at = batch
            self.model.stop_training = True


def explain(
    loaded: Loaded, model: Any, train: Train, batches: Iterable[Any]
) -> Diagnostic | None:
    """Train an epoch again, and say what first was NaN or infinite; None if nothing is.

    The model has the weights of the epoch's beginning, and has those before the bad
    step in the end. `batches` are those of the epoch, in its order.
    """
    watching = Stepwise()
    train([watching])
    if watching.at is None:
        return None
    for variable, value in zip(model.variables, watching.weights, strict=True):
        variable.assign(value)
    batch = next(islice(iter(batches), watching.at, None))
    found = bad_node.first_bad_node(loaded, model, batch)
    return found or source.locate(loaded.document, telling.bad_update(loaded))


def unexplained(logs: Mapping[str, float], epoch: int) -> Finding:
    """Say that logs became NaN where nothing more is known."""
    names = ", ".join(name for name, value in logs.items() if not finite({name: value}))
    what = f"training came to NaN or infinity in epoch {epoch}: {names}"
    return trained.not_finite("", what, "finite data and weights", telling.GROWN)
