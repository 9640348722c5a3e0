"""Finds what was renamed: things that say the same of the same neighbours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kauxgen.changes.inventory import Inventory
from kauxgen.changes.pairing import Left, Pairs, pair_steps
from kauxgen.changes.prints import NEW, OLD, Prints
from kauxgen.changes.things import Thing
from kauxgen.checked import Checked

Print = Callable[[int, Thing], str]
Item = tuple[int, int]
"""A thing by its side and its place in the group."""

_BY_USE = ("param", "input", "import", "state")
_MOST = 40
"""So many things with parts are compared each with each, and no more."""


def paired(old: Checked, new: Checked) -> Pairs:
    """Pair the things of two specs, also those that bear other names."""
    pairs = Pairs(Inventory(old), Inventory(new))
    find_renamed(pairs)
    pair_steps(pairs)
    return pairs


def find_renamed(pairs: Pairs) -> None:
    """Pair what bears another name, or none, in both specs."""
    again = []
    while pairs.left:
        again.append(pairs.left.popleft())
        Likeness(pairs, again[-1]).find()
    for left in again:  # What they name may be paired only now.
        Likeness(pairs, left).find()
    while pairs.left:
        Likeness(pairs, pairs.left.popleft()).find()


class Likeness:
    """Pairs things of one group, of one parent each, that no name pairs."""

    def __init__(self, pairs: Pairs, left: Left) -> None:
        """Take what is not paired yet."""
        self.pairs = pairs
        self.prints = Prints(pairs)
        self.left = left

    @property
    def alone(self) -> tuple[list[Thing], list[Thing]]:
        """What is not paired yet, of both sides."""
        old, new = self.left
        free = self.pairs.free
        return free(old, True), free(new, False)

    def find(self) -> None:
        """Pair what is alike, the more alike first."""
        if self.left[OLD][0].subject in _BY_USE:
            self.equal(self.prints.valued)
            self.equal(self.prints.used)
            return
        Exact(self.pairs, self.prints, self.alone).find()
        self.equal(self.prints.loose)
        self.similar()
        self.equal(self.prints.kind)
        self.equal(self.prints.subject)

    def equal(self, print: Print) -> None:
        """Pair things of equal print, in order; an empty print is like no other."""
        old, new = self.alone
        if not old or not new:
            return
        known: dict[str, list[Thing]] = {}
        for thing in reversed(old):
            known.setdefault(print(OLD, thing), []).append(thing)
        for thing in new:
            found = print(NEW, thing)
            if found and known.get(found):
                self.pairs.pair(known[found].pop(), thing)

    def similar(self) -> None:
        """Pair things of which at least half of the parts bear equal names."""
        old, new = ([one for one in each if one.children] for each in self.alone)
        if not old or not new or max(len(old), len(new)) > _MOST:
            return
        found = sorted(
            (-_shared(one, other), place, index)
            for place, one in enumerate(old)
            for index, other in enumerate(new)
            if one.subject == other.subject and _shared(one, other) >= 0.5
        )
        for _, place, index in found:
            one, other = old[place], new[index]
            if one.id not in self.pairs.forth and other.id not in self.pairs.back:
                self.pairs.pair(one, other)


@dataclass
class Exact:
    """Pairs things that say the same of the same; each pair may make others alike.

    Only what names a thing that was just paired is looked at again, so a chain of
    renamed nodes costs as much as it is long. `items` are the things still alone,
    `waiting` those of each print, by side.
    """

    pairs: Pairs
    prints: Prints
    alone: tuple[list[Thing], list[Thing]]

    def find(self) -> None:
        """Pair all that can be paired."""
        self.things = {
            (side, place): thing
            for side in (OLD, NEW)
            for place, thing in enumerate(self.alone[side])
        }
        self.items = {(s, self.things[s, p].id): (s, p) for s, p in self.things}
        self.printed: dict[Item, str] = {}
        self.waiting: dict[str, tuple[set[Item], set[Item]]] = {}
        pending = list(self.things)
        while pending:
            touched = dict.fromkeys(map(self.note, pending))
            named = [item for print in touched for item in self.settle(print)]
            pending = list(dict.fromkeys(item for item in named if item in self.things))

    def note(self, item: Item) -> str:
        """Let a thing wait under its print as it is now."""
        if item in self.printed:
            self.waiting[self.printed[item]][item[0]].discard(item)
        found = self.prints.exact(item[0], self.things[item])
        self.printed[item] = found
        self.waiting.setdefault(found, (set(), set()))[item[0]].add(item)
        return found

    def settle(self, print: str) -> Iterator[Item]:
        """Pair what waits under one print, in order; yield what names it."""
        old, new = self.waiting[print]
        for pair in zip(sorted(old), sorted(new), strict=False):
            one, other = self.things.pop(pair[OLD]), self.things.pop(pair[NEW])
            old.discard(pair[OLD])
            new.discard(pair[NEW])
            self.pairs.pair(one, other)
            for side, thing in enumerate((one, other)):
                yield from self.named(side, thing)

    def named(self, side: int, thing: Thing) -> Iterator[Item]:
        """Yield what names a thing and is still alone."""
        ids = dict.fromkeys((thing.id, f"{thing.id}#round", *thing.locals.values()))
        for user in self.pairs.uses[side].users(ids):
            if (side, user.id) in self.items:
                yield self.items[side, user.id]


def _shared(old: Thing, new: Thing) -> float:
    """Return how much of two things bears equal names, from 0 to 1."""
    mine = {(one.group, one.name) for one in old.children}
    others = {(one.group, one.name) for one in new.children}
    return len(mine & others) / max(len(mine | others), 1)
