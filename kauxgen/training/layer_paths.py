"""Paths of weights in Keras models that are the same in every style."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator
from typing import Any

import keras

from kauxgen import naming
from kauxgen.nodes import ApplicationNode
from kauxgen.nodes import walk as nodes_of
from kauxgen.spec import Spec

Path = tuple[str, ...]
Below = Callable[[Any, Any, Path], Path]
"""Extends the path of a layer to one in it."""

_FIXED_MODE = "FixedMode"
"""The class of generated modules around a layer whose mode is fixed."""


def backbones(spec: Spec) -> set[str]:
    """Name the models that belong to the list of nodes that they stand in."""
    nodes = (node for scope in spec.scopes for node in nodes_of(scope.nodes))
    own = {one.name for one in nodes if isinstance(one, ApplicationNode)}
    return {"backbone", *own}


def lone_blocks(spec: Spec) -> set[str]:
    """Name the classes of blocks of one layer; in a graph it bears the use's name."""
    blocks = spec.blocks.values()
    return {naming.camel(one.name) for one in blocks if len(one.nodes) == 1}


def walk(
    layer: Any, path: Path, own: Callable[[Any], Iterable[Any]], below: Below
) -> Iterator[tuple[Path, Any]]:
    """Yield the weights that are a layer's own, then those of the layers in it."""
    for one in own(layer):
        yield (*path, one.name), one
    for inner in layer._flatten_layers(recursive=False, include_self=False):
        yield from walk(inner, below(layer, inner, path), own, below)


def joined(found: Iterable[tuple[Path, Any]]) -> dict[str, Any]:
    """Key weights by their path, the shortest of each.

    `encoder_hidden` of a graph and `encoder/hidden` of a class are one key. A layer
    that differentiates a network holds it too: the network's own path is shorter.
    """
    paths: dict[int, tuple[Path, Any]] = {}
    for path, one in found:
        known, _ = paths.get(id(one), (path, one))
        paths[id(one)] = min(known, path, key=len), one
    return {"_".join(path): one for path, one in paths.values()}


def below(
    layer: Any, inner: Any, path: Path, *, alone: bool, backbones: Container[str]
) -> Path:
    """Extend a path; a step style keeps a spec's own list in `model.network`.

    `alone` says that `layer` is a block of one layer, which has the path of its use.
    `backbones` are models that belong to the list of nodes that they stand in. A
    network has one path wherever it is held, a layer in a fixed mode that of its
    wrapper, and what Keras names itself, inside of wrappers, no number.
    """
    name = inner.name
    if type(layer).__name__ == _FIXED_MODE:
        return path if path[-1:] == (name,) else (name,)
    if alone:
        return path
    if isinstance(layer, keras.layers.Wrapper):
        name = re.sub(r"_\d+$", "", name)
    own = name.removeprefix(f"{path[-1]}_") if path else name
    if path and own in backbones:
        return (*path, own)
    if not path or isinstance(inner, keras.Model):
        return () if name == "network" else (name,)
    return (*path, own)
