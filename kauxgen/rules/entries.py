"""What names hold while shapes are worked out: tensors, records, rounds and numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from typing import Any

from kauxgen.expression import Path
from kauxgen.frozen import frozen
from kauxgen.operations import subscript
from kauxgen.tensor import Misfit, Size, TensorType


@frozen
class Unknown:
    """What a mistake left behind, or data of any shape: it fits everything."""


UNKNOWN = Unknown()


class NoRound(Misfit):
    """Raised for the number of a round that a repeat does not have."""


class Numbers(tuple[Any, ...]):
    """The list that a param is: known all through, so that nobody looks inside."""

    __slots__ = ()


@frozen
class Flow:
    """One tensor; `trained` says whether a trainable weight has a part in it."""

    type: TensorType
    trained: bool = False


@frozen
class Record:
    """A call of a network or use of a block: its nodes, and what it gives.

    `trained` says that what entered it was, so that all in it is.
    """

    fields: Mapping[str, Entry]
    value: Entry
    trained: bool = False


@frozen
class Rounds:
    """A repeat: the names of each round, and what the last one handed on, by name."""

    rounds: tuple[Mapping[str, Entry], ...]
    value: Entry
    trained: bool = False
    carried: Mapping[str, Entry] = field(default_factory=dict)


@frozen
class Data:
    """The data y: by key, or as a whole."""

    value: Entry
    keys: Mapping[str, Entry] = field(default_factory=dict)


Entry = Any
"""A Flow, Record, Rounds, Data, Unknown, a number or text, or a tuple of entries."""


def worded(name: str, value: Any) -> Any:
    """Let the whole numbers of a param remember its name."""
    if isinstance(value, (tuple, list)):
        return Numbers(worded(f"{name}[{i}]", item) for i, item in enumerate(value))
    plain = isinstance(value, int) and not isinstance(value, bool)
    return Size(value, name) if plain else value


def follow(entry: Entry, path: Path) -> Entry:
    """Follow the steps of a path below a name; raise NoRound where a list ends."""
    for step in path:
        entry = _item(entry, step) if isinstance(step, int) else _member(entry, step)
    return entry


def _member(entry: Entry, name: str) -> Entry:
    if isinstance(entry, Rounds):
        if name in entry.carried:
            return through(entry.carried[name], entry.trained)
        found = tuple(fields.get(name, UNKNOWN) for fields in entry.rounds)
        return through(found, entry.trained)
    if isinstance(entry, tuple):
        return tuple(_member(each, name) for each in entry)
    if isinstance(entry, Data):
        return entry.keys.get(name, UNKNOWN)
    if isinstance(entry, Record):
        return through(entry.fields.get(name, UNKNOWN), entry.trained)
    return UNKNOWN


def _item(entry: Entry, index: int) -> Entry:
    if isinstance(entry, (Record, Rounds)):
        return _item(through(entry.value, entry.trained), index)
    if isinstance(entry, Data):
        return _item(entry.value, index)
    if isinstance(entry, Flow):
        kept = subscript(entry.type, index)
        assert isinstance(kept, TensorType)
        return Flow(kept, entry.trained)
    if isinstance(entry, Unknown):
        return UNKNOWN
    if not isinstance(entry, tuple):
        raise Misfit("a number has no items")
    if not -len(entry) <= index < len(entry):
        raise NoRound(f"there is no item {index} in a list of {len(entry)}")
    return entry[index]


def settle(entry: Entry) -> Any:
    """Return what an entry is in an expression: types, numbers, lists of them."""
    if isinstance(entry, (Flow, Numbers)):
        return entry.type if isinstance(entry, Flow) else entry
    if isinstance(entry, (Record, Rounds, Data)):
        return settle(entry.value)
    return tuple(map(settle, entry)) if isinstance(entry, tuple) else entry


def is_trained(entry: Entry) -> bool:
    """Say whether a trainable weight has a part in a tensor, or in one of a list."""
    if isinstance(entry, (Record, Rounds)):
        return entry.trained or is_trained(entry.value)
    if isinstance(entry, Data):
        return False
    if isinstance(entry, Numbers):
        return False
    if isinstance(entry, tuple):
        return any(map(is_trained, entry))
    return isinstance(entry, Unknown) or (isinstance(entry, Flow) and entry.trained)


def flowing(value: Any, trained: bool) -> Entry:
    """Turn types back into entries."""
    if isinstance(value, TensorType):
        return Flow(value, trained)
    if isinstance(value, (tuple, list)):
        return tuple(flowing(item, trained) for item in value)
    return value


def through(entry: Entry, trained: bool) -> Entry:
    """Mark every tensor of an entry as trained, if what entered its network is."""
    if not trained:
        return entry
    if isinstance(entry, Flow):
        return Flow(entry.type, True)
    if isinstance(entry, (Record, Rounds)):
        return replace(entry, trained=True)
    if isinstance(entry, tuple):
        return tuple(through(each, trained) for each in entry)
    return entry


def unknown(value: Any) -> bool:
    """Say whether a value holds anything unknown."""
    if isinstance(value, Numbers):
        return False
    if isinstance(value, (tuple, list)):
        return any(map(unknown, value))
    return isinstance(value, Unknown)
