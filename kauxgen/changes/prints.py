"""Prints of things: texts that are equal for things that could be one."""

from __future__ import annotations

from collections.abc import Callable

from kauxgen.changes.canonical import Canonical
from kauxgen.changes.pairing import Pairs
from kauxgen.changes.things import Thing
from kauxgen.frozen import frozen

OLD, NEW = 0, 1


@frozen
class Prints:
    """Writes the things of two specs in the same words, as far as they are paired."""

    pairs: Pairs

    def exact(self, side: int, thing: Thing) -> str:
        """Write all that is said of a thing and in it, of the same neighbours."""
        return self.whole(side, thing, self.known(side, thing, alone=True))

    def loose(self, side: int, thing: Thing) -> str:
        """Write the same, of any neighbours where these are not paired."""
        if not thing.children:
            return ""
        return self.whole(side, thing, self.known(side, thing, alone=False))

    def valued(self, side: int, thing: Thing) -> str:
        """Write what a thing is and where it is used."""
        known = self.known(side, thing, alone=False)
        return f"{self.whole(side, thing, known)} {self.used(side, thing)}"

    def used(self, side: int, thing: Thing) -> str:
        """Write where a thing is used, "" for nowhere."""
        known = self.known(side, thing, alone=False)
        canonical = self.canonical(side, known)
        uses = self.pairs.uses[side].of.get(thing.id, ())
        found = (
            f"{user.subject} {each.what.split()[0]} "
            f"{canonical.text(each.value, user.names)}"
            for user, each in uses
        )
        return "; ".join(sorted(found))

    def kind(self, side: int, thing: Thing) -> str:
        """Write what a thing without a name is, or is on; "" for one with a name."""
        if thing.name:
            return ""
        known = self.known(side, thing, alone=False)
        canonical = self.canonical(side, known)
        for what in ("code", "kind", "on", "formula"):
            each = thing.field(what)
            if each is not None and each.value is not None:
                return f"{thing.subject} {canonical.text(each.value, thing.names)}"
        return thing.subject

    def subject(self, side: int, thing: Thing) -> str:
        """Write what a thing without a name is about; "" for one with a name."""
        return "" if thing.name else thing.subject

    def whole(self, side: int, thing: Thing, known: Callable[[str], str]) -> str:
        """Write the fields of a thing and of all below it."""
        canonical = self.canonical(side, known)
        return " | ".join(
            f"{one.subject if one.children else ''} {each.what} "
            f"{canonical.text(each.value, one.names)}"
            for one in thing.walk()
            for each in one.fields
            if each.what != "description"
        )

    def canonical(self, side: int, known: Callable[[str], str]) -> Canonical:
        """Return what writes values of a side."""
        return Canonical((self.pairs.old, self.pairs.new)[side], known)

    def known(self, side: int, thing: Thing, alone: bool) -> Callable[[str], str]:
        """Return what writes ids: as the new spec has them, or by their place in it.

        One that is not paired is another in each spec, if it `alone` counts.
        """
        forth, own = self.pairs.forth, thing.id

        def write(id: str) -> str:
            if id == own or id.startswith((f"{own}/", f"{own}#")):
                return f"~{id.removeprefix(own)}"
            if side == NEW:
                paired, here = id in self.pairs.back, id
            else:
                paired, here = id in forth, forth.get(id, id)
            return f"<{here}>" if paired else f"?{side}{id}" if alone else "?"

        return write
