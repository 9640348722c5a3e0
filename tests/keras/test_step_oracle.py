"""Specs with a step against NumPy, and against values known without computing them."""

from __future__ import annotations

import math

import keras
import numpy as np
import pytest

import rendering
import step_trials
import training
from kauxgen.proving import gaps, keyed
from kept import kept
from oracle_case import Terms
from oracle_steps import STEPS, StepCase
from step_trials import BATCH, SEED, STYLES, Trial

Batch = dict[str, np.ndarray]

every = pytest.mark.parametrize(
    ("name", "style"),
    [
        pytest.param(
            name, style, id=f"{name}-{style}", marks=pytest.mark.xdist_group(name)
        )
        for name in STEPS
        for style in STYLES
    ],
)


@kept
def trial(name: str) -> Trial:
    """Read a spec once, as wide as it stands."""
    return step_trials.read(rendering.SPECS / f"{name}.json", slim=False)


def first_batch(name: str) -> dict[str, np.ndarray]:
    """Give the rows of the first batch by name."""
    one = trial(name)
    return {key: rows[:BATCH] for key, rows in one.tensors.items()}


def case(name: str, weights: keyed.Arrays, *, training: bool) -> StepCase:
    """Give the oracle what the modules get, in float64."""
    one = trial(name)
    params = {**one.raw["params"], **one.params, "seed": SEED}
    batch, values = keras.tree.map_structure(_double, (first_batch(name), weights))
    return StepCase(batch, values, params, training)


def trained(name: str, style: str, model: keras.Model) -> dict[str, float]:
    """Train on the first batch at a rate of 0, so that weights stand still."""
    one, rows = trial(name), first_batch(name)
    for optimizer in one.optimizers(model):
        optimizer.learning_rate = 0.0
    x = rows if len(rows) > 1 else next(iter(rows.values()))
    settings = {"epochs": 1, "batch_size": BATCH, "shuffle": False, "verbose": 0}
    with training.eagerly():
        history = one.module(style).train(model, x, **settings).history
    return {key: value[-1] for key, value in history.items()}


def evaluated(name: str, style: str, model: keras.Model) -> dict[str, float]:
    """Evaluate on the first batch."""
    one, rows = trial(name), first_batch(name)
    x = rows if len(rows) > 1 else next(iter(rows.values()))
    with training.eagerly():
        if style == "loop":
            return one.module(style).evaluate(model, x, batch_size=BATCH)
        settings = {"batch_size": BATCH, "verbose": 0, "return_dict": True}
        return model.evaluate(x, **settings)


def zeroed(name: str, style: str) -> keras.Model:
    """Build a model whose weights are all zero."""
    model = trial(name).build(style)
    for weight in keyed.variables(model).values():
        weight.assign(keras.ops.zeros_like(weight))
    return model


def test_every_spec_with_a_step_has_an_oracle() -> None:
    """No spec drops out of this file unseen."""
    public = {path.stem for path in rendering.SPECS.glob("*.json")}
    assert set(STEPS) == public & set(step_trials.paths())


@every
def test_terms_of_training(name: str, style: str) -> None:
    """One batch logs exactly the oracle's terms, with its dropout and statistics."""
    got = trained(name, style, trial(name).started(style))
    wanted = STEPS[name](case(name, trial(name).start, training=True))
    assert gaps.differences(got, wanted) == {}


@every
def test_terms_of_evaluation(name: str, style: str) -> None:
    """Nothing is dropped, moving statistics are read, an own evaluation is alone."""
    model = trial(name).started(style)
    keyed.restore(model, aged(name))
    got = evaluated(name, style, model)
    wanted = STEPS[name](case(name, aged(name), training=False))
    assert gaps.differences(got, wanted) == {}


@kept
def aged(name: str) -> keyed.Arrays:
    """Move the statistics of the start weights too; variances stay positive."""
    generator = np.random.default_rng(4)
    return {
        key: value + 0.5 * generator.uniform(size=value.shape) * ("moving" in key)
        for key, value in trial(name).start.items()
    }


def _gan(batch: Batch) -> Terms:
    """A logit of 0 costs ln 2, whatever the label."""
    return {"d_loss": math.log(2), "g_loss": math.log(2)}


def _flat_critic(batch: Batch) -> Terms:
    """All scores are 0, and so is their slope, which should be 1."""
    return {"critic_loss": 0, "gradient_penalty": 1, "generator_loss": 0}


def _agreed(batch: Batch) -> Terms:
    """Ten classes alike, and a teacher who says so too."""
    error, right = math.log(10), np.mean(batch["label"] == 0)
    terms = {"student_loss": error, "distillation_loss": 0, "accuracy": right}
    weight = trial("knowledge_distillation").params["alpha"]
    return {**terms, "loss": weight * error}


def _black(batch: Batch) -> Terms:
    """Images of zeros are as far from real ones as these are bright."""
    terms = {}
    for way in ("x", "y"):
        bright = np.mean(np.abs(batch[f"real_{way}"]))
        terms |= {f"to_{way}_cycle": bright, f"to_{way}_identity": bright}
        terms |= {f"to_{way}_fools": 1, f"judge_{way}_loss": 0.5}
    return terms


def _unseen(batch: Batch) -> Terms:
    """Where no noise is found, all of it is missed."""
    image = batch["image"]
    noise, time = (
        drawn(shape, seed=keras.random.SeedGenerator(SEED + index))
        for index, (drawn, shape) in enumerate(
            [
                (keras.random.normal, image.shape),
                (keras.random.uniform, (len(image), 1, 1, 1)),
            ]
        )
    )
    missed = np.mean(np.abs(noise))
    angle = np.arccos(0.95) + time * (np.arccos(0.02) - np.arccos(0.95))
    left = np.mean(np.abs(np.tan(angle) * noise))
    return {"loss": missed, "noise_loss": missed, "image_loss": left}


def _hopeless(batch: Batch) -> Terms:
    """Nothing is promised and nothing expected: the error is the reward."""
    gaps = np.abs(batch["reward"])
    error = np.mean(np.where(gaps > 1, gaps - 0.5, gaps**2 / 2))
    return {"td_error": error, "loss": error, "value": 0}


ZEROS = {
    "cyclegan_small": _black,
    "dcgan": _gan,
    "ddim_small": _unseen,
    "dqn_update": _hopeless,
    "knowledge_distillation": _agreed,
    "wgan_gp": _flat_critic,
}
"""What models of zeros log, in evaluation where that has no terms of its own."""


@every
def test_models_of_zeros(name: str, style: str) -> None:
    """Where all weights are zero the terms are known in closed form."""
    logs = trained if "evaluation" in trial(name).raw else evaluated
    got = logs(name, style, zeroed(name, style))
    wanted = ZEROS[name](keras.tree.map_structure(_double, first_batch(name)))
    assert gaps.differences(got, wanted) == {}


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.xdist_group("ddim_small")
def test_a_new_denoiser_finds_no_noise(style: str) -> None:
    """Its last layer starts as zeros: the first loss is the mean of the noise."""
    name = "ddim_small"
    got = trained(name, style, trial(name).build(style))
    wanted = _unseen(first_batch(name))
    assert gaps.differences(got, wanted) == {}


def _double(array: np.ndarray) -> np.ndarray:
    return array if array.dtype == np.int32 else array.astype("float64")
