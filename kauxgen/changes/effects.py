"""What changes do to things that stay as they are written, and which change it was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from kauxgen.changes.canonical import mentions
from kauxgen.changes.causes import Causes
from kauxgen.changes.change import Effect, Level
from kauxgen.changes.differing import Delta, Differing
from kauxgen.changes.facts import Facts
from kauxgen.changes.inventory import Inventory
from kauxgen.changes.levels import Levels
from kauxgen.changes.things import Field, Thing
from kauxgen.changes.wording import differing, said
from kauxgen.values import Computed

_USED = ("block", "layer class", "loss closure", "regularizer", "initializer")
_DEFINED = (*_USED, "function", "network")


@dataclass
class Effects:
    """Finds effects, and the differences that explain them.

    `by_new` and `by_old` are the places of the differences by the ids of their things.
    """

    differing: Differing
    levels: Levels
    deltas: list[Delta]
    by_new: Mapping[str, int] = field(init=False)
    by_old: Mapping[str, int] = field(init=False)

    def __post_init__(self) -> None:
        """Note which things differ."""
        pairs = list(enumerate(self.deltas))
        self.by_new = {one.new.id: place for place, one in pairs if one.new}
        self.by_old = {one.old.id: place for place, one in pairs if one.old}
        self.pairs = self.differing.pairs
        self.causes = Causes(self.pairs.new, self.levels, self.by_new)

    @property
    def old(self) -> Facts:
        """What is known of the old spec."""
        return self.levels.old

    @property
    def new(self) -> Facts:
        """What is known of the new spec."""
        return self.levels.new

    def all(self) -> Iterator[tuple[frozenset[int], Effect]]:
        """Yield effects with the places of the differences that explain them."""
        for thing in self.pairs.new.things.values():
            old = self.pairs.old.things.get(self.pairs.back.get(thing.id, "?"))
            if old is None or thing.id == "" or thing.id in self.by_new:
                continue
            found = list(self.of(old, thing))
            for effect in found:
                yield self.explained(old, thing, effect), effect

    def of(self, old: Thing, new: Thing) -> Iterator[Effect]:
        """Yield what happened to a thing that is written as it was."""
        was, now = self.old.of(old.id), self.new.of(new.id)
        for what, before, after in differing(was, now):
            yield Effect(new.path, what, before, after, old.id, new.id)
        entering = self.entering(old, new)
        if entering:
            yield Effect(new.path, "inputs", *entering, old.id, new.id)
        if was.shape == now.shape and was.count == now.count:
            yield from self.values(old, new)

    def entering(self, old: Thing, new: Thing) -> tuple[str, str] | None:
        """Return what enters a thing that takes the one above it, if it is another."""
        was, now = old.field("inputs"), new.field("inputs")
        if was is None or now is None or was.stated or now.stated:
            return None
        if not self.differing.unlike(old, new, was, now):
            return None
        before = said(was.value, self.old.inventory)
        return before or "none", said(now.value, self.new.inventory) or "none"

    def values(self, old: Thing, new: Thing) -> Iterator[Effect]:
        """Yield computed values that come to something else."""
        others = {each.what: each for each in old.fields}
        for each in new.fields:
            was = others.get(each.what)
            if was is None or not self.constant(new, each):
                continue
            before = _worth(self.old.inventory, was)
            after = _worth(self.new.inventory, each)
            if before != after:
                texts = str(before), str(after)
                yield Effect(new.path, each.what, *texts, old.id, new.id)

    def constant(self, thing: Thing, each: Field) -> bool:
        """Say whether a computed value is one number: it reads params of the spec."""
        if not isinstance(each.value, Computed):
            return False
        named = mentions(self.new.inventory, each.value, thing.names)
        return all(id.startswith("/params/") for id in named)

    def explained(self, old: Thing, new: Thing, effect: Effect) -> frozenset[int]:
        """Return the differences that explain an effect."""
        found = self.causes.of(new.id)
        if effect.what != "inputs":
            return found
        before = old.field("inputs")
        gone = {
            self.by_old[to.id]
            for to in (before.value if before else ())
            if to.id in self.by_old
        }
        return found | gone

    def uses(self) -> Iterator[tuple[int, Effect]]:
        """Yield who uses what differs, for the first difference of a definition."""
        told: set[str] = set()
        for place, delta in enumerate(self.deltas):
            counts = self.levels.of(delta) > Level.DOCS and bool(delta.fields)
            owner = self.owner(delta.new) if delta.new and counts else None
            if owner is None or owner.id in told:
                continue
            told.add(owner.id)
            for user, _ in self.pairs.uses[1].of.get(owner.id, ()):
                was = self.pairs.back.get(user.id)
                if was is not None and user.subject not in ("inference", "phase"):
                    effect = Effect(
                        user.path, "uses", owner.path, owner.path, was, user.id
                    )
                    yield place, effect

    def owner(self, thing: Thing) -> Thing | None:
        """Return the definition or network that a thing is, or stands in."""
        for end in range(len(parts := thing.id.split("/")), 2, -1):
            found = self.pairs.new.things.get("/".join(parts[:end]))
            if found is not None and found.subject in _DEFINED:
                return found
        return None


def _worth(inventory: Inventory, each: Field) -> object:
    value = each.value
    return (
        inventory.checked.values.get(value.at) if isinstance(value, Computed) else value
    )
