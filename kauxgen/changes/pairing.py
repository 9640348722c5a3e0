"""Which thing of one spec is which of the other: by name first, then by likeness."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from kauxgen.changes.canonical import Canonical
from kauxgen.changes.inventory import Inventory
from kauxgen.changes.things import Field, Thing
from kauxgen.changes.uses import Uses

Left = tuple[list[Thing], list[Thing]]


@dataclass
class Pairs:
    """Things of two specs that are the same, and those still alone.

    `forth` leads from the ids of the old spec to those of the new one, `back` the
    other way; they hold local names too. `left` are things of one group under one
    parent that no name pairs.
    """

    old: Inventory
    new: Inventory
    forth: dict[str, str] = field(default_factory=dict)
    back: dict[str, str] = field(default_factory=dict)
    left: deque[Left] = field(default_factory=deque)

    def __post_init__(self) -> None:
        """Note who uses what, and pair by name."""
        self.uses = (Uses(self.old), Uses(self.new))
        self.pair(self.old.root, self.new.root)

    def same(self, old: str, new: str) -> None:
        """Note that two ids are one."""
        if old not in self.forth and new not in self.back:
            self.forth[old] = new
            self.back[new] = old

    def pair(self, old: Thing, new: Thing) -> None:
        """Pair two things, and what they hold, by name."""
        pending = [(old, new)]
        while pending:
            one, other = pending.pop()
            self.same(one.id, other.id)
            self.same(f"{one.id}#round", f"{other.id}#round")
            self.locals(one, other)
            pending += self.children(one, other)

    def locals(self, old: Thing, new: Thing) -> None:
        """Pair the names that two things give: equal ones, and those by position."""
        below = self.old.inner.get(old.id, {}), self.new.inner.get(new.id, {})
        for mine, others in ((old.locals, new.locals), below):
            for name, id in mine.items():
                other = others.get(name, "")
                if other and id not in self.old.things and other not in self.new.things:
                    self.same(id, other)
        places = {id.removeprefix(new.id): id for id in new.locals.values()}
        for id in old.locals.values():
            place = id.removeprefix(old.id)
            if place.rpartition("/")[2].isdigit() and place in places:
                self.same(id, places[place])

    def children(self, old: Thing, new: Thing) -> Iterable[tuple[Thing, Thing]]:
        """Yield the children that bear one name; keep the others for later."""
        known: dict[tuple[str, str], deque[Thing]] = {}
        for child in old.children:
            known.setdefault((child.group, child.name), deque()).append(child)
        alone: list[Thing] = []
        for child in new.children:
            same = known.get((child.group, child.name))
            if child.name and same:
                yield same.popleft(), child
            else:
                alone.append(child)
        lost = {child.id for each in known.values() for child in each}
        left = [child for child in old.children if child.id in lost]
        for group in dict.fromkeys(child.group for child in alone):
            mine = [child for child in left if child.group == group]
            if mine:
                others = [child for child in alone if child.group == group]
                self.left.append((mine, others))

    def free(self, things: Sequence[Thing], old: bool) -> list[Thing]:
        """Return the things of one side that are not paired yet."""
        taken = self.forth if old else self.back
        return [thing for thing in things if thing.id not in taken]


def pair_steps(pairs: Pairs) -> None:
    """Pair steps of `let` and what repeats carry that bear other names, by value."""
    for old in list(pairs.old.things.values()):
        new = pairs.new.things.get(pairs.forth.get(old.id, "?"))
        if new is None or not old.locals:
            continue
        was = [
            each for each in old.fields if each.local and each.local not in pairs.forth
        ]
        now = [
            each for each in new.fields if each.local and each.local not in pairs.back
        ]
        for one in was:
            before = _said(pairs, True, old, one)
            for other in now:
                if before == _said(pairs, False, new, other):
                    pairs.same(one.local, other.local)


def _said(pairs: Pairs, old: bool, thing: Thing, each: Field) -> str:
    """Write what a field gives to its name, as the new spec has it."""
    forth = pairs.forth
    if old:
        writer = Canonical(
            pairs.old, lambda id: f"<{forth[id]}>" if id in forth else f"?{id}"
        )
    else:
        writer = Canonical(pairs.new, lambda id: f"<{id}>")
    return f"{each.what.split()[0]} {writer.text(each.value, thing.names)}"
