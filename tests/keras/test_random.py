"""Specs grown at random: the styles that take one compute the same numbers."""

from __future__ import annotations

import json
import zlib
from functools import cached_property
from typing import Any

import numpy as np
import pytest

import random_specs
import random_steps
import step_trials
import trials
from kauxgen.proving import gaps, keyed
from kept import kept
from random_defines import WIDTH

MODELS = (1, 15, 16, 18)
STEPS = (0, 2, 5)


class StepTrial(step_trials.Trial):
    """A grown step; the interpreter does not know all of its language."""

    @cached_property
    def tensors(self) -> dict[str, np.ndarray]:
        """Draw what batches hold, by name."""
        generator = np.random.default_rng(zlib.crc32(self.spec.name.encode()))
        shape = (step_trials.ROWS, WIDTH)
        return {name: generator.normal(size=shape) for name in self.raw["inputs"]}


@kept
def model(seed: int) -> trials.Trial:
    """Grow a model once: its renders and runs are kept. Odd seeds run eagerly."""
    return trials.of(random_specs.spec(seed), traced=seed % 2 == 0)


@kept
def step(seed: int) -> StepTrial:
    """Grow a step once."""
    return StepTrial(json.dumps(random_steps.spec(seed)))


def cases(seeds: tuple[int, ...], grow: Any) -> list[Any]:
    """Pair seeds with the styles beside the one that they are compared with."""
    return [
        pytest.param(
            seed, style, marks=pytest.mark.xdist_group(f"{grow.__name__}_{seed}")
        )
        for seed in seeds
        for style in grow(seed).styles[1:]
    ]


@pytest.mark.parametrize(("seed", "style"), cases(MODELS, model))
def test_a_model_steps_alike(seed: int, style: str) -> None:
    """Terms, total and gradients of one batch."""
    trial = model(seed)
    logs, gradients = trial.step(style)
    wanted_logs, wanted_gradients = trial.step(trial.styles[0])
    assert gaps.differences(logs, wanted_logs) == {}
    assert gaps.differences(gradients, wanted_gradients) == {}
    assert any(np.any(one) for one in gradients.values())


@pytest.mark.parametrize(("seed", "style"), cases(MODELS, model))
def test_a_model_trains_alike(seed: int, style: str) -> None:
    """Logs and weights after two batches, with held-out data."""
    trial = model(seed)
    held_out = {"validation_data": trial.first}
    got = trial.fitted(style, **held_out)
    wanted = trial.fitted(trial.styles[0], **held_out)
    assert gaps.differences(got.logs, wanted.logs) == {}
    assert gaps.differences(got.weights, wanted.weights) == {}
    assert all(np.isfinite(value).all() for value in got.logs.values())


@pytest.mark.parametrize(("seed", "style"), cases(STEPS, step))
def test_a_step_trains_alike(seed: int, style: str) -> None:
    """Logs, weights and state after two epochs of two batches, each evaluated."""
    trial = step(seed)
    got, wanted = trial.fitted_in(style), trial.fitted_in(trial.styles[0])
    assert gaps.differences(got.logs, wanted.logs) == {}
    assert gaps.differences(got.weights, wanted.weights) == {}
    assert gaps.differences(got.state, wanted.state) == {}
    assert any(
        not np.array_equal(got.weights[key], trial.start[key])
        for key in keyed.trainable(got.model)
    )
