"""Two tiny specs that have, together, what templates lay out: for planted faults."""

from __future__ import annotations

from typing import Any

GUARDED: dict[str, Any] = {
    "kauxgen": 1,
    "name": "guarded",
    "params": {"small": 0.3, "decayed": 0.2, "warm_up": 4, "drop": 0.4},
    "networks": {
        "encoder": {
            "inputs": {"x": {"shape": [5]}},
            "layers": [
                {
                    "name": "hidden",
                    "layer": "Dense",
                    "args": {
                        "units": 4,
                        "activation": "tanh",
                        "kernel_regularizer": {
                            "regularizer": "L2",
                            "args": {"l2": 0.1},
                        },
                    },
                },
                {"name": "dropped", "layer": "Dropout", "args": {"rate": "=drop"}},
                {"name": "code", "layer": "Dense", "args": {"units": 3}},
            ],
        }
    },
    "inputs": {"x": {"shape": [5]}},
    "layers": [
        {"name": "code", "network": "encoder"},
        {"name": "noisy", "expr": "code + 0.5 * normal_like(code)"},
        {"name": "norm", "layer": "BatchNormalization"},
        {"name": "answer", "layer": "Dense", "args": {"units": 3}},
    ],
    "losses": [{"name": "error", "loss": "MeanSquaredError", "on": "answer"}],
    "penalties": [
        {
            "name": "small_codes",
            "penalty": "mean_square",
            "on": "code",
            "weight": "=small",
        },
        {
            "name": "decay",
            "penalty": "mean_square",
            "on": {"weights": "encoder/*/kernel"},
            "weight": "=decayed",
        },
        {
            "name": "agreement",
            "expr": "mean(square(answer - stop_gradient(code)))",
            "weight": {
                "schedule": "linear",
                "args": {"start": 0.1, "end": 1.0, "steps": "=warm_up"},
            },
        },
    ],
    "metrics": [{"metric": "MeanAbsoluteError", "on": "answer"}],
    "training": {
        "optimizer": {
            "optimizer": "SGD",
            "args": {"learning_rate": 0.1, "momentum": 0.9},
        },
        "epochs": 2,
        "batch_size": 8,
    },
}
"""Networks, draws, statistics, regularizers, and penalties of three kinds."""


def _network() -> dict[str, Any]:
    return {
        "inputs": {"x": {"shape": [3]}},
        "layers": [{"name": "out", "layer": "Dense", "args": {"units": 2}}],
    }


DUEL: dict[str, Any] = {
    "kauxgen": 1,
    "name": "duel",
    "networks": {"left": _network(), "right": _network()},
    "inputs": {"x": {"shape": [3]}},
    "state": {"seen": {"shape": [], "initial": "zeros(())"}},
    "step": {
        "batch": "x",
        "phases": [
            {
                "name": "left",
                "update": ["left"],
                "terms": [{"name": "far", "expr": "mean(square(left(x) - right(x)))"}],
                "optimizer": {"optimizer": "SGD", "args": {"learning_rate": 0.1}},
            },
            {
                "name": "right",
                "update": ["right"],
                "terms": [{"name": "near", "expr": "mean(square(right(x) - 1))"}],
                "optimizer": {"optimizer": "SGD", "args": {"learning_rate": 0.2}},
            },
        ],
        "assign": {"seen": "seen + 1"},
    },
    "inference": "left",
    "training": {"epochs": 2, "batch_size": 4},
}
"""A step with two phases and a state."""
