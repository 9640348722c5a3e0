"""A `frozen` class does what one of `dataclass(frozen=True)` does."""

from __future__ import annotations

import inspect
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError, dataclass, field, fields, replace
from functools import cached_property
from typing import Any

import pytest

from kauxgen.frozen import frozen


@frozen
class Ours:
    """Made here."""

    name: str
    size: int = 3
    parts: list[int] = field(default_factory=list)

    @cached_property
    def doubled(self) -> int:
        return self.size * 2


@frozen
class OursMore(Ours):
    """With a field more."""

    last: tuple[int, ...] = ()
    aside: int = field(default=0, compare=False)


@frozen
class OursEmpty:
    """Without fields."""


@dataclass(frozen=True)
class Theirs:
    """Made by the library."""

    name: str
    size: int = 3
    parts: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class TheirsMore(Theirs):
    """With a field more."""

    last: tuple[int, ...] = ()
    aside: int = field(default=0, compare=False)


@dataclass(frozen=True)
class TheirsEmpty:
    """Without fields."""


PAIRS = [(Ours, Theirs), (OursMore, TheirsMore), (OursEmpty, TheirsEmpty)]


@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
def test_the_parts_are_those_of_a_dataclass(ours: Any, theirs: Any) -> None:
    names = [[each.name for each in fields(cls)] for cls in (ours, theirs)]
    assert names[0] == names[1]
    assert ours.__match_args__ == theirs.__match_args__
    shown, expected = (
        [(one.name, one.kind) for one in inspect.signature(cls).parameters.values()]
        for cls in (ours, theirs)
    )
    assert shown == expected


def outcome(action: Callable[[], object]) -> object:
    """Give what an action gives, or the type of what it raises."""
    try:
        return action()
    except Exception as error:
        return type(error)


@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
@pytest.mark.parametrize("action", range(12))
def test_it_does_what_a_dataclass_does(ours: Any, theirs: Any, action: int) -> None:
    def tried(cls: Any) -> object:
        actions: list[Callable[[], object]] = [
            lambda: repr(cls("a")).partition("(")[2],
            lambda: repr(cls()).partition("(")[2],
            lambda: cls("a", 1, parts=[2]) == cls("a", 1, [2]),
            lambda: cls("a", 1) == cls("a", 2),
            lambda: cls() == cls(),
            lambda: cls("a").__eq__("a"),
            lambda: setattr(cls("a"), "name", "b"),
            lambda: delattr(cls("a"), "name"),
            lambda: repr(replace(cls("a"), size=7)).partition("(")[2],
            lambda: cls("a", 1, [], 2, 3, 4),
            lambda: hash(cls("a")),
            lambda: cls("a", aside=1) == cls("a"),
        ]
        return outcome(actions[action])

    assert tried(ours) == tried(theirs)


def test_equal_values_hash_alike() -> None:
    first, second = Ours("a", 1, ()), Ours("a", 1, ())  # type: ignore[arg-type]
    assert len({first, second, OursMore("a", 1, ())}) == 2  # type: ignore[arg-type]
    assert hash(OursEmpty()) == hash(OursEmpty())


def test_a_default_factory_makes_a_value_for_each() -> None:
    assert Ours("a").parts is not Ours("a").parts


def test_it_is_frozen_but_for_what_it_works_out() -> None:
    made = Ours("a")
    assert made.doubled == 6
    with pytest.raises(FrozenInstanceError):
        made.other = 1  # type: ignore[attr-defined]


def test_it_can_be_sent_to_another_process() -> None:
    assert pickle.loads(pickle.dumps(OursMore("a", 1, [2]))) == OursMore("a", 1, [2])
