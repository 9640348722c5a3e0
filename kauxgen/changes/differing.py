"""What differs between things that are paired, and what stands alone."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kauxgen.changes.canonical import Canonical
from kauxgen.changes.change import Level
from kauxgen.changes.pairing import Pairs
from kauxgen.changes.things import Field, Thing
from kauxgen.frozen import frozen
from kauxgen.rules.logs import log_name
from kauxgen.spec import Spec

Both = tuple[Field | None, Field | None]
_GIVING = ("let", "carry", "zip")
"""The fields that give a name: another name is another text of the module."""


@frozen
class Delta:
    """A thing of both specs, or of one, with the fields that differ.

    `moved` says that it stands elsewhere among those that both specs have.
    """

    old: Thing | None
    new: Thing | None
    fields: tuple[Both, ...] = ()
    moved: bool = False

    @property
    def thing(self) -> Thing:
        """The thing as it is now, or as it was."""
        found = self.new or self.old
        assert found is not None
        return found

    @property
    def renamed(self) -> bool:
        """Whether it bears another name."""
        return bool(self.old and self.new) and self.names[0] != self.names[1]

    @property
    def names(self) -> tuple[str, str]:
        """Its two names, "" for none."""
        return (self.old.name if self.old else "", self.new.name if self.new else "")

    @property
    def differs(self) -> bool:
        """Whether there is anything to tell."""
        alone = self.old is None or self.new is None
        return alone or self.moved or self.renamed or bool(self.fields)


@dataclass
class Differing:
    """Compares the things of two specs, pair by pair."""

    pairs: Pairs
    logs: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        """Prepare what writes the values of each side."""
        self.logs = _logs(self.pairs)
        forth = self.pairs.forth
        self.was = Canonical(
            self.pairs.old,
            lambda id: f"<{forth[id]}>" if id in forth else f"?{id}",
            self.log,
        )
        self.now = Canonical(self.pairs.new, lambda id: f"<{id}>")

    def log(self, text: str) -> str:
        """Return how a log of the old spec is called in the new one."""
        held_out = text.startswith("val_") and text not in self.logs
        name = text[4:] if held_out else text
        return f"{'val_' if held_out else ''}{self.logs.get(name, name)}"

    def deltas(self) -> Iterator[Delta]:
        """Yield all differences in the order of the new spec."""
        yield from self.below(self.pairs.old.root, self.pairs.new.root)

    def below(self, old: Thing, new: Thing) -> Iterator[Delta]:
        """Yield the differences of what two things hold."""
        moved = self.moved(old, new)
        was = {child.id: child for child in old.children}
        for child, is_new in self.merged(old, new):
            if not is_new:
                yield Delta(child, None)
                continue
            former = was.get(self.pairs.back.get(child.id, "?"))
            if former is None:
                yield Delta(None, child)
                continue
            fields = tuple(self.fields(former, child))
            delta = Delta(former, child, fields, child.id in moved)
            if delta.differs:
                yield delta
            yield from self.below(former, child)

    def merged(self, old: Thing, new: Thing) -> Iterator[tuple[Thing, bool]]:
        """Yield the new children, each before those removed that stood behind it."""
        back = self.pairs.back
        behind: dict[str, list[Thing]] = {}
        last = ""
        for child in old.children:
            if child.id in self.pairs.forth:
                last = child.id
            else:
                behind.setdefault(last, []).append(child)
        yield from ((child, False) for child in behind.get("", ()))
        for child in new.children:
            yield child, True
            removed = behind.get(back[child.id], ()) if child.id in back else ()
            yield from ((one, False) for one in removed)

    def moved(self, old: Thing, new: Thing) -> set[str]:
        """Return which children stand elsewhere among those of their group."""
        places = {child.id: place for place, child in enumerate(old.children)}
        found: set[str] = set()
        groups: dict[str, list[str]] = {}
        for child in new.children:
            if child.ordered and self.pairs.back.get(child.id, "?") in places:
                groups.setdefault(child.group, []).append(child.id)
        for ids in groups.values():
            order = [places[self.pairs.back[id]] for id in ids]
            kept = _longest(order)
            found |= {id for place, id in enumerate(ids) if place not in kept}
        return found

    def fields(self, old: Thing, new: Thing) -> Iterator[Both]:
        """Yield the fields that differ, those of the old thing in between."""
        mine = {self.key(each, self.pairs.forth): each for each in old.fields}
        others = {self.key(each, {}): each for each in new.fields}
        for key in dict.fromkeys((*others, *mine)):
            both = mine.get(key), others.get(key)
            if any(each is not None and each.stated for each in both):
                was, now = both
                if was is None or now is None or self.unlike(old, new, was, now):
                    yield both
                elif was.what != now.what and was.what.split()[0] in _GIVING:
                    yield replace(was, level=Level.DOCS), replace(now, level=Level.DOCS)

    def unlike(self, old: Thing, new: Thing, was: Field, now: Field) -> bool:
        """Say whether two values do not mean the same."""
        before = self.was.text(was.value, old.names)
        return before != self.now.text(now.value, new.names)

    def key(self, each: Field, forth: Mapping[str, str]) -> tuple[str, str]:
        """Return by what a field is found in the other spec."""
        if not each.local:
            return each.what, "argument" if each.argument else ""
        kind = each.what.rpartition("." if " " not in each.what else " ")[0]
        return kind, forth.get(each.local, each.local)


def _logs(pairs: Pairs) -> Mapping[str, str]:
    """Return how the logs of the old spec are called in the new one."""
    now = _log_names(pairs.new.spec)
    return {
        name: now[pairs.forth[id]]
        for id, name in _log_names(pairs.old.spec).items()
        if now.get(pairs.forth.get(id, "?"))
    }


def _log_names(spec: Spec) -> dict[str, str]:
    passes = (one for each in spec.objectives for one in (*each.terms, *each.metrics))
    inner = (term for scope in spec.penalized for term in scope.penalties)
    return {term.at: log_name(term) for term in (*passes, *inner) if log_name(term)}


def _longest(order: Sequence[int]) -> set[int]:
    """Return the places of a longest rising part of some numbers."""
    ends: list[int] = []
    tails: list[int] = []
    before: list[int] = []
    for place, number in enumerate(order):
        length = bisect_left(tails, number)
        before.append(ends[length - 1] if length else -1)
        if length == len(tails):
            tails.append(number)
            ends.append(place)
        else:
            tails[length], ends[length] = number, place
    found, place = set(), ends[-1] if ends else -1
    while place >= 0:
        found.add(place)
        place = before[place]
    return found
