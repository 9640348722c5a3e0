"""What the oracles read: one batch, the weights, the params, and Keras's draws."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import keras
import numpy as np

Array = np.ndarray
Terms = dict[str, float]


@dataclass(frozen=True)
class Case:
    """One batch, the weights by key, the params, and the step, which counts from 0."""

    x: Any
    y: Any
    sample_weight: Array
    weights: dict[str, Array]
    params: dict[str, Any]
    step: int = 0

    def layer(self, name: str, *parts: str) -> list[Array]:
        """Look the weights of a layer up, kernel and bias by default."""
        return [self.weights[f"{name}_{one}"] for one in parts or ("kernel", "bias")]

    def norm(self, name: str) -> list[Array]:
        """Look the scale and the shift of a BatchNormalization up."""
        return self.layer(name, "gamma", "beta")

    def generator(self, index: int = 0) -> keras.random.SeedGenerator:
        """Start the generator of the spec's draw number `index`."""
        return keras.random.SeedGenerator(self.params["seed"] + index)

    def normal(self, shape: tuple[int, ...], index: int = 0) -> Array:
        """Draw what the spec's draw number `index` draws first."""
        return array(keras.random.normal(shape, seed=self.generator(index)))

    def moved(self, key: str, change: Array) -> Case:
        """Move one weight."""
        return replace(self, weights={**self.weights, key: self.weights[key] + change})


def array(tensor: Any) -> Array:
    """Copy a tensor of Keras."""
    return keras.ops.convert_to_numpy(tensor).astype("float64")
