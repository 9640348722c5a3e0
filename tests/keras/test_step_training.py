"""Steps with phases do what the language says: the interpreter's numbers, and more."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

import overviews
import rendering
import saved_files
import step_trials
import training
from kauxgen.proving import gaps, keyed
from kept import kept
from step_trials import STYLES, Trial

PATHS = step_trials.paths()


@kept
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
    assert gaps.differences(got.logs, wanted.logs) == {}


@every
def test_weights_are_the_interpreters(name: str, style: str) -> None:
    """Weights, moving statistics and what the step keeps."""
    got, wanted = trial(name).fitted_in(style), trial(name).interpreted
    assert gaps.differences(got.weights, wanted.weights) == {}
    assert gaps.differences(got.state, wanted.state) == {}


@every
def test_training_moves_the_weights(name: str, style: str) -> None:
    """Equal numbers would also come of models that do not train."""
    one = trial(name).fitted_in(style)
    assert all(np.isfinite(value).all() for value in one.logs.values())
    assert any(
        not np.array_equal(one.weights[key], trial(name).start[key])
        for key in keyed.trainable(one.model)
    )


@every
def test_a_phase_moves_its_networks_alone(name: str, style: str) -> None:
    """An update leaves every bit of the weights outside of its set as it was."""
    one = trial(name)
    for phase, changed in zip(
        one.raw["step"]["phases"], one.changes(style), strict=True
    ):
        own = tuple(f"{network}_" for network in one.networks(phase))
        assert changed, phase["name"]
        assert [key for key in changed if not key.startswith(own)] == []


@every
def test_history_has_the_names_of_the_spec(name: str, style: str) -> None:
    """One number an epoch for every term and metric, with `val_` for evaluation."""
    logs = trial(name).fitted_in(style).logs
    assert set(logs) == trial(name).log_names()
    assert {value.shape for value in logs.values()} == {(2,)}


@every
def test_params_are_arguments_with_their_defaults(name: str, style: str) -> None:
    """Every param is an argument of `build_model` or of `compile_model`."""
    found = trial(name).defaults(style)
    seed = trial(name).raw["training"].get("seed", 0)
    assert found.pop("seed", seed) == seed
    listed = {k: list(v) if isinstance(v, tuple) else v for k, v in found.items()}
    assert listed == trial(name).raw.get("params", {})


@every
def test_the_network_of_inference_predicts(name: str, style: str) -> None:
    """`model(x)` and `inference_model` give what the network gives."""
    one, model = trial(name), trial(name).fitted_in(style).model
    x = one.network_inputs(one.raw["inference"])
    own = one.outputs_by_letter(model, x)
    for network in (model, one.module(style).inference_model(model)):
        keyed.rewind(model)
        assert gaps.differences(step_trials.numbered(network(x)), own) == {}


@pytest.mark.parametrize(
    ("name", "style"),
    [
        _marked(n, style)
        for n in PATHS
        if n not in step_trials.PARAMS
        for style in STYLES
    ],
)
def test_the_overview_counts_what_keras_counts(name: str, style: str) -> None:
    """Networks, state and counters; it knows a model with its default params."""
    one = trial(name)
    model = one.fitted_in(style).model
    assert overviews.known(one.loaded, style) == overviews.counts(model)
    assert saved_files.differences(one.loaded, style, model) == {}


@every
def test_a_file_brings_everything_back(name: str, style: str) -> None:
    """Weights, state, counters and every phase's optimizer go on where they were."""
    one = trial(name)
    runs = []
    with training.eagerly():
        model = one.ran(style, epochs=1).model
        again = one.saved(style, model)
        assert gaps.differences(one.states(again), one.states(model)) == {}
        for each in (model, again):
            keyed.rewind(each)
            runs.append(one.ran(style, each, epochs=1))
    assert gaps.differences(runs[1].logs, runs[0].logs) == {}
    assert gaps.differences(runs[1].weights, runs[0].weights) == {}
    assert gaps.differences(runs[1].state, runs[0].state) == {}


@every
def test_a_dataset_of_batches_is_taken(name: str, style: str) -> None:
    """Batches in the form of `batch` give what arrays by name give."""
    one = trial(name)
    batches, held_out = one.dataset(one.batch), one.dataset(one.held_out_batch)
    with training.eagerly():
        got = one.ran(style, x=batches, validation_data=held_out, epochs=1)
    logs = one.fitted_in(style).logs
    first = {key: values[:1] for key, values in logs.items()}
    assert gaps.differences(got.logs, first) == {}


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", ["adversaries", "momentum"])
def test_several_steps_a_call(name: str, style: str) -> None:
    """`steps_per_execution` changes no number; a third batch is left over."""
    raw = trial(name).raw
    settings = {**raw["training"], "steps_per_execution": 2}
    changed = {**raw, "name": f"{name}_two_steps", "training": settings}
    other = Trial(json.dumps(changed))
    other.start, other.tensors = trial(name).start, trial(name).tensors
    got = other.ran(style, batch_size=3)
    with training.eagerly():
        wanted = trial(name).ran(style, batch_size=3)
    assert gaps.differences(got.logs, wanted.logs) == {}
    assert gaps.differences(got.weights, wanted.weights) == {}


def test_every_spec_with_a_step_is_tried() -> None:
    """The harnesses share the specs between them."""
    every_spec = {path.stem for path in rendering.SPECS.glob("*.json")}
    assert set(rendering.names()) == every_spec - set(PATHS)
