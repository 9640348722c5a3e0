"""The ranges of activations and losses are those of Keras."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from kauxgen import catalog, ranges

FAR = 400.0
NEAR = 0.02
"""How near the ends of a range values come, and by how much they may be rounded."""


@pytest.mark.parametrize("word", ranges.activations())
def test_an_activation_gives_what_its_range_says(word: str) -> None:
    far = FAR if word not in ("exp", "exponential") else 80.0
    inputs = np.concatenate([[-far], np.linspace(-12, 12, 4801), [far]])
    pairs = np.stack([inputs, -inputs], axis=-1).astype("float32")
    known = getattr(keras.activations, word, None) or getattr(keras.ops, word)
    values = keras.ops.convert_to_numpy(known(pairs))
    low, high = ranges.activations()[word].low, ranges.activations()[word].high
    assert low - NEAR / 100 <= values.min()
    assert values.min() < (low + NEAR if np.isfinite(low) else -11)
    assert values.max() <= high + NEAR / 100
    assert values.max() > (high - NEAR if np.isfinite(high) else 11)


def test_every_activation_has_a_range() -> None:
    assert set(catalog.kinds("activation")) <= set(ranges.activations())


@pytest.mark.parametrize(
    "name", ["BinaryCrossentropy", "KLDivergence", "MeanSquaredLogarithmicError"]
)
def test_a_loss_has_no_slope_outside_of_its_range(name: str) -> None:
    inside, outside = (loss_at(name, each) for each in ((0.4, 0.5), (-0.4, -0.5)))
    assert inside[0] != inside[1]
    assert outside[0] == outside[1]


def test_a_poisson_loss_is_no_number_below_zero() -> None:
    assert np.isnan(loss_at("Poisson", (-0.5,))).all()


def loss_at(name: str, predictions: tuple[float, ...]) -> list[float]:
    """Give a loss for single predictions with the target 0.8."""
    loss, target = getattr(keras.losses, name)(), np.full((1, 1), 0.8, "float32")
    return [float(loss(target, np.full((1, 1), each))) for each in predictions]
