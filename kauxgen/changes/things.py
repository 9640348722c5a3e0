"""What a spec is made of, as things to compare: each with its fields and its names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Any

from kauxgen.changes.change import Level
from kauxgen.frozen import frozen


@frozen
class To:
    """A thing that a field leads to without an expression, and what to call it."""

    id: str
    name: str


@frozen
class Exactly:
    """A value of which the type matters too: 2 is not 2.0."""

    value: Any


@frozen
class Named:
    """Words that may name logs, as a callback's monitor does."""

    text: str


@frozen
class Selected:
    """Weights that a pattern selects: paths of things, each with the attribute."""

    pattern: str
    weights: frozenset[tuple[object, ...]]


ABSENT: Any = object()
"""The value of a field that a spec leaves out, and Keras has no default for."""


@frozen
class Field:
    """One thing said of another: a key, or an `argument` of a kind, with its value.

    What a spec leaves out has its default as its value, and is not `stated`. `local` is
    the id of the name that the field gives a value to: of a step of `let`, or a param.
    """

    what: str
    value: Any
    level: Level = Level.LOSS
    stated: bool = True
    local: str = ""
    argument: bool = False


@frozen
class Thing:
    """A part of a spec that can be added, removed, changed, renamed or moved.

    `id` is its pointer, unique in its spec; `at` the pointer to show. `subject` says
    what it is, `name` is the name by which it is found, "" for none, and `path` the
    dotted path to show. `names` are those that its fields see, with the ids they mean;
    `locals` those it gives to its own fields or to its body. `group` tells its kind of
    children apart: only those of one group are paired; `ordered` groups move.
    """

    id: str
    subject: str
    name: str
    path: str
    group: str
    fields: tuple[Field, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    locals: Mapping[str, str] = field(default_factory=dict)
    children: tuple[Thing, ...] = ()
    ordered: bool = False
    gone: Level = Level.LOSS
    come: Level = Level.LOSS
    named: Level = Level.DOCS

    def field(self, what: str) -> Field | None:
        """Return a field by what it says, None if there is none."""
        return next((each for each in self.fields if each.what == what), None)

    def walk(self) -> Iterator[Thing]:
        """Yield the thing and all below it, in the order of the text."""
        yield self
        for child in self.children:
            yield from child.walk()


def entry(
    what: str, value: Any, level: Level = Level.LOSS, default: Any = None
) -> Field:
    """Return a field whose value is the default if it is left out."""
    return Field(what, value, level, stated=value != default)
