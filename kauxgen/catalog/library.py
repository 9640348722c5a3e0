"""The catalog by family and name; each entry is read when first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from types import MappingProxyType
from typing import Any, TypeVar

from kauxgen import resources
from kauxgen.catalog.entries import Application, Kind, Operation, PenaltyKind
from kauxgen.catalog.reading import (
    read_application,
    read_kind,
    read_operation,
    read_penalty,
)

FAMILIES: Mapping[str, str] = MappingProxyType(
    {
        "layer": "layers",
        "loss": "losses",
        "metric": "metrics",
        "optimizer": "optimizers",
        "schedule": "schedules",
        "regularizer": "regularizers",
        "initializer": "initializers",
        "constraint": "constraints",
        "callback": "callbacks",
        "activation": "activations",
    }
)
"""The families of kinds, and what their data is called under `schemas/`."""

_Entry = TypeVar("_Entry")


class _Table(Mapping[str, _Entry]):
    """The entries of a part of the catalog by name; a spec needs few of them."""

    def __init__(
        self, entries: Mapping[str, Any], read: Callable[[str, Any], _Entry]
    ) -> None:
        self._entries = entries
        self._read = read
        self._known: dict[str, _Entry] = {}

    def __getitem__(self, name: str) -> _Entry:
        if name not in self._known:
            self._known[name] = self._read(name, self._entries[name])
        return self._known[name]

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


@cache
def kinds(family: str) -> Mapping[str, Kind]:
    """Give the kinds of a family of `FAMILIES` by name."""
    return _Table(_entries(FAMILIES[family]), partial(read_kind, family))


def _entries(plural: str) -> dict[str, Any]:
    """Layers fill a folder, a family a file; the other families fill a file each."""
    if plural == "layers":
        return resources.entries(plural)
    return dict(resources.schema(f"kinds/{plural}"))


def find(family: str, name: str) -> Kind | None:
    """Give the kind of this name, if there is one."""
    return kinds(family).get(name)


@cache
def applications() -> Mapping[str, Application]:
    """Give the backbones of `keras.applications` by name."""
    return _Table(resources.entries("applications"), read_application)


@cache
def strings(family: str) -> frozenset[str]:
    """Give the plain strings that Keras takes for kinds of a family, such as `relu`."""
    return frozenset(word for kind in kinds(family).values() for word in kind.strings)


@cache
def operations() -> Mapping[str, Operation]:
    """Give the operations of the expression language by name."""
    return _Table(resources.entries("operations"), read_operation)


@cache
def penalties() -> Mapping[str, PenaltyKind]:
    """Give the penalties of the library by name."""
    return _Table(resources.entries("penalties"), read_penalty)


def has_modes(name: str, args: Mapping[str, Any]) -> bool:
    """Tell whether a layer with these arguments does something else in training.

    Where an argument turns on the draws, they are what training changes.
    """
    kind = kinds("layer")[name]
    if kind.modes == "inner":
        return has_modes(args["layer"].name, args["layer"].args)
    return bool(kind.modes) and (not isinstance(kind.draws, tuple) or draws(name, args))


def draws(name: str, args: Mapping[str, Any]) -> bool:
    """Tell whether a layer with these arguments draws random numbers."""
    setting = kinds("layer")[name].draws
    if setting == "inner":
        return draws(args["layer"].name, args["layer"].args)
    if isinstance(setting, tuple):
        return any(bool(args.get(argument)) for argument in setting)
    return bool(setting)
