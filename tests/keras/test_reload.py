"""What a file, a configuration and a weights file bring back is the same model."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import keras
import pytest

import rendering
import training
from kauxgen.proving import gaps, saving
from kauxgen.proving.saving import Saved

PENALIZED = {
    "cifar_l2": ("feature_weight", "cross_entropy", ["energy1", "energy2", "energy3"]),
    "reconstruction_regressor": (
        "reconstruction_weight",
        "prediction_error",
        ["reconstruction"],
    ),
    "vae": ("kl_weight", "reconstruction", ["kl"]),
}
"""Specs whose loss is one error plus one weight times the sum of penalties."""

HOLDING_A_NETWORK = [("penalties_tour", "functional")]
"""Graphs with a layer that differentiates a network, and so holds it."""

REBUILT_OUTSIDE = {("ctc_reader", "functional"): "read"}
"""Graphs with a Bidirectional: reviving one, Keras builds its layers outside of it."""


def compiles_a_closure(name: str, style: str) -> bool:
    """Tell whether the model compiles a closure, which no file can name."""
    return saving.compiles_a_closure(rendering.spec(name), style)


every = pytest.mark.parametrize(("name", "style"), rendering.cases())
compiled_by_file = pytest.mark.parametrize(
    ("name", "style"),
    [one for one in rendering.cases() if not compiles_a_closure(*one.values)],
)
compiled_by_module = pytest.mark.parametrize(
    ("name", "style"),
    [one for one in rendering.cases() if compiles_a_closure(*one.values)],
)


def saved(name: str, style: str) -> Saved:
    """Train a model for a batch, save it, and train it for another."""
    return saving.saved(training.subject(name), style)


def loaded(name: str, style: str, path: Path) -> keras.Model:
    """Load a model, compiled by the file, or by its module where no file can."""
    return saving.loaded(training.subject(name), style, path)


@dataclass(frozen=True)
class Reloaded:
    """What a file brought back, and what a further step made of it."""

    kind: type
    scores: dict[str, float]
    paths: list[str]
    further: training.Run


def reloaded(name: str, style: str) -> Reloaded:
    """Load a saved model, evaluate it, and train it for a batch; once."""
    found: Reloaded = training.subject(name).kept(
        "reloaded", style, lambda style: _reloaded(name, style)
    )
    return found


def _reloaded(name: str, style: str) -> Reloaded:
    model = loaded(name, style, saved(name, style).file)
    paths = [one.path for one in model.weights]
    before = scores(name, style, model)
    return Reloaded(type(model), before, paths, further(name, style, model))


def scores(name: str, style: str, model: keras.Model) -> dict[str, float]:
    """Evaluate on the first batch."""
    return saving.scores(training.subject(name), style, model)


def further(name: str, style: str, model: keras.Model) -> training.Run:
    """Train by the first batch, with the draws from their start."""
    return saving.further(training.subject(name), style, model)


@every
def test_keras_file(name: str, style: str) -> None:
    """A `.keras` file brings back every term, the total, the metrics and the paths."""
    before, again = saved(name, style), reloaded(name, style)
    assert again.kind is type(before.further.model)
    assert again.scores == before.scores
    wrapper = REBUILT_OUTSIDE.get((name, style))
    if wrapper:
        assert again.paths != before.paths, "Keras keeps the path now"
        before_paths = [path.removeprefix(f"{wrapper}/") for path in before.paths]
        assert again.paths == before_paths
    else:
        assert again.paths == before.paths


@every
def test_weights_file(name: str, style: str) -> None:
    """A weights file fills a model that was built anew."""
    before = saved(name, style)
    again = rendering.build(name, style, rendering.PARAMS.get(name, {}))
    assert scores(name, style, again) != before.scores
    again.load_weights(before.weights)
    assert scores(name, style, again) == before.scores


@compiled_by_file
def test_reloaded_model_trains_on(name: str, style: str) -> None:
    """Weights, counters and the optimizer's state go on where they were saved."""
    before, after = saved(name, style).further, reloaded(name, style).further
    assert not gaps.differences(after.logs, before.logs)
    assert not gaps.differences(after.weights, before.weights)


@compiled_by_module
def test_compiled_closure_has_no_name_in_a_file(name: str, style: str) -> None:
    """Loading one compiled fails loudly, so that a user learns `compile=False`."""
    with pytest.raises(TypeError, match="Could not locate function"):
        keras.saving.load_model(saved(name, style).file)


@pytest.mark.parametrize(
    ("name", "style"),
    [one for one in rendering.cases() if one.values not in HOLDING_A_NETWORK],
)
def test_configuration(name: str, style: str) -> None:
    """`from_config` of `get_config` builds an equal model, its numbers included."""
    model = training.fitted(name, style).model
    again = saving.configured(training.subject(name), style, model)
    assert scores(name, style, again) == scores(name, style, model)


@pytest.mark.parametrize(
    ("name", "style"),
    [one for one in rendering.cases() if one.values in HOLDING_A_NETWORK],
)
def test_only_a_file_shares_a_network_that_a_layer_holds(name: str, style: str) -> None:
    """Keras knows shared objects again in files alone; a configuration fails loudly."""
    model = training.fitted(name, style).model
    again = type(model).from_config(model.get_config())
    with pytest.raises(ValueError, match="set_weights"):
        again.set_weights(model.get_weights())


@pytest.mark.parametrize(("name", "style"), rendering.cases(PENALIZED))
def test_weight_of_a_penalty_survives(name: str, style: str, tmp_path: Path) -> None:
    """A weight of 0.5 does not come back as its default."""
    param, error, penalties = PENALIZED[name]
    params = {**rendering.PARAMS[name], param: 0.5}
    rendering.build(name, style, params).save(tmp_path / "model.keras")
    logs = scores(name, style, loaded(name, style, tmp_path / "model.keras"))
    weight = (logs["loss"] - logs[error]) / sum(logs[key] for key in penalties)
    assert weight == pytest.approx(0.5, rel=1e-5)


BN = {"name": "norm", "layer": "BatchNormalization"}
AGAIN = {"name": "again", "reuse": "norm", "inputs": "x", "training": False}
CALL = {"name": "call", "network": "part", "inputs": "x", "training": False}


@pytest.mark.parametrize(
    ("nodes", "held"),
    [
        ([BN, AGAIN], True),
        ([{**BN, "training": True}, {**AGAIN, "training": None}], True),
        ([{**BN, "training": False}], False),
        ([CALL], False),
        ([CALL, {**CALL, "name": "more"}], True),
        ([CALL, {"name": "more", "expr": "part(x) + 1"}], True),
        ([{**CALL, "network": "part[0]"}, {"expr": "part[1](x)"}], True),
        ([{**CALL, "training": None}, CALL | {"training": None}], False),
    ],
)
def test_what_a_fixed_mode_shares(nodes: list[dict[str, object]], held: bool) -> None:
    """A copy of such a graph has weights twice; where nothing is shared it has not."""
    spec = {"layers": nodes}
    assert saving.shares_a_held_network(spec, "functional") is held
    assert not saving.shares_a_held_network(spec, "subclass")
