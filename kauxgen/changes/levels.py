"""How far a difference reaches: the level of each, from what it does to the model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from kauxgen.changes.canonical import mentions
from kauxgen.changes.change import Level
from kauxgen.changes.differing import Both, Delta
from kauxgen.changes.facts import Facts
from kauxgen.changes.pairing import Pairs
from kauxgen.changes.things import Field, Thing
from kauxgen.frozen import frozen
from kauxgen.values import Computed

TERMS = ("loss", "penalty", "metric")
_MOVED: Mapping[str, Level] = {
    "param": Level.INTERFACE,
    "weight": Level.WEIGHTS,
    "input": Level.LOSS,
    "callback": Level.TRAINING,
    "phase": Level.LOSS,
}


@frozen
class Levels:
    """Finds levels, from what is known of both specs."""

    pairs: Pairs
    old: Facts
    new: Facts

    def of(self, delta: Delta) -> Level:
        """Return the level of a difference, without what others make of it."""
        if delta.old is None:
            assert delta.new is not None
            return self.alone(delta.new, self.new, delta.new.come, gone=False)
        if delta.new is None:
            return self.alone(delta.old, self.old, delta.old.gone, gone=True)
        return max(self.reasons(delta, delta.old, delta.new))

    def alone(self, thing: Thing, facts: Facts, level: Level, gone: bool) -> Level:
        """Return the level of what was added or removed, with all that it holds."""
        inner = [
            one for one in thing.walk() if one.subject in TERMS and one is not thing
        ]
        levels = [one.gone if gone else one.come for one in inner]
        held = [Level.WEIGHTS] if facts.of(thing.id).weights else []
        return max([level, *levels, *held])

    def reasons(self, delta: Delta, old: Thing, new: Thing) -> Iterator[Level]:
        """Yield the levels of all that differs in a thing."""
        yield Level.DOCS
        weights = self.old.of(old.id).weights or self.new.of(new.id).weights
        if delta.renamed:
            yield new.named
            if weights:
                yield Level.WEIGHTS
        if delta.moved:
            yield _MOVED.get(new.subject, Level.TRAINING)
        if new.subject == "param" and delta.fields:
            yield from self.uses(new)
            return
        for both in delta.fields:
            yield self.field(old, new, both)

    def field(self, old: Thing, new: Thing, both: Both) -> Level:
        """Return the level of a field that differs."""
        level = max(each.level for each in both if each is not None)
        was, now = both
        if was is not None and now is not None:
            if was.what == "as" and len(was.value) != len(now.value):
                level = Level.LOSS
            if self.equal(old, new, was, now):
                return Level.DOCS
        if level < Level.LOSS:
            return level
        return max(level, self.held(old.id, new.id))

    def held(self, old: str, new: str) -> Level:
        """Return whether the names or shapes of weights differ, as a level."""
        same = self.old.of(old).names == self.new.of(new).names
        known = self.old.of(old).count.known and self.new.of(new).count.known
        return Level.LOSS if same and known else Level.WEIGHTS

    def equal(self, old: Thing, new: Thing, was: Field, now: Field) -> bool:
        """Say whether two values come to the same number with the params as they are.

        What depends on rounds or on a block's arguments may come to several.
        """
        if not (isinstance(was.value, Computed) or isinstance(now.value, Computed)):
            return False
        pairs = self.pairs
        sides = ((pairs.old, old, was), (pairs.new, new, now))
        named = (
            id
            for inventory, thing, each in sides
            for id in mentions(inventory, each.value, thing.names)
        )
        if not all(id.startswith("/params/") for id in named):
            return False
        worth = [
            (
                inventory.checked.values.get(each.value.at)
                if isinstance(each.value, Computed)
                else each.value
            )
            for inventory, _, each in sides
        ]
        return worth[0] == worth[1] and worth[0] is not None

    def uses(self, param: Thing) -> Iterator[Level]:
        """Yield the levels of all that names a param, of what these define too."""
        for user, each in self.reached([param.id]):
            old = self.pairs.back.get(user.id)
            level = each.level if user.subject != "param" else Level.DOCS
            if level >= Level.LOSS and old is not None:
                level = max(level, self.weighed(old, user.id))
            yield level

    def weighed(self, old: str, new: str) -> Level:
        """Return WEIGHTS where weights differ, DOCS where nothing is known of them."""
        same = self.old.of(old).names == self.new.of(new).names
        return Level.DOCS if same else Level.WEIGHTS

    def reached(self, ids: Iterable[str]) -> Iterator[tuple[Thing, Field]]:
        """Yield the things that name some ids, with the fields that do."""
        for id in ids:
            yield from self.pairs.uses[1].of.get(id, ())
