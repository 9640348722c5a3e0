"""Variables of two models of one spec, paired by network, layer and weight name.

What is in a graph `encoder_hidden` is `encoder/hidden` of a class: both are one key.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import keras

from kauxgen import naming
from kauxgen.spec import Spec

Path = tuple[str, ...]
Pair = tuple[Any, Any]
STEP = "step"
FIXED_MODE = "FixedMode"
"""The class of generated modules around a layer whose mode is fixed."""


class Unpaired(Exception):
    """A weight that is trained and has no counterpart in the other model."""


def pairs(spec: Spec, trained: Any, beside: Any) -> list[Pair]:
    """Pair every variable of the model beside with that of the trained one.

    Unpaired if one that is trained has none. Draws are not paired: each has its own.
    """
    walk = _Walk(spec)
    sources, wanted = walk.variables(trained), walk.variables(beside)
    found = [
        (sources[key], one)
        for key, one in wanted.items()
        if key in sources and tuple(sources[key].shape) == tuple(one.shape)
    ]
    paired = {id(one) for _, one in found}
    alone = {key: one for key, one in wanted.items() if id(one) not in paired}
    missing = [key for key, one in alone.items() if one.trainable]
    if missing:
        raise Unpaired(", ".join(missing))
    return [*found, *_counters(trained, alone.values())]


def _counters(trained: Any, wanted: Iterable[Any]) -> Iterator[Pair]:
    """Pair counts of steps: all of one model count the same."""
    known = [one for one in trained.variables if _counts(one)]
    for one in wanted:
        if known and _counts(one):
            yield known[0], one


def _counts(one: Any) -> bool:
    return one.name == STEP and len(one.shape) == 0 and "int" in one.dtype


class _Walk:
    """Walks a model and the layers in it; a weight that is held twice has one path."""

    def __init__(self, spec: Spec) -> None:
        blocks = spec.blocks.values()
        self.ones = {naming.camel(one.name) for one in blocks if len(one.nodes) == 1}

    def variables(self, model: Any) -> dict[str, Any]:
        """Find all weights by their joined path, the shortest of each."""
        paths: dict[int, tuple[Path, Any]] = {}
        for path, one in self.weights(model, ()):
            known, _ = paths.get(id(one), (path, one))
            paths[id(one)] = min(known, path, key=len), one
        return {"_".join(path): one for path, one in paths.values()}

    def weights(self, layer: Any, path: Path) -> Iterator[tuple[Path, Any]]:
        for one in layer._trainable_variables + layer._non_trainable_variables:
            yield (*path, one.name), one
        for inner in layer._flatten_layers(recursive=False, include_self=False):
            yield from self.weights(inner, self.path(layer, inner, path))

    def path(self, layer: Any, inner: Any, path: Path) -> Path:
        """Extend a path; a step style keeps a spec's own list in `model.network`.

        A network has one path wherever it is held, a layer in a fixed mode that of its
        wrapper, a block of one layer that of its use, and what Keras names itself,
        inside of wrappers, no number.
        """
        name = inner.name
        if type(layer).__name__ == FIXED_MODE:
            return path if path[-1:] == (name,) else (name,)
        if type(layer).__name__ in self.ones:
            return path
        if isinstance(layer, keras.layers.Wrapper):
            name = re.sub(r"_\d+$", "", name)
        if path and name.removeprefix(f"{path[-1]}_") == "backbone":
            return (*path, "backbone")
        if not path or isinstance(inner, keras.Model):
            return () if name == "network" else (name,)
        return (*path, name.removeprefix(f"{path[-1]}_"))
