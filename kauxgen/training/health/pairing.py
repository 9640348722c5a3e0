"""Variables of two models of one spec, paired by network, layer and weight name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from kauxgen.spec import Spec
from kauxgen.training import layer_paths
from kauxgen.training.layer_paths import Path

Pair = tuple[Any, Any]
STEP = "step"


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
        self.alone = layer_paths.lone_blocks(spec)
        self.backbones = layer_paths.backbones(spec)

    def variables(self, model: Any) -> dict[str, Any]:
        """Find all weights by their joined path."""
        return layer_paths.joined(layer_paths.walk(model, (), _own, self.path))

    def path(self, layer: Any, inner: Any, path: Path) -> Path:
        """Extend a path."""
        alone = type(layer).__name__ in self.alone
        return layer_paths.below(
            layer, inner, path, alone=alone, backbones=self.backbones
        )


def _own(layer: Any) -> list[Any]:
    return [*layer._trainable_variables, *layer._non_trainable_variables]
