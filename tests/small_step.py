"""A small step with two phases to vary."""

from __future__ import annotations

import copy
from typing import Any

from small_spec import Json, dense

_SMALL: Json = {
    "kauxgen": 1,
    "name": "small_step",
    "style": "train_step",
    "networks": {
        "generator": {
            "inputs": {"noise": {"shape": [3]}},
            "layers": [dense("hidden", 8), dense("sample", 4)],
        },
        "critic": {
            "inputs": {"sample": {"shape": [4]}},
            "layers": [dense("hidden", 8), dense("score", 1)],
        },
    },
    "inputs": {"real": {"shape": [4]}},
    "step": {
        "batch": "real",
        "phases": [
            {
                "name": "critic",
                "forward": [
                    {"name": "fake", "expr": "generator(normal((batch_size(real), 3)))"}
                ],
                "terms": [
                    {
                        "name": "critic_loss",
                        "expr": "mean(critic(fake)) - mean(critic(real))",
                    }
                ],
                "update": ["critic"],
            },
            {
                "name": "generator",
                "forward": [
                    {"name": "fake", "expr": "generator(normal((batch_size(real), 3)))"}
                ],
                "terms": [{"name": "generator_loss", "expr": "-mean(critic(fake))"}],
                "update": ["generator"],
            },
        ],
    },
    "inference": "generator",
    "training": {"optimizer": {"optimizer": "Adam"}},
}


def step(**changes: Any) -> Json:
    """Return the small spec with a step, with other values for some keys of it."""
    return {**copy.deepcopy(_SMALL), **changes}


def phased(index: int, **changes: Any) -> Json:
    """Return the small spec with other values for some keys of one of its phases."""
    spec = step()
    spec["step"]["phases"][index].update(changes)
    return spec
