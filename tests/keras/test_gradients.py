"""What a step does to gradients, how many steps a call runs, what data becomes."""

from __future__ import annotations

import json
from types import ModuleType
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from rendering import load

RATE, RHO = 0.1, 0.5
SPEC: dict[str, Any] = {
    "kauxgen": 1,
    "name": "line",
    "inputs": {"x": {"shape": [3]}},
    "layers": [
        {
            "name": "hidden",
            "layer": "Dense",
            "args": {"units": 4, "activation": "tanh"},
        },
        {"name": "answer", "layer": "Dense", "args": {"units": 1}},
    ],
    "losses": [{"name": "error", "loss": "MeanSquaredError", "on": "answer"}],
    "training": {
        "optimizer": {"optimizer": "SGD", "args": {"learning_rate": RATE}},
        "batch_size": 8,
        "shuffle": False,
    },
}
STEP_STYLES = ("train_step", "loop")


def _module(style: str, tag: str, **training: Any) -> ModuleType:
    spec = {**SPEC, "name": f"line_{tag}"}
    spec["training"] = {**SPEC["training"], **training}
    return load(json.dumps(spec), style)


def _data(rows: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(rows, 3)).astype("float32")
    return x, np.sin(x.sum(axis=1, keepdims=True))


def _trained(module: ModuleType, rows: int) -> tuple[list[Any], list[Any], Any]:
    keras.utils.set_random_seed(1)
    model = module.build_model()
    module.compile_model(model)
    before = model.get_weights()
    logs = module.train(model, *_data(rows), epochs=1, verbose=0).history
    return before, model.get_weights(), logs


def _gradients(weights: list[Any]) -> list[Any]:
    """Differentiate the loss by hand, with no part of the generated code."""
    x, y = _data(8)
    variables = [tf.Variable(weight) for weight in weights]
    with tf.GradientTape() as tape:
        hidden = tf.tanh(x @ variables[0] + variables[1])
        loss = tf.reduce_mean((hidden @ variables[2] + variables[3] - y) ** 2)
    return [gradient.numpy() for gradient in tape.gradient(loss, variables)]


@pytest.mark.parametrize("style", STEP_STYLES)
def test_centralized_gradients(style: str) -> None:
    module = _module(style, "centralized", gradients={"centralize": True})
    before, after, _ = _trained(module, 8)
    for old, new, gradient in zip(before, after, _gradients(before), strict=True):
        mean = gradient.mean(axis=0) if gradient.ndim > 1 else 0.0
        np.testing.assert_allclose(
            old - new, RATE * (gradient - mean), rtol=1e-4, atol=1e-7
        )


@pytest.mark.parametrize("style", STEP_STYLES)
def test_sharpness_aware_gradients(style: str) -> None:
    module = _module(style, "sharp", gradients={"sam": {"rho": RHO}})
    before, after, _ = _trained(module, 8)
    first = _gradients(before)
    norm = np.sqrt(sum((gradient**2).sum() for gradient in first))
    ascended = [w + RHO * g / norm for w, g in zip(before, first, strict=True)]
    for old, new, gradient in zip(before, after, _gradients(ascended), strict=True):
        np.testing.assert_allclose(old - new, RATE * gradient, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("style", ["functional", "train_step", "loop"])
def test_several_steps_a_call_give_the_same(style: str) -> None:
    one = _trained(_module(style, "one"), 60)
    three = _trained(_module(style, "three", steps_per_execution=3), 60)
    for single, several in zip(one[1], three[1], strict=True):
        np.testing.assert_allclose(single, several, rtol=1e-6)
    assert one[2].keys() == three[2].keys()
    np.testing.assert_allclose(one[2]["loss"], three[2]["loss"], rtol=1e-6)


@pytest.mark.parametrize("steps", [1, 3])
def test_xla_compiles_each_step_of_a_loop(steps: int) -> None:
    """XLA can compile no step that draws its batches from an iterator."""
    plain = _trained(_module("loop", "plain"), 60)
    settings = {"steps_per_execution": steps, "jit_compile": True}
    jitted = _trained(_module("loop", f"jitted_{steps}", **settings), 60)
    for one, other in zip(plain[1], jitted[1], strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("style", ["functional", "subclass", "train_step", "loop"])
def test_float64_data_is_cast(style: str) -> None:
    """`fit` casts to Keras's floats, and so does a loop of our own."""
    module = _module(style, "wide")
    keras.utils.set_random_seed(1)
    model = module.compile_model(module.build_model())
    x, y = (array.astype("float64") for array in _data(20))
    logs = module.train(model, x, y, verbose=0, validation_data=(x, y)).history
    assert np.isfinite(logs["loss"] + logs["val_loss"]).all()
