"""What templates are given: the fields of a page, with their types."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache

from kauxgen.frozen import frozen
from kauxgen.page import Page

CONTEXT = 2
"""The version of the fields: another one where a field goes or means something else."""


@frozen
class Loop:
    """What Jinja knows of a loop inside it, as `loop`."""

    first: bool
    last: bool
    index: int
    length: int


@frozen
class Type:
    """The type of a field: a text, a flag, a number, a record of fields, or a list."""

    record: type | None = None
    word: str = "text"
    listed: bool = False

    @property
    def shown(self) -> str:
        """The type in words."""
        one = self.record.__name__ if self.record else self.word
        return f"list of {one}" if self.listed else one


def record(kind: type) -> Type:
    """Give the type of a record."""
    return Type(kind, "record")


@cache
def fields_of(kind: type) -> dict[str, Type]:
    """Give the fields of a record by name, with their types."""
    hints = typing.get_type_hints(kind)
    return {each.name: _typed(hints[each.name]) for each in fields(kind)}


def _typed(hint: typing.Any) -> Type:
    if isinstance(hint, types.UnionType):
        return _typed(next(one for one in hint.__args__ if one is not type(None)))
    if typing.get_origin(hint) is tuple:
        inner = _typed(typing.get_args(hint)[0])
        return Type(inner.record, inner.word, listed=True)
    if isinstance(hint, type) and is_dataclass(hint):
        return record(hint)
    return Type(word={bool: "flag", int: "number"}.get(hint, "text"))


def records() -> Iterator[type]:
    """Yield every record that templates see, from the page down, each once."""
    waiting: list[type] = [Page]
    seen = {*waiting}
    while waiting:
        kind = waiting.pop(0)
        yield kind
        for each in fields_of(kind).values():
            if each.record is not None and each.record not in seen:
                seen.add(each.record)
                waiting.append(each.record)


def is_optional(field: str) -> bool:
    """Tell whether a template may leave a field out: no docstring is code."""
    return field.endswith("docstring")
