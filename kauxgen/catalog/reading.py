"""From the JSON of `schemas/` to the catalog's entries."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from kauxgen.catalog.entries import (
    Application,
    Argument,
    Kind,
    Operation,
    PenaltyKind,
    Weight,
)
from kauxgen.catalog.history import history

Entry = Mapping[str, Any]
_ALWAYS: Mapping[str, str] = MappingProxyType({})


def read_kind(family: str, name: str, entry: Entry) -> Kind:
    """Read an entry of `schemas/layers/` or `schemas/kinds/`."""
    past = history(family, name)
    return Kind(
        family=family,
        name=name,
        doc=entry["doc"],
        args=read_arguments(entry["args"], past.args),
        positional=entry["positional"],
        call=tuple(entry.get("call", ())),
        listed=entry.get("listed", False),
        takes=entry.get("takes", "floats"),
        rank=entry.get("rank"),
        min_rank=entry.get("min_rank"),
        shape=entry.get("shape", ""),
        weights=_weights(entry.get("weights", {})),
        wraps=_frozen(entry.get("wraps", ())),
        modes=_frozen(entry.get("modes", False)),
        draws=_frozen(entry.get("draws", False)),
        since=past.since,
        strings=tuple(entry.get("strings", ())),
        target=entry.get("target", ""),
    )


def read_application(name: str, entry: Entry) -> Application:
    """Read an entry of `schemas/applications/`."""
    return Application(
        name=name,
        doc=entry["doc"],
        args=read_arguments(entry["args"]),
        size=entry["size"],
        fixed=entry["fixed"],
        least=entry["least"],
        modes=entry["modes"],
        windows=_frozen(entry["windows"]),
        layers=_frozen(entry["layers"]),
    )


def read_operation(name: str, entry: Entry) -> Operation:
    """Read an entry of `schemas/operations/`."""
    return Operation(
        name=name,
        doc=entry["doc"],
        parameters=tuple(map(_parameter, entry["args"])),
        shape=entry["shape"],
        keras=entry.get("keras", name),
        draws=entry.get("draws", False),
    )


def read_penalty(name: str, entry: Entry) -> PenaltyKind:
    """Read an entry of `schemas/penalties/`."""
    return PenaltyKind(
        name=name,
        doc=entry["doc"],
        formula=entry["formula"],
        operands=tuple(entry["operands"]),
        args=read_arguments(entry.get("args", {})),
        source=entry.get("source", ""),
        let=MappingProxyType(dict(entry.get("let", {}))),
        expr=entry["expr"],
        differentiates=entry.get("differentiates", False),
        min_rank=MappingProxyType(dict(entry.get("min_rank", {}))),
    )


def read_arguments(
    entries: Mapping[str, Entry], since: Mapping[str, str] = _ALWAYS
) -> Mapping[str, Argument]:
    """Read the arguments of an entry, in the order of Keras's signature."""
    table = {
        name: _argument(name, entry, since.get(name, ""))
        for name, entry in entries.items()
    }
    return MappingProxyType(table)


def _argument(name: str, entry: Entry, since: str) -> Argument:
    return Argument(
        name=name,
        type=entry["type"],
        required=entry.get("required", False),
        default=_frozen(entry.get("default")),
        has_default="default" in entry,
        nullable=entry.get("nullable", False),
        values=tuple(entry.get("values", ())),
        minimum=entry.get("min"),
        maximum=entry.get("max"),
        above=entry.get("above"),
        below=entry.get("below"),
        length=entry.get("length"),
        doc=entry["doc"],
        since=since,
    )


def _weights(entries: Mapping[str, Any]) -> Mapping[str, Weight]:
    table = {path: _weight(entry) for path, entry in entries.items()}
    return MappingProxyType(table)


def _weight(entry: str | Entry) -> Weight:
    if isinstance(entry, str):
        return Weight(entry)
    return Weight(entry["attribute"], entry["if"], _frozen(entry.get("is")))


def _parameter(text: str) -> tuple[str, str | None]:
    name, equals, default = text.partition("=")
    return name, default if equals else None


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list | tuple) else value
