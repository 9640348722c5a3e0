"""Which differences lead to a thing: the nearest ones behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from kauxgen.changes.inventory import Inventory
from kauxgen.changes.levels import Levels
from kauxgen.changes.things import Thing


@dataclass
class Causes:
    """Finds the differences behind a thing: the nearest ones that lead to it."""

    inventory: Inventory
    levels: Levels
    places: Mapping[str, int]
    known: dict[str, frozenset[int]] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    named: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Note to which thing each local name belongs."""
        for thing in self.inventory.things.values():
            self.owners[f"{thing.id}#round"] = thing.id
            for id in thing.locals.values():
                self.owners[id] = thing.id
            for id in self.inventory.inner.get(thing.id, {}).values():
                if id not in self.inventory.things:
                    self.owners.setdefault(id, thing.id)

    def of(self, id: str) -> frozenset[int]:
        """Return the places of the nearest differences that lead to a thing.

        What was found for one thing is kept for those behind it. In a circle, of a
        block and its uses, that may be too little: then all is looked through anew.
        """
        return self.behind(id) or self.around(id)

    def around(self, id: str) -> frozenset[int]:
        """Return the same, having looked through all things that lead there."""
        waiting, seen, found = [id], {id}, set()
        while waiting:
            for one in self.sources(waiting.pop()):
                if one in self.places:
                    found.add(self.places[one])
                elif one not in seen:
                    seen.add(one)
                    waiting.append(one)
        return frozenset(found)

    def behind(self, id: str) -> frozenset[int]:
        """Return the same, keeping what is found on the way.

        Nothing is recursive, for a chain of nodes may be long.
        """
        waiting, entered = [id], {id}
        while waiting:
            here = waiting[-1]
            ahead = (one for one in self.sources(here) if self.new(one, entered))
            following = next(ahead, None)
            if following is not None:
                waiting.append(following)
                entered.add(following)
                continue
            waiting.pop()
            found = {
                self.places[one] for one in self.sources(here) if one in self.places
            }
            more = (
                self.known.get(one, frozenset())
                for one in self.sources(here)
                if one not in self.places
            )
            self.known.setdefault(here, frozenset(found).union(*more))
        return self.known[id]

    def new(self, id: str, entered: set[str]) -> bool:
        """Say whether a thing is to be looked behind."""
        return not (id in self.known or id in entered or id in self.places)

    def sources(self, id: str) -> list[str]:
        """Return the things that a thing names or holds, as owners of the names."""
        if id not in self.named:
            thing = self.inventory.things.get(id)
            held = [] if thing is None else [*_held(thing), *self.users(thing)]
            ids = (
                one for name in (*self.by(id), *held) for one in self.meant(id, name)
            )
            self.named[id] = [one for one in dict.fromkeys(ids) if one != id]
        return self.named[id]

    def users(self, thing: Thing) -> Iterator[str]:
        """Yield who uses the definition whose param or input a thing is."""
        owner = thing.id.rpartition("/")[0].rpartition("/")[0]
        if thing.subject in ("param", "input") and owner:
            yield from (
                one.id for one, _ in self.levels.pairs.uses[1].of.get(owner, ())
            )

    def meant(self, id: str, name: str) -> Iterable[str]:
        """Return what a name in a thing comes from; in a round, what enters it."""
        owner = self.owners.get(name, name)
        if not id.startswith(f"{owner}/") or owner in self.places:
            return (owner,)
        outer = (self.owners.get(one, one) for one in self.by(owner))
        return [one for one in outer if not one.startswith(f"{owner}/")]

    def by(self, id: str) -> Iterable[str]:
        """Return the ids that a thing names."""
        return self.levels.pairs.uses[1].by.get(id, {})


def _held(thing: Thing) -> list[str]:
    """Return what makes up a thing: of a repeat its body."""
    return [child.id for child in thing.children] if thing.subject == "repeat" else []
