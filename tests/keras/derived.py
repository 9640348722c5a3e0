"""A spec with gradients, and its derivatives worked out by hand."""

from __future__ import annotations

from typing import Any

import numpy as np

ROWS, WIDTH, UNITS = 5, 2, 4
SPEC: dict[str, Any] = {
    "kauxgen": 1,
    "name": "heights",
    "networks": {
        "height": {
            "inputs": {"place": {"shape": [WIDTH]}},
            "layers": [
                {
                    "name": "bent",
                    "layer": "Dense",
                    "args": {"units": UNITS, "activation": "tanh"},
                },
                {"name": "level", "layer": "Dense", "args": {"units": 1}},
            ],
        }
    },
    "inputs": {"x": {"shape": [WIDTH]}, "c": {"shape": [1]}},
    "layers": [
        {"name": "slope", "expr": "grad(height(x), x)"},
        {"name": "bend", "expr": "grad(grad(height(x), x)[:, 0:1], x)"},
        {"name": "both", "expr": "grad(height(x) * c ** 2, [x, c])", "as": ["a", "b"]},
        {"name": "fixed", "expr": "grad(height(slope * x) * sum(slope), x)"},
    ],
    "outputs": ["slope", "bend", "a", "b", "fixed"],
    "losses": [
        {
            "name": "sobolev",
            "expr": "mean(square(grad(height(x), x) - y.slope))",
        }
    ],
    "penalties": [
        {
            "name": "steep",
            "expr": "mean(square(sqrt(sum(grad(height(x), x) ** 2, axis=1)) - 1))",
        },
        {"name": "trace", "expr": "mean(grad(grad(height(x), x)[:, 0:1], x)[:, 0])"},
    ],
    "training": {"optimizer": {"optimizer": "SGD", "args": {"learning_rate": 0.01}}},
}
OUTPUTS = ("slope", "bend", "a", "b", "fixed")


def inputs() -> dict[str, np.ndarray]:
    """Draw the data."""
    rng = np.random.default_rng(0)
    shapes = {"x": (ROWS, WIDTH), "c": (ROWS, 1)}
    return {key: rng.normal(size=shape) for key, shape in shapes.items()}


def weights() -> list[np.ndarray]:
    """Draw the weights of the network: two kernels, each with its bias."""
    rng = np.random.default_rng(2)
    shapes = [(WIDTH, UNITS), (UNITS,), (UNITS, 1), (1,)]
    return [rng.normal(size=shape) for shape in shapes]


def by_hand(weights: list[np.ndarray]) -> dict[str, np.ndarray]:
    """Derive height(x) = v tanh(w x + b) + d once and twice."""
    w, b, v, _ = weights
    x, c = inputs().values()

    def slope_at(place: np.ndarray) -> np.ndarray:
        return ((1 - np.tanh(place @ w + b) ** 2) * v[:, 0]) @ w.T

    t = np.tanh(x @ w + b)
    slope = slope_at(x)
    return {
        "slope": slope,
        "bend": (-2 * t * (1 - t**2) * v[:, 0] * w[0]) @ w.T,
        "a": slope * c**2,
        "b": 2 * c * (t @ v + weights[3]),
        "fixed": slope_at(slope * x) * slope * slope.sum(),
    }


def terms(weights: list[np.ndarray]) -> dict[str, float]:
    """Give the terms and their total, for targets of ones."""
    wanted = by_hand(weights)
    norm = np.sqrt((wanted["slope"] ** 2).sum(axis=1))
    found = {
        "sobolev": ((wanted["slope"] - 1) ** 2).mean(),
        "steep": ((norm - 1) ** 2).mean(),
        "trace": wanted["bend"][:, 0].mean(),
    }
    return {**found, "loss": sum(found.values())}
