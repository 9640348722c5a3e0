"""Terms whose value is known without computing it, in every style."""

from __future__ import annotations

import math

import keras
import numpy as np
import pytest

import rendering
import training
from data import data
from oracle_views import spelled


def logs(name: str, style: str, model: keras.Model) -> dict[str, float]:
    """Evaluate on the first batch."""
    with training.eagerly():
        return training.evaluate(name, style, model, data(name).first_batch())


def zeroed(name: str, style: str) -> keras.Model:
    """Build a model whose weights are all zero."""
    model = rendering.build(name, style, rendering.PARAMS[name])
    for weight in model.trainable_weights:
        weight.assign(keras.ops.zeros_like(weight))
    return model


@pytest.mark.parametrize(("name", "style"), rendering.cases(["conv_vae"]))
def test_a_vae_of_zeros(name: str, style: str) -> None:
    """Every pixel costs ln 2 where nothing is known, and the code is standard."""
    found = logs(name, style, zeroed(name, style))
    assert found["kl_loss"] == pytest.approx(0, abs=1e-6)
    assert found["reconstruction_loss"] == pytest.approx(784 * math.log(2), rel=1e-5)


@pytest.mark.parametrize(("name", "style"), rendering.cases(["ctc_reader"]))
def test_a_reader_of_zeros(name: str, style: str) -> None:
    """All frames are alike: the probability of a label is the share of its ways."""
    params = rendering.all_params(name)
    frames, classes = 32, params["classes"]
    found = logs(name, style, zeroed(name, style))
    label = data(name).first_batch().x["label"]
    ways = [_ways(frames, row) for row in label]
    costs = [frames * math.log(classes) - math.log(one) for one in ways]
    assert found["ctc"] == pytest.approx(np.mean(costs), rel=1e-5)


def _ways(frames: int, label: np.ndarray) -> float:
    """Count the ways to spell a label; a blank must part a symbol from its like."""
    parted = int(np.sum(label[1:] == label[:-1]))
    length = len(label)
    return math.comb(frames - parted + length, 2 * length)


def test_a_label_is_spelled_in_all_ways() -> None:
    """The oracle's forward algorithm against ways listed by hand: aa-, -aa, aaa ..."""
    even = np.full((3, 2), 0.5)
    assert spelled(even, np.array([0]), blank=1) == pytest.approx(6 / 8)
    assert spelled(even, np.array([0, 0]), blank=1) == pytest.approx(1 / 8)


@pytest.mark.parametrize(("name", "style"), rendering.cases(["barlow_twins_small"]))
def test_equal_projections_agree(name: str, style: str) -> None:
    """A view correlates with itself: the diagonal is 1, no feature is off."""
    with training.eagerly():
        model = rendering.build(name, style, rendering.PARAMS[name])
        first = data(name).first_batch()
        x = {"first": first.x["first"], "second": first.x["first"]}
        rows = type(first)(x, None, first.sample_weight, first.batch_size)
        found = training.evaluate(name, style, model, rows)
    assert found["invariance"] == pytest.approx(0, abs=1e-3)
    assert found["redundancy"] > 0


@pytest.mark.parametrize(("name", "style"), rendering.cases(["simsiam_small"]))
def test_a_guess_of_zero_has_no_direction(name: str, style: str) -> None:
    """With a predictor of zeros the cosine is 0, and each distance 1."""
    with training.eagerly():
        model = rendering.build(name, style, rendering.PARAMS[name])
    for weight in model.get_layer("predictor").trainable_weights:
        weight.assign(keras.ops.zeros_like(weight))
    found = logs(name, style, model)
    for key in ("first_distance", "second_distance", "loss"):
        assert found[key] == pytest.approx(1)
