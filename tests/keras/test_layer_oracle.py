"""Our layer rules and Keras say the same of random calls, refusals included."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from itertools import islice
from typing import Any

import keras
import numpy as np
import pytest

from kauxgen.catalog import draws, has_modes, kinds
from kauxgen.shapes import (
    layer_outputs,
    layer_weights,
    parameter_count,
    weight_shapes,
)
from kauxgen.shapes.wrapping import default_name
from kauxgen.tensor import Misfit, Shape, TensorType
from keras_layers import (
    attribute,
    counts,
    dtype_of,
    holds,
    make,
    results,
    stated_shapes,
    trainable_weights,
)
from layer_cases import Case, Layer, cases

LAYERS = tuple(kinds("layer"))
NUMBER = 40
NOISE = {"rate", "stddev", "dropout", "recurrent_dropout"}


def entering(case: Case) -> list[TensorType]:
    """Give the tensors that enter a case."""
    dtype = dtype_of(kinds("layer")[case.name])
    return [TensorType(shape, dtype) for shape in case.shapes]


def shapes_of(case: Case) -> list[Shape]:
    """Give the shapes that our rule says come out."""
    outputs = layer_outputs(case.name, case.args, entering(case))
    each = outputs if isinstance(outputs, tuple) else (outputs,)
    return [output.shape for output in each]


def is_refused(case: Case) -> bool:
    """Tell whether our rule refuses a case."""
    try:
        shapes_of(case)
    except Misfit:
        return True
    return False


@cache
def fitting(name: str) -> tuple[tuple[Case, Any, list[Shape]], ...]:
    """Give the cases that fit, with their built layers and what Keras states."""
    kept = [case for case in cases(name, NUMBER) if not is_refused(case)]
    layers = [make(name, case.args) for case in kept]
    stated = map(stated_shapes, layers, kept)
    return tuple(zip(kept, layers, stated, strict=True))


@pytest.mark.parametrize("name", LAYERS)
def test_shapes_are_those_that_keras_states(name: str) -> None:
    """Calls that we let pass build, with the shapes that we said."""
    assert len(fitting(name)) >= 5
    for case, _, stated in fitting(name):
        assert shapes_of(case) == stated, case


@pytest.mark.parametrize("name", LAYERS)
def test_what_we_refuse_keras_refuses_or_gets_wrong(name: str) -> None:
    """Calls that we refuse do not build, fail on data, or belie what was stated."""
    for case in filter(is_refused, cases(name, NUMBER)):
        try:
            layer = make(name, case.args)
            stated = stated_shapes(layer, case)
        except Exception:  # Keras raises ValueError, TypeError, IndexError and others.
            continue
        assert not holds(layer, case, stated), case


@pytest.mark.parametrize("name", LAYERS)
def test_calls_on_data_have_the_shapes(name: str) -> None:
    """What Keras states is what it computes, wherever we let it pass."""
    known = [(case, layer) for case, layer, _ in fitting(name) if all_known(case)]
    assert known
    for case, layer in known[:5]:
        assert holds(layer, case, shapes_of(case)), case


def all_known(case: Case) -> bool:
    """Tell whether only batches are open."""
    return all(None not in shape[1:] for shape in case.shapes)


@pytest.mark.parametrize("name", LAYERS)
def test_weights_and_counts(name: str) -> None:
    """Weights have the paths, attributes, shapes and sizes that we said."""
    for case, layer, _ in fitting(name):
        ours, theirs = layer_weights(name, case.args), trainable_weights(layer)
        shapes = {path: tuple(weight.shape) for path, weight in theirs.items()}
        assert ours.keys() == theirs.keys(), case
        assert weight_shapes(name, case.args, entering(case)) == shapes, case
        assert all(attribute(layer, ours[path]) is theirs[path] for path in ours), case
        assert parameter_count(name, case.args, entering(case)) == counts(layer), case


@pytest.mark.parametrize("name", LAYERS)
def test_modes_are_those_that_matter(name: str) -> None:
    """Training changes the result of layers with modes, and of no others."""
    found = [(has_modes(name, case.args), changes(case)) for case in stirred(name)]
    with_modes = [changed for modes, changed in found if modes]
    assert not any(changed for modes, changed in found if not modes)
    assert any(with_modes) == bool(with_modes) == bool(kinds("layer")[name].modes)


def changes(case: Case) -> bool:
    """Tell whether training changes what a layer makes of the same data."""
    layer = make(case.name, case.args)
    one, two = (results(layer, case, training=mode) for mode in (False, True))
    return not all(map(np.allclose, map(np.asarray, one), map(np.asarray, two)))


def stirred(name: str) -> list[Case]:
    """Give some cases whose weights and noise show in the result."""
    fit = (case for case, _, _ in fitting(name) if all_known(case))
    return [Case(name, stir(case.args), case.shapes) for case in islice(fit, 6)]


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
            stated_shapes(layer, case)
            assert len(layer.variables) > len(layer.weights), case


@pytest.mark.parametrize("name", LAYERS)
def test_default_names_are_those_of_keras(name: str) -> None:
    """Wrapped layers stand in paths under these names."""
    layer = fitting(name)[0][1]
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
