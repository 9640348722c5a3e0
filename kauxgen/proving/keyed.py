"""Weights by network, layer and weight name: the only order that styles share."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import keras

Arrays = dict[str, Any]
"""NumPy arrays by name."""

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
    for path, variable in walk(model, ()):
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


def restore(model: keras.Model, start: Mapping[str, Any]) -> None:
    """Set the weights of a model, all of them."""
    found = variables(model)
    assert found.keys() == start.keys()
    for key, value in start.items():
        found[key].assign(value)


def drawn(model: keras.Model) -> Arrays:
    """Say how far each generator of a model has come, by its path."""
    return {
        one.path: keras.ops.convert_to_numpy(one)
        for one in model.variables
        if "seed_generator_state" in one.path
    }


def rewind(model: keras.Model) -> None:
    """Start the draws again: a generator's state is its seed and a count."""
    for variable in model.variables:
        if "seed_generator_state" in variable.path:
            variable.assign([int(keras.ops.convert_to_numpy(variable)[0]), 0])


def walk(layer: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield the weights of a layer and of the layers in it, each with its path."""
    statistics = [v for v in layer._non_trainable_variables if v.name in _STATISTICS]
    for variable in layer._trainable_variables + statistics:
        yield (*path, variable.name), variable
    for inner in layer._flatten_layers(recursive=False, include_self=False):
        yield from walk(inner, path_of(layer, inner, path))


def path_of(layer: Any, inner: Any, path: tuple[str, ...]) -> tuple[str, ...]:
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
