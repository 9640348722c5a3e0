"""Steps with phases do what the language says: the interpreter's numbers, and more."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

import keyed
import step_trials
from step_trials import STYLES, Trial

PATHS = step_trials.paths()


@cache
def trial(name: str) -> Trial:
    """Read a spec once: its renders and runs are kept."""
    return step_trials.read(PATHS[name])


def _marked(name: str, *values: Any) -> Any:
    group = pytest.mark.xdist_group(f"steps_{name}")
    return pytest.param(name, *values, id="-".join((name, *values)), marks=group)


specs = pytest.mark.parametrize("name", [_marked(name) for name in PATHS])
every = pytest.mark.parametrize(
    ("name", "style"), [_marked(name, style) for name in PATHS for style in STYLES]
)


@every
def test_logs_are_the_interpreters(name: str, style: str) -> None:
    """Two epochs with a short last batch, each with an evaluation."""
    got, wanted = trial(name).fitted_in(style), trial(name).interpreted
    assert keyed.differences(got.logs, wanted.logs) == {}


@every
def test_weights_are_the_interpreters(name: str, style: str) -> None:
    """Weights, moving statistics and what the step keeps."""
    got, wanted = trial(name).fitted_in(style), trial(name).interpreted
    assert keyed.differences(got.weights, wanted.weights) == {}
    assert keyed.differences(got.state, wanted.state) == {}


@every
def test_training_moves_the_weights(name: str, style: str) -> None:
    """Equal numbers would also come of models that do not train."""
    one = trial(name).fitted_in(style)
    assert all(np.isfinite(value).all() for value in one.logs.values())
    assert any(
        not np.array_equal(one.weights[key], trial(name).start[key])
        for key in keyed.trainable(one.model)
    )
