"""Variables of two models of one spec, paired by network, layer and weight name.

`keyed` knows the names of what is trained and of moving statistics; counters, weights
that the user sets and what own layers keep have theirs here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kauxgen.proving import keyed

Pair = tuple[Any, Any]
Path = tuple[str, ...]
STEP = "step"


class Unpaired(Exception):
    """A weight that is trained and has no counterpart in the other model."""


def pairs(trained: Any, beside: Any) -> list[Pair]:
    """Pair every variable of the model beside with that of the trained one.

    Unpaired if one that is trained has none. Draws are not paired: each has its own.
    """
    sources, wanted = _variables(trained), _variables(beside)
    found = [
        (sources[key], one)
        for key, one in wanted.items()
        if key in sources and tuple(sources[key].shape) == tuple(one.shape)
    ]
    paired = {id(one) for _, one in found}
    missing = [
        k for k, one in wanted.items() if one.trainable and id(one) not in paired
    ]
    if missing:
        raise Unpaired(", ".join(missing))
    return [*found, *_counters(trained, wanted.values(), paired)]


def _counters(trained: Any, wanted: Any, paired: set[int]) -> Iterator[Pair]:
    """Pair counts of steps: all of one model count the same."""
    known = [one for one in trained.variables if _counts(one)]
    for one in wanted:
        if known and _counts(one) and id(one) not in paired:
            yield known[0], one


def _counts(one: Any) -> bool:
    return one.name == STEP and len(one.shape) == 0 and "int" in one.dtype


def _variables(model: Any) -> dict[str, Any]:
    """Find all weights by their joined path; those of `keyed` under its keys."""
    found = {"_".join(path): one for path, one in _kept(model, ())}
    return found | keyed.variables(model)


def _kept(layer: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """Yield the weights that training does not move, with their paths."""
    for one in layer._non_trainable_variables:
        yield (*path, one.name), one
    for inner in layer._flatten_layers(recursive=False, include_self=False):
        yield from _kept(inner, keyed._path(layer, inner, path))
