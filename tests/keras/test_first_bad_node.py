"""NaN and infinity: the first node that made it, forwards and in the gradient."""

from __future__ import annotations

import json
from typing import Any

import keras
import numpy as np
import pytest

import rendering
import training
from kauxgen import compiler
from kauxgen.training.health.bad_node import first_bad_node

X = np.random.default_rng(0).normal(size=(8, 4)).astype("float32")
X[0] = 0
Y = np.zeros((8, 1), "float32")


def spec(expr: str) -> str:
    encoder = {
        "inputs": {"x": {"shape": [4]}},
        "layers": [
            {
                "name": "hidden",
                "layer": "Dense",
                "args": {"units": 3, "activation": "relu"},
            },
            {"name": "length", "expr": expr},
        ],
    }
    return json.dumps(
        {
            "kauxgen": 1,
            "name": "nanny",
            "networks": {"encoder": encoder},
            "inputs": {"x": {"shape": [4]}},
            "layers": [
                {"name": "code", "network": "encoder"},
                {"name": "out", "layer": "Dense", "args": {"units": 1}},
            ],
            "losses": [{"name": "error", "loss": "MeanSquaredError", "on": "out"}],
            "penalties": [{"name": "small", "expr": "mean(square(out))"}],
            "training": {"optimizer": {"optimizer": "Adam"}},
        },
        indent=1,
    )


def built(expr: str, style: str) -> tuple[compiler.Loaded, Any]:
    text = spec(expr)
    keras.utils.set_random_seed(0)
    model = rendering.load(text, style).build_model()
    return compiler.load(text, "nanny.json"), model


@pytest.mark.parametrize(
    ("expr", "style", "wanted"),
    [
        ("sqrt(hidden)", "functional", ("the gradient of", "sqrt", "1e-12")),
        ("log(hidden)", "subclass", ("", "log", "1e-7")),
        ("exp(1000 * hidden)", "loop", ("", "exp", "clip")),
    ],
)
def test_the_first_bad_node(
    expr: str, style: str, wanted: tuple[str, str, str]
) -> None:
    """Forwards, in the gradient, by overflow; whatever the style of the model is."""
    loaded, model = built(expr, style)
    before = [np.asarray(one).tobytes() for one in model.variables]
    found = first_bad_node(loaded, model, (X, Y))
    assert found is not None
    node = 'the node "length" of the network "encoder"'
    assert found.message.startswith(f"{wanted[0]} {node} is the first".strip())
    assert f"({wanted[1]}, on the way to the term" in found.message
    assert "of them 0" in found.message
    assert wanted[2] in found.help
    assert (found.code, found.pointer) == ("KX833", "/networks/encoder/layers/1")
    assert found.source.strip().startswith("{")
    assert before == [np.asarray(one).tobytes() for one in model.variables]


def test_bad_data_and_bad_weights_are_told_first() -> None:
    loaded, model = built("tanh(hidden)", "functional")
    with training.eagerly():
        assert first_bad_node(loaded, model, (X, Y)) is None
    gap = X.copy()
    gap[2, 1] = np.nan
    found = first_bad_node(loaded, model, (gap, Y))
    assert found is not None
    assert (found.code, found.pointer) == ("KX834", "/inputs/x")
    assert "1 of 32 values of" in found.message
    model.trainable_variables[0].assign(np.full((4, 3), np.inf))
    found = first_bad_node(loaded, model, (X, Y))
    assert found is not None
    assert found.pointer == "/training/optimizer"
    assert "the weight" in found.message
