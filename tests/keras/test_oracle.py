"""The generated modules against NumPy: terms, totals, schedules and gradients."""

from __future__ import annotations

import keras
import numpy as np
import pytest

import rendering
import training
from data import Data, data, reads_y
from kauxgen.proving import gaps
from oracle import OBJECTIVES
from oracle_case import Case
from oracle_dense import stated_gradients
from oracle_views import simsiam_slope

WITHOUT_ORACLE: tuple[str, ...] = ()
"""Specs whose objective nobody has written a second time, in NumPy."""

WITH_Y = [name for name in OBJECTIVES if reads_y(name)]
SLOPES = {"simsiam_small": simsiam_slope}
"""Losses whose slope is not that of their value: some of it stands still."""
WITHOUT_EFFECT = {"project_projection_bias": "project_projection_kernel"}
"""Weights that change no term: their gradient is noise of what cancels in another's."""
STOPPED = ("custom_gradient", "vq_vae")
"""Specs whose gradient is not the slope of their loss: it is stated, or stopped."""
DIFFERENTIABLE = [name for name in OBJECTIVES if name not in STOPPED]
STEP = 1e-6


def case(name: str, rows: Data, *, weighted: bool = False) -> Case:
    """Give the oracle what the first batch, the start weights and the params are."""
    first = rows.first_batch()
    x, y = keras.tree.map_structure(_double, (first.x, first.y), none_is_leaf=False)
    weight = first.sample_weight if weighted else np.ones(len(first.sample_weight))
    weights = {key: _double(value) for key, value in training.start(name).items()}
    return Case(x, y, _double(weight), weights, rendering.all_params(name))


def test_specs_without_an_oracle_are_listed() -> None:
    """No spec drops out of this file unseen."""
    assert sorted({*OBJECTIVES, *WITHOUT_ORACLE}) == rendering.names()


@pytest.mark.parametrize(("name", "style"), rendering.cases(OBJECTIVES))
def test_terms(name: str, style: str) -> None:
    """One batch logs exactly the oracle's terms, metrics and total."""
    logs, _ = training.gradient_step(name, style)
    wanted = OBJECTIVES[name](case(name, data(name)))
    assert not gaps.differences(_last(logs), wanted)


@pytest.mark.parametrize("name", rendering.specs(WITH_Y))
def test_terms_with_sample_weights(name: str) -> None:
    """Losses of a batch are means of weight times loss; metrics are plain."""
    first = data(name).first_batch()
    style = rendering.styles(name)[0]
    with training.eagerly():
        run = training.train(name, style, first, sample_weight=first.sample_weight)
    wanted = OBJECTIVES[name](case(name, data(name), weighted=True))
    assert not gaps.differences(_last(run.logs), wanted)


@pytest.mark.parametrize("name", rendering.specs(DIFFERENTIABLE))
def test_gradients(name: str) -> None:
    """The slope of the oracle's loss along a random direction is the gradient's."""
    _, gradients = training.gradient_step(name, rendering.styles(name)[0])
    batch = case(name, data(name))
    generator = np.random.default_rng(2)
    told = {}
    for key, gradient in gradients.items():
        direction = generator.normal(size=gradient.shape)
        direction /= np.linalg.norm(direction)
        gap = abs(_slope(name, batch, key, direction) - np.sum(gradient * direction))
        scale = np.linalg.norm(gradients[WITHOUT_EFFECT.get(key, key)])
        if gap > max(gaps.RELATIVE * scale, gaps.ABSOLUTE):
            told[key] = gap
    assert not told


@pytest.mark.parametrize(("name", "style"), rendering.cases(["custom_gradient"]))
def test_stated_gradients(name: str, style: str) -> None:
    """A gradient that the spec states is the one that trains."""
    _, gradients = training.gradient_step(name, style)
    wanted = stated_gradients(case(name, data(name)))
    assert not gaps.differences(gradients, wanted)


@pytest.mark.parametrize(("name", "style"), rendering.cases(["twin", "vae_annealed"]))
def test_scheduled_weight(name: str, style: str) -> None:
    """The weight grows with finished batches, from 0, and stays at its end."""
    rows = data(name).first_batch()
    logs = training.train(name, style, rows, epochs=6).logs
    for step in range(6):
        terms = {key: value[step] for key, value in logs.items() if key != "loss"}
        weights = _weights_at(name, step)
        total = sum(weights[key] * value for key, value in terms.items())
        assert logs["loss"][step] == pytest.approx(total, rel=gaps.RELATIVE)


def _weights_at(name: str, step: int) -> dict[str, float]:
    params = rendering.all_params(name)
    progress = min(step / 4, 1)  # both warm up in 4 steps
    if name == "vae_annealed":
        return {"reconstruction": 1, "kl": params["kl_weight"] * progress}
    return {
        "matching": 1,
        "left_activity": params["activity_weight"],
        "right_activity": params["activity_weight"],
        "decay": params["decay_weight"],
        "alignment": params["alignment_weight"] * progress,
    }


def _slope(name: str, batch: Case, key: str, direction: np.ndarray) -> float:
    """Differentiate the oracle's loss by one weight, along a direction."""
    ahead, behind = (
        _moving(name, batch, batch.moved(key, sign * STEP * direction))
        for sign in (1, -1)
    )
    return (ahead - behind) / (2 * STEP)


def _moving(name: str, at: Case, batch: Case) -> float:
    if name in SLOPES:
        return SLOPES[name](batch, at)
    return OBJECTIVES[name](batch)["loss"]


def _last(logs: dict[str, np.ndarray]) -> dict[str, float]:
    return {key: value[-1] for key, value in logs.items()}


def _double(array: np.ndarray) -> np.ndarray:
    return array if array.dtype == np.int32 else array.astype("float64")
