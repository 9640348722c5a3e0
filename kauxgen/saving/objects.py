"""What Keras visits when it saves or loads a model: objects with their own weights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from kauxgen import naming
from kauxgen.frozen import frozen
from kauxgen.trace import Place


@frozen
class Slot:
    """A weight: the place of its layer, its path below this, its shape.

    `place` is () for a weight of the model itself or of a layer that no node made.
    """

    place: Place
    path: str
    shape: tuple[int | None, ...]


@dataclass(eq=False)
class Saved:
    """An object that Keras saves: its own weights, and what its attributes hold.

    `name` joins the names that lead to it with dots; that of the model is "".

    `closed` is what is known of a thing that nobody looks into, with one slot for all
    its weights: those of equal ones are equal in number and shapes.
    """

    kind: str
    name: str
    slots: tuple[Slot, ...] = ()
    children: list[tuple[str, Any]] = field(default_factory=list)
    closed: object = None

    @property
    def label(self) -> str:
        """The word for it in a list of a file: its class."""
        return naming.snake(self.kind)


def slots_of(root: Saved) -> list[Slot]:
    """Return the weights of a tree, each once."""
    seen: set[int] = set()

    def walk(value: object) -> Iterator[Slot]:
        if isinstance(value, list):
            for one in value:
                yield from walk(one)
        elif isinstance(value, Saved) and id(value) not in seen:
            seen.add(id(value))
            yield from value.slots
            for _, child in value.children:
                yield from walk(child)

    return list(walk(root))


def renamed(saved: Saved, slots: Mapping[str, Slot], name: str) -> Saved:
    """Give the weights of a layer of `define` in another layer their places."""
    seen: set[Saved] = set()

    def walk(value: Any) -> None:
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, list):
                walk(one)
            elif one not in seen:
                seen.add(one)
                one.name, one.slots = name, tuple(
                    slots[each.path] for each in one.slots
                )
                for _, child in one.children:
                    walk(child)

    walk(saved)
    return saved
