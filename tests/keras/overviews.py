"""What kauxgen knows of a model without running it, held against the built model."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from math import prod
from typing import Any

import keras

from kauxgen import catalog, compiler
from kauxgen.overview import overview
from kauxgen.proving import keyed
from kauxgen.rules.unrolling import unroll

Counts = tuple[int, int]


def counts(layer: Any) -> Counts:
    """Count as `model.summary()` does: trainable weights, and others."""
    kinds = layer.trainable_weights, layer.non_trainable_weights
    trainable, others = (sum(prod(one.shape) for one in kind) for kind in kinds)
    return trainable, others


def known(loaded: compiler.Loaded, style: str) -> Counts | None:
    """Give the counts of the overview; None where a layer is an import's."""
    count = overview(loaded.checked, style).count
    return (count.trainable, count.non_trainable) if count.known else None


def layers(model: keras.Model) -> dict[str, Any]:
    """Find all layers by their joined path, those of networks once."""
    found: dict[int, tuple[tuple[str, ...], Any]] = {}
    for path, layer in _walk(model, ()):
        known, _ = found.get(id(layer), (path, layer))
        found[id(layer)] = min(known, path, key=len), layer
    return {"_".join(path): layer for path, layer in found.values()}


def _walk(layer: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    for inner in layer._flatten_layers(recursive=False, include_self=False):
        below = keyed.path_of(layer, inner, path)
        yield below, inner
        yield from _walk(inner, below)


@contextlib.contextmanager
def watched() -> Iterator[dict[int, set[Any]]]:
    """Watch calls of layers: what each gave, as shapes without batch, and types."""
    seen: dict[int, set[Any]] = {}
    call = keras.layers.Layer.__call__

    def watching(layer: Any, *args: Any, **kwargs: Any) -> Any:
        given = call(layer, *args, **kwargs)
        seen.setdefault(id(layer), set()).add(
            tuple(
                (tuple(one.shape)[1:], keras.backend.standardize_dtype(one.dtype))
                for one in keras.tree.flatten(given)
            )
        )
        return given

    keras.layers.Layer.__call__ = watching
    try:
        yield seen
    finally:
        keras.layers.Layer.__call__ = call


def differences(
    loaded: compiler.Loaded, model: keras.Model, seen: dict[int, set[Any]]
) -> dict[str, Any]:
    """Tell where a layer's class, counts or outputs are not Keras's; empty is equal.

    A layer with penalties gives their values behind its outputs. One that the model
    itself does not call, as what computes an objective, has no outputs to compare.
    """
    built, told = layers(model), {}
    for key, mine in expected(loaded).items():
        found = built[key]
        kind, count, given = mine
        runs = seen.get(id(found), {given})
        alike = any(one[: len(given)] == given for one in runs)
        wanted = type(found).__name__, counts(found)
        if (kind, count) != wanted or not alike:
            told[key] = mine, (*wanted, runs)
    return told


def expected(loaded: compiler.Loaded) -> dict[str, tuple[str, Counts, Any]]:
    """Give class, counts and outputs of each layer by the name that the code gives it.

    Backbones are models, and imports are not known.
    """
    trace, found = loaded.checked.trace, {}
    visits = {path: visit for (_, path), visit in trace.visits.items()}
    for layer in unroll(loaded.spec).layers:
        visit, weights = visits[layer.path], trace.weights.get(layer.path, ())
        moved = sum(prod(one.shape) for one in weights if one.trainable)
        held = sum(prod(one.shape) for one in weights)
        given = tuple((one.shape[1:], one.dtype) for one in visit.given)
        if visit.call.kind not in catalog.applications():
            key = "_".join(map(str, layer.words))
            found[key] = visit.call.kind, (moved, held - moved), given
    return found
