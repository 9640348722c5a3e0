"""Specs that once broke a style, or might: each in every style that can express it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import borrowed
import overviews
import saved_files
import trials
from kauxgen.proving import gaps, keyed
from kauxgen.rules import unrolling
from kept import kept

borrowed.write()
NASTY = Path(__file__).parent / "nasty"
NAMES = sorted(path.stem for path in NASTY.glob("*.json"))


@kept
def trial(name: str) -> trials.Trial:
    """Read a spec once: its renders and runs are kept.

    Every tenth trains as a graph, the others eagerly, in a tenth of the time; the specs
    of the repository all train as graphs.
    """
    text = (NASTY / f"{name}.json").read_text(encoding="utf-8")
    return trials.Trial(text, traced=NAMES.index(name) % 10 == 4)


def cases(*, others: bool) -> list[Any]:
    """Pair specs with styles; `others` leaves out the one they are compared with."""
    return [
        pytest.param(name, style, id=f"{name}-{style}", marks=_together(name))
        for name in NAMES
        for style in trial(name).styles[others:]
    ]


def _together(name: str) -> pytest.MarkDecorator:
    return pytest.mark.xdist_group(f"nasty_{name}")


@pytest.mark.parametrize(("name", "style"), cases(others=True))
def test_one_step_agrees(name: str, style: str) -> None:
    """Terms, total and gradients of one batch."""
    spec = trial(name)
    logs, gradients = spec.step(style)
    wanted_logs, wanted_gradients = spec.step(spec.styles[0])
    assert gaps.differences(logs, wanted_logs) == {}
    assert gaps.differences(gradients, wanted_gradients) == {}


@pytest.mark.parametrize(("name", "style"), cases(others=True))
def test_training_agrees(name: str, style: str) -> None:
    """Logs and weights after two batches, the last one short, with held-out data."""
    spec = trial(name)
    held_out = {"validation_data": spec.first}
    got = spec.fitted(style, **held_out)
    wanted = spec.fitted(spec.styles[0], **held_out)
    assert gaps.differences(got.logs, wanted.logs) == {}
    assert gaps.differences(got.weights, wanted.weights) == {}


@pytest.mark.parametrize(("name", "style"), cases(others=False))
def test_training_moves_the_weights(name: str, style: str) -> None:
    """Equal numbers would also come of models that do not train."""
    spec = trial(name)
    moved = spec.fitted(style, validation_data=spec.first)
    assert all(np.isfinite(value).all() for value in moved.logs.values())
    assert any(
        not np.array_equal(moved.weights[key], spec.start[key])
        for key in keyed.trainable(moved.model)
    )


@pytest.mark.parametrize(("name", "style"), cases(others=False))
def test_an_optimizer_moves_what_the_spec_trains(name: str, style: str) -> None:
    """The weights that Keras trains are those that the rules know, and no others.

    Of backbones and imports the rules know that there are some.
    """
    spec = trial(name)
    model = spec.fitted(style, validation_data=spec.first).model
    found = Counter(tuple(weight.shape) for weight in model.trainable_variables)
    state = unrolling.unroll(spec.spec)
    known = Counter(tuple(weight.shape) for weight in state.weights)
    assert known <= found if state.unseen else known == found


@pytest.mark.parametrize(("name", "style"), cases(others=False))
def test_the_overview_counts_what_keras_counts(name: str, style: str) -> None:
    """Of imports no more is known than that there may be weights."""
    spec = trial(name)
    model = spec.fitted(style, validation_data=spec.first).model
    known = overviews.known(spec.loaded, style)
    assert known == overviews.counts(model) or (known is None and spec.spec.imports)
    assert saved_files.differences(spec.loaded, style, model) == {}


@pytest.mark.parametrize(("name", "style"), cases(others=False))
def test_a_file_brings_the_model_back(name: str, style: str) -> None:
    spec = trial(name)
    model = spec.fitted(style, validation_data=spec.first).model
    again = spec.reloaded(style, model)
    assert len(again.variables) == len(model.variables)
    for got, wanted in zip(spec.outputs(again), spec.outputs(model), strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-5, atol=1e-6)
    got, wanted = spec.scores(style, again), spec.scores(style, model)
    assert gaps.differences(got, wanted) == {}
