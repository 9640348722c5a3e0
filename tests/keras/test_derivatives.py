"""What `grad` gives in every style, against derivatives worked out by hand."""

from __future__ import annotations

import json
from functools import cache
from types import ModuleType

import keras
import numpy as np
import pytest
import tensorflow as tf

import derived
from kauxgen import styles
from rendering import load


@cache
def _module(style: str) -> ModuleType:
    return load(json.dumps(derived.SPEC), style)


def _built(style: str) -> keras.Model:
    """Build a model with drawn weights; its network alone has any."""
    model = _module(style).compile_model(_module(style).build_model())
    drawn = derived.weights()
    model.set_weights([*drawn, *model.get_weights()[len(drawn) :]])
    return model


def _inputs() -> dict[str, np.ndarray]:
    return {key: value.astype("float32") for key, value in derived.inputs().items()}


@pytest.mark.parametrize("style", styles.STYLES)
def test_gradients_are_those_by_hand(style: str) -> None:
    found = _built(style)(_inputs())
    wanted = derived.by_hand(derived.weights())
    for name, value in zip(derived.OUTPUTS, found, strict=True):
        np.testing.assert_allclose(value, wanted[name], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("style", styles.STYLES)
def test_terms_are_those_by_hand(style: str) -> None:
    model, train = _built(style), _module(style).train
    ones = np.ones((derived.ROWS, derived.WIDTH), "float32")
    y = dict.fromkeys(derived.OUTPUTS, ones)
    options = {"batch_size": derived.ROWS, "verbose": 0}
    history = train(model, _inputs(), y, **options).history
    for name, value in derived.terms(derived.weights()).items():
        np.testing.assert_allclose(history[name], [value], rtol=1e-4)


@pytest.mark.parametrize("style", ["train_step", "loop"])
def test_updates_wait_for_derivatives(style: str) -> None:
    """No variable is updated before the terms have read it.

    Grappler may drop the order that TensorFlow gives a variable's reads and its update,
    where a derivative alone needs the value: one loop in seven logged such a term.
    """
    model = _built(style)
    ones = np.ones((derived.ROWS, derived.WIDTH), "float32")
    data = (_inputs(), dict.fromkeys(derived.OUTPUTS, ones))
    data = keras.tree.map_structure(tf.constant, data)

    @tf.function
    def step() -> None:
        if style == "loop":
            _module(style).train_step(model, model.optimizer, data)
        else:
            model.train_step(data)

    model.optimizer.build(model.trainable_variables)
    graph = step.get_concrete_function().graph
    updates = [each for each in graph.get_operations() if _updates(each)]
    terms = {each.name for each in graph.get_operations() if each.type == "Mean"}
    assert len(updates) == 3  # two kernels and a bias; the other bias moves nothing
    assert len(terms) == 3
    for each in updates:
        assert terms <= _before(each)


def _updates(operation: tf.Operation) -> bool:
    return operation.type == "AssignSubVariableOp"


def _before(operation: tf.Operation) -> set[str]:
    """Name all operations that one waits for by data or order, but for reads."""
    found: set[str] = set()
    rest = [operation]
    while rest:
        one = rest.pop()
        before = [*(each.op for each in one.inputs), *one.control_inputs]
        rest += [each for each in before if each.name not in found]
        found |= {each.name for each in before}
    return found
