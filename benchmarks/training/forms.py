"""What is measured: a way to train a model, and what all ways have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

Weights = Mapping[str, np.ndarray]
SEVERAL = 32
"""How many steps the forms run in one call that run several."""


@dataclass(frozen=True)
class Data:
    """Arrays of n rows, in batches of one size: n is a multiple of it."""

    x: np.ndarray
    y: np.ndarray | None
    batch_size: int

    @property
    def arrays(self) -> tuple[np.ndarray, ...]:
        """The arrays that training takes."""
        return (self.x,) if self.y is None else (self.x, self.y)

    @property
    def steps(self) -> int:
        """How many batches there are."""
        return len(self.x) // self.batch_size

    def first(self, steps: int) -> Data:
        """Keep the first batches."""
        rows = min(steps, self.steps) * self.batch_size
        y = None if self.y is None else self.y[:rows]
        return Data(self.x[:rows], y, self.batch_size)


class Trainer(Protocol):
    """A model that is ready to train."""

    def run(self, data: Data, shuffle: bool) -> None:
        """Train one epoch."""

    def weights(self) -> Weights:
        """Copy the trainable weights by name, kernels as Keras lays them out."""


@dataclass(frozen=True)
class Form:
    """One way to train one model.

    `scheme` says which forms are compared: those that compute, report and call the
    same. `steps` caps an epoch of a form that is too slow for whole ones.
    """

    name: str
    origin: str
    scheme: str
    make: Callable[[Weights, bool], Trainer]
    steps: int = 1 << 30


def model_weights(model: Any) -> dict[str, Any]:
    """Name the trainable weights of a Keras model as all its styles can.

    `encoder_hidden` of a graph and `encoder/hidden` of a class are one name.
    """
    found = {}
    for variable in model.trainable_variables:
        parts = variable.path.split("/")
        found["_".join(parts[parts[0] == model.name :])] = variable
    assert len(found) == len(model.trainable_variables)
    return found


class KerasTrainer:
    """A Keras model with the function that trains it for one epoch."""

    def __init__(
        self, model: Any, epoch: Callable[[Data, bool], object], start: Weights
    ) -> None:
        """Give the model the weights to start from."""
        self.model, self.run = model, epoch
        found = model_weights(model)
        assert found.keys() == start.keys(), found.keys() ^ start.keys()
        for name, value in start.items():
            found[name].assign(value)

    def weights(self) -> Weights:
        """Copy the trainable weights."""
        return {name: np.array(v) for name, v in model_weights(self.model).items()}
