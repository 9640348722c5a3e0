"""Kinds as fields: the class, and each argument, also one that is left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from kauxgen import catalog
from kauxgen.changes.change import Level
from kauxgen.changes.things import ABSENT, Field, Named, To
from kauxgen.read_texts import token
from kauxgen.rules.uses import definition_of
from kauxgen.spec import Spec
from kauxgen.values import Kind

_WORDS = ("initializer", "regularizer", "constraint")
"""The families of which a word of Keras stands for an object without arguments."""


def kind_fields(kind: Kind, what: str, spec: Spec, level: Level) -> Iterator[Field]:
    """Yield what a kind is, and its arguments; inner ones have dotted names."""
    yield Field(what, identity(kind, spec), level)
    yield from argument_fields(kind, "", spec, level)


def identity(kind: Kind, spec: Spec) -> To | str:
    """Return the definition or import that a kind is, or the name of Keras's class."""
    own = definition_of(kind, spec)
    if own is not None:
        return To(own.at, kind.name)
    return To(spec.imports[kind.name].at, kind.name) if kind.imported else kind.name


def argument_fields(
    kind: Kind, above: str, spec: Spec, level: Level
) -> Iterator[Field]:
    """Yield the arguments of a kind, those left out with their defaults."""
    types = _types(kind.family, kind.name)
    own = definition_of(kind, spec)
    for name, value in {**_defaults(kind, spec), **kind.args}.items():
        reach = Level.TRAINING if types.get(name) == "initializer" else level
        param = f"{own.at}/params/{token(name)}" if own else ""
        found = made(value, types.get(name, ""))
        for each in value_fields(above + name, found, spec, reach):
            stated = name in kind.args and each.stated
            local = each.local or param
            yield replace(each, stated=stated, local=local, argument=True)


def value_fields(what: str, value: Any, spec: Spec, level: Level) -> Iterator[Field]:
    """Yield the fields of a value: of a kind or a list of kinds those inside it too."""
    if isinstance(value, Kind):
        yield Field(what, identity(value, spec), level)
        yield from argument_fields(value, f"{what}.", spec, level)
    elif isinstance(value, tuple) and any(isinstance(one, Kind) for one in value):
        yield Field(f"{what}.number", len(value), level)
        for index, one in enumerate(value):
            yield from value_fields(f"{what}.{index}", one, spec, level)
    elif isinstance(value, str) and what.rpartition(".")[2] == "monitor":
        yield Field(what, Named(value), level)
    else:
        yield Field(what, value, level)


def made(value: Any, family: str) -> Any:
    """Return the kind that a word stands for where Keras takes one, else the value."""
    if family not in _WORDS or not isinstance(value, str):
        return value
    name = _by_word(family).get(value)
    return value if name is None else Kind(family, name, {}, "")


@cache
def _by_word(family: str) -> Mapping[str, str]:
    return {word: k.name for k in catalog.kinds(family).values() for word in k.strings}


def _types(family: str, name: str) -> Mapping[str, str]:
    return {one: each.type for one, each in _arguments(family, name).items()}


def _defaults(kind: Kind, spec: Spec) -> Mapping[str, Any]:
    """Return what arguments are if they are left out; of some nothing is known."""
    own = definition_of(kind, spec)
    if own is not None:
        return own.params
    known = {} if kind.imported else _arguments(kind.family, kind.name)
    return {
        name: each.default if each.has_default else ABSENT
        for name, each in known.items()
        if each.has_default or not each.required
    }


def _arguments(family: str, name: str) -> Mapping[str, Any]:
    """Return the arguments of a kind in the catalog, none if it is not there."""
    if family == "penalty":
        table: Mapping[str, Any] = catalog.penalties()
    elif family == "application":
        table = catalog.applications()
    else:
        table = catalog.kinds(family) if family in catalog.FAMILIES else {}
    return table[name].args if name in table else {}
