"""What checking knows of each thing: its shapes, its weights and their number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kauxgen.changes.inventory import Inventory
from kauxgen.frozen import frozen
from kauxgen.overview import Count, Overview, Part, Row, overview
from kauxgen.overview.marks import names_of
from kauxgen.overview.values import Names, walk
from kauxgen.tensor import TensorType, describe
from kauxgen.trace import LayerWeight

Shapes = tuple[tuple[TensorType, ...], ...]
Held = tuple[tuple[tuple[str | int, ...], LayerWeight], ...]


@frozen
class Fact:
    """What is known of a thing at all of its places: of a block's node at every use.

    `shapes` are what it gives, without what the place before gave; `held` are its
    weights, each with the path to it below the thing. It has `weights` if there are
    any under its name, or if it is an import, which may have some; a call has none.
    """

    shapes: Shapes = ()
    count: Count = field(default_factory=Count)
    held: tuple[Held, ...] = ()
    weights: bool = False

    @property
    def shape(self) -> str:
        """What it gives, as a person reads it."""
        return " / ".join(
            ", ".join(_words(one) for one in each)
            for each in dict.fromkeys(self.shapes)
        )

    @property
    def names(self) -> tuple[tuple[object, ...], ...]:
        """The paths and shapes of its weights, at each of its places."""
        return tuple(
            tuple((path, weight.path, weight.shape) for path, weight in each)
            for each in self.held
        )


@dataclass
class Facts:
    """The facts of a spec by the ids of its things."""

    inventory: Inventory
    style: str
    view: Overview = field(init=False)
    known: Mapping[str, Fact] = field(init=False)

    def __post_init__(self) -> None:
        """Describe the spec, and gather what is said of each thing."""
        self.view = overview(self.inventory.checked, self.style)
        held = self._held()
        found: dict[str, list[Fact]] = {}
        for part in self.view.parts:
            above = (part.name,) if part.kind == "network" else ()
            for row in (*part.inputs, *walk(part.rows)):
                own = held.get((*above, *row.path), ())
                fact = Fact(row.distinct, _count(row), (own,), _owns(row))
                found.setdefault(row.at, []).append(fact)
            if part.kind == "network":
                own = held.get((part.name,), ())
                owns = any(map(_owns, part.rows))
                found[part.at] = [Fact(self._given(part), part.count, (own,), owns)]
        self.known = {id: _joined(facts) for id, facts in found.items()}

    def of(self, id: str) -> Fact:
        """Return the fact of a thing, an empty one if nothing is known."""
        return self.known.get(id, _NOTHING)

    def _given(self, part: Part) -> Shapes:
        given = self.inventory.checked.shapes.get(part.at, ())
        return (given if isinstance(given, tuple) else (given,),)

    def _held(self) -> Mapping[Names, Held]:
        """Return the weights below every path of names, with the paths below it."""
        found: dict[Names, list[tuple[tuple[str | int, ...], LayerWeight]]] = {}
        for place, weights in self.inventory.checked.trace.weights.items():
            for end in range(1, len(place) + 1):
                if end < len(place) and isinstance(place[end], int):
                    continue
                above = found.setdefault(names_of(place[:end]), [])
                below = tuple(p for p in place[:end] if isinstance(p, int))
                above += [((*below, *place[end:]), weight) for weight in weights]
        return {path: tuple(each) for path, each in found.items()}


_NOTHING = Fact()


def _joined(facts: list[Fact]) -> Fact:
    """Join what is known of a thing at several places, in whatever order these are."""
    if len(facts) == 1:
        return facts[0]
    shapes = (one for fact in facts for one in fact.shapes)
    held = (one for fact in facts for one in fact.held)
    count = sum((fact.count for fact in facts), Count())
    owns = any(fact.weights for fact in facts)
    sorts = tuple(sorted(shapes, key=repr)), count, tuple(sorted(held, key=repr))
    return Fact(*sorts, owns)


def _count(row: Row) -> Count:
    """Count the weights of a row; those of networks are told of the networks."""
    return Count() if row.kind in ("expr", "network") else row.count


def _owns(row: Row) -> bool:
    """Say whether weights stand under the name of a row, or may."""
    if row.kind in ("layer", "application"):
        return bool(row.count.total or not row.count.known)
    return any(map(_owns, row.body))


def _words(one: TensorType) -> str:
    """Write a tensor without the words of its sizes: a reader compares numbers."""
    sizes = tuple(None if size is None else int(size) for size in one.shape)
    kind = "" if one.dtype == "float32" else f" {one.dtype}"
    return describe(sizes) + kind
