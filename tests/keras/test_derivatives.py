"""What `grad` gives in every style, against derivatives worked out by hand."""

from __future__ import annotations

import json
from functools import cache
from types import ModuleType

import keras
import numpy as np
import pytest

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
