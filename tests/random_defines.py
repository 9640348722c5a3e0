"""What random specs may use by name: definitions, params, weights of terms."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterable
from typing import Any

Json = dict[str, Any]
WIDTH = 4
"""The width of every tensor, so that any of them fit together."""

PARAMS: Json = {
    "width": WIDTH,
    "dims": [WIDTH, WIDTH],
    "stages": [[WIDTH, 0.1], [WIDTH, 0.2]],
    "depth": 2,
    "share": 0.3,
    "pace": 0.03,
    "slow": 0.9,
}

WEIGHTS: list[Any] = [
    0.1,
    "=share",
    {"variable": 0.2},
    {"expr": "minimum(step / 10, 1)"},
    {"schedule": "linear", "args": {"start": 0, "end": "=share", "steps": 5}},
    {"schedule": "cosine", "args": {"start": 0.5, "end": 1, "steps": 5}},
    {"schedule": "cyclical", "args": {"start": 0, "end": 0.5, "steps": 4}},
]

DECAY = {
    "schedule": "ExponentialDecay",
    "args": {"initial_learning_rate": "=pace", "decay_steps": 5, "decay_rate": 0.9},
}
OPTIMIZERS: list[Json] = [
    {"optimizer": "SGD", "args": {"learning_rate": "=pace"}},
    {"optimizer": "SGD", "args": {"learning_rate": DECAY, "clipvalue": 0.5}},
    {"optimizer": "SGD", "args": {"learning_rate": 0.02, "momentum": 0.9}},
    {"optimizer": "SGD", "args": {"learning_rate": 0.05, "global_clipnorm": 1.0}},
]
GRADIENTS: list[Json] = [
    {"centralize": True},
    {"sam": {"rho": 0.05}},
    {"centralize": True, "sam": {"rho": "=share / 10"}},
]

_FUNCTIONS: Json = {
    "bend": {"args": ["x"], "params": {"slope": 0.1}, "expr": "x * slope"},
    "turned": {
        "args": ["x", "other"],
        "let": {"both": "x * sigmoid(other)"},
        "expr": "both + x",
        "gradient": {"x": "-0.5 * upstream", "other": "clip(upstream, -1, 1) * x"},
    },
}
_LOSSES: Json = {
    "quantile": {
        "params": {"q": 0.8},
        "let": {"gap": "y_true - y_pred"},
        "expr": "maximum(q * gap, (q - 1) * gap)",
    },
    "energy": {
        "params": {"rate": 0.1},
        "expr": "rate * mean(square(bend(y_pred)))",
        "emit": "class",
    },
}
_REGULARIZERS: Json = {
    "scaled": {"params": {"rate": 1e-3}, "expr": "sum(rate * square(w))"},
    "kept": {"params": {"rate": 1e-3}, "expr": "rate * sum(abs(w))", "emit": "class"},
}
_INITIALIZERS: Json = {"small": {"params": {"to": 0.1}, "expr": "to * ones(shape)"}}
_BLOCKS: Json = {
    "unit": {
        "params": {"units": WIDTH},
        "inputs": ["x"],
        "body": [
            {"name": "d", "layer": "Dense", "args": {"units": "=units"}},
            {"name": "o", "layer": "Dropout", "args": {"rate": 0.1}},
        ],
    },
    "joint": {
        "params": {"rate": 0.1, "rounds": 2},
        "inputs": ["x", "z"],
        "body": [
            {"name": "j", "expr": "x + rate * normal_like(z)"},
            {"name": "u", "block": "unit", "inputs": "j"},
            {
                "name": "r",
                "repeat": {"count": "=rounds"},
                "carry": {"c": "u - z"},
                "body": [{"name": "s", "layer": "Dense", "args": {"units": WIDTH}}],
            },
        ],
        "outputs": ["u", "r"],
    },
}
_LAYERS: Json = {
    "Spread": {
        "params": {"noise": 0.1, "pull": 0.25},
        "inputs": ["x"],
        "weights": {
            "points": {
                "shape": ["=dim(x, -1)", WIDTH],
                "initializer": {"initializer": "small"},
                "regularizer": "l2",
            },
            "scale": {"shape": [WIDTH], "initializer": "ones", "trainable": False},
        },
        "body": [{"name": "o", "layer": "Dropout", "args": {"rate": "=noise"}}],
        "let": {"moved": "bend(o + noise * normal_like(x)) @ points"},
        "penalties": [
            {"name": "far", "expr": "mean(square(moved))", "weight": "=pull"},
            {"name": "near", "penalty": "center", "on": "moved", "weight": 0.1},
        ],
        "outputs": "scale * moved",
    },
    "Fork": {
        "inputs": ["x", "z"],
        "body": [
            {"name": "s", "layer": "Spread", "inputs": "x", "args": {"pull": 0.2}},
            {"name": "d", "layer": "Dense", "args": {"units": WIDTH}, "inputs": "z"},
            {"name": "t", "expr": "tanh(s + d)"},
        ],
        "penalties": [{"name": "even", "expr": "mean(square(d))", "weight": 0.1}],
        "outputs": ["s", "t"],
    },
}
_DEFINE: Json = {
    "functions": _FUNCTIONS,
    "losses": _LOSSES,
    "regularizers": _REGULARIZERS,
    "initializers": _INITIALIZERS,
    "blocks": _BLOCKS,
    "layers": _LAYERS,
}


def closed(grown: Json) -> Json:
    """Add the definitions and params that a spec reads, and no others."""
    define = {kind: dict(found) for kind, found in copy.deepcopy(_DEFINE).items()}
    while unread := _unread(grown, define):
        kind, name = unread
        del define[kind][name]
    used = {kind: found for kind, found in define.items() if found}
    whole = {**grown, **({"define": used} if used else {})}
    # Definitions see no params of the spec, and have their own.
    words = set(_words(texts(grown)))
    params = {name: value for name, value in PARAMS.items() if name in words}
    return {**whole, **({"params": params} if params else {})}


def texts(value: Any) -> Iterable[str]:
    """Go through all texts that are values, not keys."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts(part)


def reads(value: Any, name: str) -> bool:
    """Whether a text among the values has the name as a word."""
    return name in _words(texts(value))


def _words(lines: Iterable[str]) -> set[str]:
    return {word for line in lines for word in re.findall(r"\w+", line)}


def _unread(grown: Json, define: Json) -> tuple[str, str] | None:
    for kind, found in define.items():
        for name in found:
            others = [one for each in define.values() for one in each if one != name]
            bodies = [
                each[one] for each in define.values() for one in each if one in others
            ]
            if not reads([grown, bodies], name):
                return kind, name
    return None


def once(draw: Any, options: list[Any]) -> Any:
    """Pick one and copy it, so that no two places of a spec share it."""
    return json.loads(json.dumps(draw.choice(options)))
