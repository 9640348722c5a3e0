"""Our layer rules and Keras say the same of random calls, refusals included."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from kauxgen.catalog import draws, has_modes, kinds
from kauxgen.shapes import layer_outputs, layer_weights
from kauxgen.shapes.wrapping import default_name
from kauxgen.tensor import Misfit, TensorType
from keras_layers import (
    agree,
    attribute,
    found_on_data,
    make,
    results,
    stated,
    trainable_weights,
)
from layer_cases import Case, Layer
from layer_strictness import REASONS
from layer_trials import (
    LEAST,
    OUTCOMES,
    fitting,
    kinds_by_rule,
    tally,
    trials,
)

ROOT = Path(__file__).parents[2]
LAYERS = tuple(kinds("layer"))
NOISE = {"rate", "stddev", "dropout", "recurrent_dropout"}


@pytest.mark.parametrize("rule", kinds_by_rule())
def test_rule(rule: str, record_property: Callable[[str, object], None]) -> None:
    """Random calls give what Keras gives, or are refused where Keras refuses."""
    found = tally(rule)
    record_property("oracle", ("layer rules", rule, dict(found.outcomes)))
    assert not found.wrong, "\n".join(found.wrong)
    assert found.outcomes.keys() <= OUTCOMES.keys()
    assert found.outcomes.total() >= LEAST
    assert found.outcomes["values"] >= LEAST / 5


def test_each_reason_to_be_stricter_is_told() -> None:
    """The page for users lists these and no others."""
    _, _, told = (ROOT / "docs" / "shapes.md").read_text("utf-8").partition("run:\n\n")
    reasons = "\n".join(f"- {reason};" for reason in REASONS)
    assert told.partition("\n\n")[0] == f"{reasons[:-1]}."


def test_each_reason_to_be_stricter_is_needed() -> None:
    """Some call of these kinds passes in Keras and is refused for it."""
    needed = (
        "Dense",
        "Dot",
        "Masking",
        "Concatenate",
        "ZeroPadding2D",
        "UnitNormalization",
        "AdaptiveAveragePooling2D",
        "Resizing",
        "Discretization",
    )
    found = {trial.reason() for name in needed for trial in trials(name)}
    assert found >= REASONS.keys()


@pytest.mark.parametrize("name", LAYERS)
def test_calls_on_data_have_the_shapes(name: str) -> None:
    """What Keras states is what it computes, wherever we let it pass."""
    known = (trial for trial in fitting(name) if all_known(trial.case))
    # Keras compiles convolutions of volumes with holes for each call.
    some = list(islice(known, 2 if name == "ConvLSTM3D" else 5))
    assert some
    for trial in some:
        found = found_on_data(trial.layer, trial.case)
        assert found is not None, str(trial)
        assert agree(trial.theirs.outputs, found), str(trial)


def all_known(case: Case) -> bool:
    """Tell whether only batches are open."""
    return all(None not in shape[1:] for shape in case.shapes)


@pytest.mark.parametrize("name", LAYERS)
def test_weights_stand_at_their_attributes(name: str) -> None:
    """The attribute paths lead to the weights."""
    for trial in islice(fitting(name), 20):
        ours = layer_weights(name, trial.case.args)
        theirs = trainable_weights(trial.layer)
        assert ours.keys() == theirs.keys(), str(trial)
        for path in ours:
            assert attribute(trial.layer, ours[path]) is theirs[path], str(trial)


@pytest.mark.parametrize("name", LAYERS)
def test_modes_are_those_that_matter(name: str) -> None:
    """Training changes the result of layers with modes, and of no others."""
    found = [(has_modes(name, case.args), changes(case)) for case in stirred(name)]
    with_modes = [changed for modes, changed in found if modes]
    assert not any(changed for modes, changed in found if not modes)
    assert any(with_modes) == bool(with_modes) == bool(kinds("layer")[name].modes)


def test_what_overflows_is_no_mode() -> None:
    """A layer that computes NaN in both modes has none."""
    args = {"filters": 4, "kernel_size": 2, "kernel_initializer": "ones"}
    steep = dict.fromkeys(("activation", "recurrent_activation"), "relu")
    case = Case("ConvLSTM1D", args | steep, ((None, 8, 7, 8),), ("float32",))
    (found,) = results(make(case.name, case.args), case, training=False)
    assert np.isnan(found).any()
    assert not changes(case)


def changes(case: Case) -> bool:
    """Tell whether training changes what a layer makes of the same data."""
    layer = make(case.name, case.args)
    one, two = (results(layer, case, training=mode) for mode in (False, True))
    pairs = zip(map(np.asarray, one), map(np.asarray, two), strict=True)
    return not all(np.allclose(*pair, equal_nan=True) for pair in pairs)


def stirred(name: str) -> list[Case]:
    """Give some cases whose weights and noise show in the result."""
    fit = (
        trial.case
        for trial in fitting(name)
        # Keras compiles each convolution whose channels come first, which takes long.
        if all_known(trial.case) and "channels_first" not in trial.case.args.values()
    )
    return [replace(case, args=stir(case.args)) for case in islice(fit, 6)]


def stir(args: Mapping[str, Any]) -> dict[str, Any]:
    """Turn the noise up where it is given, and leave initializers to Keras."""
    loud = {**args, **dict.fromkeys(NOISE & args.keys(), 0.5)}
    return {
        key: Layer(value.name, stir(value.args)) if isinstance(value, Layer) else value
        for key, value in loud.items()
        if not key.endswith("_initializer")
    }


@pytest.mark.parametrize("name", LAYERS)
def test_layers_that_draw_have_a_seed(name: str) -> None:
    """A layer that draws keeps a generator, whose state is no weight."""
    for case in stirred(name):
        if draws(name, case.args):
            layer = make(name, case.args)
            stated(layer, case)
            assert len(layer.variables) > len(layer.weights), case


@pytest.mark.parametrize("name", LAYERS)
def test_default_names_are_those_of_keras(name: str) -> None:
    """Wrapped layers stand in paths under these names."""
    layer = next(fitting(name)).layer
    assert re.sub(r"_\d+$", "", layer.name) == default_name(type(layer).__name__)


def test_stricter_than_keras() -> None:
    """What Keras lets through, and what becomes of it."""
    numbers = np.array([[1, 2]])
    embedding = keras.layers.Embedding(5, 3)
    wrapped = keras.layers.SpectralNormalization(embedding)(numbers)
    assert "int" in keras.backend.standardize_dtype(wrapped.dtype)
    args = {"layer": Layer("Embedding", {"input_dim": 5, "output_dim": 3})}
    with pytest.raises(Misfit, match="needs floats, got int64"):
        layer_outputs("SpectralNormalization", args, [TensorType((None, 2), "int64")])


def test_rms_normalization_of_another_axis() -> None:
    """Keras 3.15 multiplies by a factor of the wrong axis."""
    with pytest.raises(Exception, match=r"(?i)incompatible shapes"):
        keras.layers.RMSNormalization(axis=1)(np.zeros((2, 4, 5), "float32"))
    with pytest.raises(Misfit, match="needs an input whose last axes"):
        layer_outputs("RMSNormalization", {"axis": 1}, [TensorType((None, 4, 5))])


def test_ellipsis_over_several_axes() -> None:
    """Keras 3.15 states elided sizes in reverse."""
    args = {"equation": "...x,xy->...y", "output_shape": (7,)}
    layer = make("EinsumDense", args)
    assert layer(keras.Input((4, 5, 3))).shape == (None, 5, 4, 7)
    assert layer(np.zeros((2, 4, 5, 3))).shape == (2, 4, 5, 7)
    with pytest.raises(Misfit, match="ellipsis for at most one axis"):
        layer_outputs("EinsumDense", args, [TensorType((None, 4, 5, 3))])
