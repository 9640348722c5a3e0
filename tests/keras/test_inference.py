"""`inference_model`: what predicts has the model's weights, and takes no target."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

import rendering
import trials
from kauxgen.proving import keyed
from kept import kept

NASTY = Path(__file__).parent / "nasty"
PUBLIC = ("barlow_twins_small", "ctc_reader", "simsiam_small")
STYLES = rendering.STYLES
CUTS = ("ctc_reader", "inference", "inference_by_default")
NETWORKS = ("barlow_twins_small", "inference_by_network", "simsiam_small")


@kept
def trial(name: str) -> trials.Trial:
    """Read a spec once: its renders and runs are kept.

    The modules of a public one are those of all tests: of two classes of one name Keras
    would revive the one that was registered last.
    """
    if name not in PUBLIC:
        return trials.read(NASTY / f"{name}.json")
    runs = {f"{name}_{style}": rendering.module(name, style) for style in STYLES}
    return trials.Trial(rendering.text(name), runs=runs)


@kept
def started(name: str, style: str) -> keras.Model:
    """Build a model with the weights that all styles start from."""
    model = trial(name).build(style)
    keyed.restore(model, trial(name).start)
    return model


def cases(names: tuple[str, ...], *, others: bool = False) -> list[Any]:
    """Pair specs with the styles that can express them."""
    return [
        pytest.param(name, style, id=f"{name}-{style}", marks=_together(name))
        for name in names
        for style in trial(name).styles[others:]
    ]


def _together(name: str) -> pytest.MarkDecorator:
    return pytest.mark.xdist_group(f"inference_{name}")


def predictor(name: str, style: str) -> keras.Model:
    """Make what predicts of a model that starts."""
    return trial(name).module(style).inference_model(started(name, style))


def given(name: str, model: keras.Model) -> Any:
    """Give the data that a predictor asks for, by the names of its inputs."""
    rows = trial(name).rows[0]
    inputs = model.input
    if isinstance(inputs, dict):
        return {key: rows[key] for key in inputs}
    return rows[inputs.name]


def predicted(name: str, style: str) -> list[np.ndarray]:
    """Predict by a cut, with the draws from their start."""
    model = predictor(name, style)
    keyed.rewind(model)
    return listed(model.predict(given(name, model), batch_size=5, verbose=0))


def listed(found: Any) -> list[np.ndarray]:
    """Give outputs as a list of arrays."""
    several = found if isinstance(found, (list, tuple)) else [found]
    return [keras.ops.convert_to_numpy(one) for one in several]


@pytest.mark.parametrize(("name", "style"), cases(CUTS))
def test_a_cut_takes_no_target(name: str, style: str) -> None:
    """Targets are absent from what predicts, and so is what it does not need."""
    inputs = predictor(name, style).input
    names = set(inputs) if isinstance(inputs, dict) else {inputs.name}
    wanted = {"inference": {"image", "mask"}}
    assert names == wanted.get(name, {"image"})


@pytest.mark.parametrize(("name", "style"), cases(CUTS, others=True))
def test_a_cut_predicts_the_same_in_every_style(name: str, style: str) -> None:
    wanted = predicted(name, trial(name).styles[0])
    for got, one in zip(predicted(name, style), wanted, strict=True):
        np.testing.assert_allclose(got, one, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(("name", "style"), cases(CUTS))
def test_a_cut_gives_what_the_model_gives(name: str, style: str) -> None:
    """Where an output of the model is predicted, its numbers are the model's."""
    spec = trial(name).spec
    model = started(name, style)
    keyed.rewind(model)
    outputs = [one.text for one in spec.main.outputs]
    known = dict(zip(outputs, listed(model(trial(name).rows[0])), strict=True))
    found = predictor(name, style)
    keyed.rewind(found)
    assert spec.inference is not None
    names = [one.text for one in spec.inference.outputs]
    got = dict(zip(names, listed(found(given(name, found))), strict=True))
    assert known.keys() & got.keys()
    for key in known.keys() & got.keys():
        np.testing.assert_allclose(got[key], known[key], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(("name", "style"), cases(CUTS))
def test_training_moves_what_predicts(name: str, style: str) -> None:
    """The weights are shared: a predictor made before training follows it."""
    spec = trial(name)
    model = spec.build(style)
    keyed.restore(model, spec.start)
    found = spec.module(style).inference_model(model)
    keyed.rewind(found)
    before = listed(found(given(name, found)))[0]
    spec.trained(style, model, spec.rows)
    keyed.rewind(found)
    after = listed(found(given(name, found)))[0]
    assert not np.allclose(before, after)
    ours = {id(one) for one in model.weights}
    assert {id(one) for one in found.weights} <= ours


@pytest.mark.parametrize(("name", "style"), cases(CUTS))
def test_a_reloaded_model_predicts_the_same(
    name: str, style: str, tmp_path: Path
) -> None:
    spec = trial(name)
    started(name, style).save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras", compile=False)
    found = spec.module(style).inference_model(again)
    keyed.rewind(found)
    got = listed(found.predict(given(name, found), batch_size=5, verbose=0))
    for one, wanted in zip(got, predicted(name, style), strict=True):
        np.testing.assert_allclose(one, wanted, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(("name", "style"), cases(("ctc_reader", "simsiam_small")))
def test_what_predicts_is_saved_by_itself(
    name: str, style: str, tmp_path: Path
) -> None:
    found = predictor(name, style)
    found.save(tmp_path / "predictor.keras")
    again = keras.saving.load_model(tmp_path / "predictor.keras", compile=False)
    shape = found.input.shape
    data = np.random.default_rng(1).uniform(size=(3, *shape[1:])).astype("float32")
    np.testing.assert_allclose(again(data), found(data), rtol=1e-6)


@pytest.mark.parametrize(("name", "style"), cases(NETWORKS))
def test_a_network_predicts_its_declared_outputs(name: str, style: str) -> None:
    """What losses read besides is left out; every style gives the same numbers."""
    spec = trial(name).spec
    assert spec.inference is not None
    assert spec.inference.network is not None
    network = spec.networks[spec.inference.network]
    data = [
        np.random.default_rng(2).normal(size=(4, *shape)).astype("float32")
        for shape in _shapes(predictor(name, style))
    ]
    reference = trial(name).styles[0]
    called = []
    for one in (style, reference):
        found = predictor(name, one)
        keyed.rewind(found)
        called.append(listed(found(data if len(data) > 1 else data[0])))
    assert len(called[0]) == len(network.outputs)
    for got, wanted in zip(*called, strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-5, atol=1e-6)


def _shapes(model: keras.Model) -> list[tuple[int, ...]]:
    inputs = model.input if isinstance(model.input, list) else [model.input]
    return [one.shape[1:] for one in inputs]
