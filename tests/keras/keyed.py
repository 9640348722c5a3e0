"""Weights by network, layer and weight name: the only order that styles share."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import keras
import numpy as np

Arrays = dict[str, np.ndarray]
RELATIVE = 1e-5
ABSOLUTE = 1e-6
_STATISTICS = ("moving_mean", "moving_variance")
BLOCKS_OF_ONE: set[type] = set()
"""Classes of blocks of one layer; in a graph it bears the name of the use."""
BACKBONES = {"backbone"}
"""Names of backbones: models that belong to the list of nodes that they stand in."""


def variables(model: keras.Model) -> dict[str, Any]:
    """Find the trainable weights and moving statistics by their joined path.

    Counters, settable weights and the states of generators stand elsewhere in each
    style. `encoder_hidden` of a graph and `encoder/hidden` of a class are one key.
    """
    paths: dict[int, tuple[tuple[str, ...], Any]] = {}
    for path, variable in _walk(model, ()):
        known, _ = paths.get(id(variable), (path, variable))
        # A layer that differentiates a network holds it too: the network's path wins.
        paths[id(variable)] = min(known, path, key=len), variable
    found = {"_".join(path): variable for path, variable in paths.values()}
    assert len(found) == len(paths), "two weights have one key"
    return found


def trainable(model: keras.Model) -> list[str]:
    """Name the weights that an optimizer moves."""
    found = variables(model)
    return sorted(key for key, variable in found.items() if variable.trainable)


def values(model: keras.Model) -> Arrays:
    """Copy the weights out of a model."""
    return {
        key: keras.ops.convert_to_numpy(one).copy()
        for key, one in variables(model).items()
    }


def restore(model: keras.Model, start: Mapping[str, np.ndarray]) -> None:
    """Set the weights of a model, all of them."""
    found = variables(model)
    assert found.keys() == start.keys()
    for key, value in start.items():
        found[key].assign(value)


def rewind(model: keras.Model) -> None:
    """Start the draws again: a generator's state is its seed and a count."""
    for variable in model.variables:
        if "seed_generator_state" in variable.path:
            variable.assign([int(variable[0]), 0])


def differences(got: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, str]:
    """Tell what differs by more than the tolerance, by name; empty is equal."""
    assert sorted(got) == sorted(wanted)
    told = {key: _difference(got[key], wanted[key]) for key in wanted}
    return {key: words for key, words in told.items() if words}


def _walk(layer: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    statistics = [v for v in layer._non_trainable_variables if v.name in _STATISTICS]
    for variable in layer._trainable_variables + statistics:
        yield (*path, variable.name), variable
    for inner in layer._flatten_layers(recursive=False, include_self=False):
        yield from _walk(inner, _path(layer, inner, path))


def _path(layer: Any, inner: Any, path: tuple[str, ...]) -> tuple[str, ...]:
    """Extend a path; a step style keeps a spec's own list in `model.network`.

    A network has one key wherever it is held, a layer in a fixed mode that of its
    wrapper, and what Keras names itself, inside of wrappers, no number.
    """
    name = inner.name
    if type(layer).__name__ == "FixedMode":
        return path if path[-1:] == (name,) else (name,)
    if type(layer) in BLOCKS_OF_ONE:
        return path
    if isinstance(layer, keras.layers.Wrapper):
        name = re.sub(r"_\d+$", "", name)
    if path and name.removeprefix(f"{path[-1]}_") in BACKBONES:
        return (*path, name.removeprefix(f"{path[-1]}_"))
    if not path or isinstance(inner, keras.Model):
        return () if name == "network" else (name,)
    return (*path, name.removeprefix(f"{path[-1]}_"))


def _difference(got: Any, wanted: Any) -> str:
    got, wanted = np.asarray(got, "float64"), np.asarray(wanted, "float64")
    if got.shape != wanted.shape:
        return f"shape {got.shape} for {wanted.shape}"
    gap, size = np.abs(got - wanted).max(), np.abs(wanted).max()
    if gap <= max(RELATIVE * size, ABSOLUTE):  # False where either is not finite
        return ""
    return f"{gap:.2e} off, the largest entry is {size:.2e}"
