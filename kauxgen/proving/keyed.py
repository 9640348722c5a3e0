"""Weights by network, layer and weight name: the only order that styles share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import keras

from kauxgen.training import layer_paths
from kauxgen.training.layer_paths import Path

Arrays = dict[str, Any]
"""NumPy arrays by name."""

_STATISTICS = ("moving_mean", "moving_variance")
BLOCKS_OF_ONE: set[type] = set()
"""Classes of blocks of one layer; in a graph it bears the name of the use."""
BACKBONES: set[str] = set()
"""Names of backbones: models that belong to the list of nodes that they stand in."""


def variables(model: keras.Model) -> dict[str, Any]:
    """Find the trainable weights and moving statistics by their joined path.

    Counters, settable weights and the states of generators stand elsewhere in each
    style.
    """
    weights = [*walk(model, ())]
    found = layer_paths.joined(weights)
    assert len(found) == len({id(one) for _, one in weights}), "two weights, one key"
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


def walk(layer: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """Yield the weights of a layer and of the layers in it, each with its path."""
    return layer_paths.walk(layer, path, _own, path_of)


def _own(layer: Any) -> list[Any]:
    statistics = [v for v in layer._non_trainable_variables if v.name in _STATISTICS]
    return [*layer._trainable_variables, *statistics]


def path_of(layer: Any, inner: Any, path: Path) -> Path:
    """Extend a path by what is known of the modules at hand."""
    alone = type(layer) in BLOCKS_OF_ONE
    return layer_paths.below(layer, inner, path, alone=alone, backbones=BACKBONES)
