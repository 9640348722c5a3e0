"""Which parts of a picture changes are about: pointers of a spec to ids of parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kauxgen.changes.change import Change, Comparison, Effect
from kauxgen.frozen import frozen
from kauxgen.picture.model import Box, Part, Picture
from kauxgen.review import words

_TONES = {"renamed": "moved"}
_RANKS = ("affected", "moved", "changed", "added", "removed")


@frozen
class Marked:
    """What the changes of one side mark in its picture.

    `marks` has the tone of each part that is marked, `changes` and `effects` the ids
    of the parts that each of them is about, in their order. A change of a param is
    about what it acts on.
    """

    marks: dict[str, str]
    changes: tuple[tuple[str, ...], ...]
    effects: tuple[tuple[str, ...], ...]


def marked(picture: Picture, comparison: Comparison, old: bool) -> Marked:
    """Find what the changes of a comparison are about, on its old or its new side."""
    places = _Places(picture)
    changes = [places.of(_side(each, old)) for each in comparison.changes]
    effects = [places.of(_side(group[0], old)) for group in all_effects(comparison)]
    marks: dict[str, str] = {}
    for ids in effects:
        _mark(marks, ids, "affected")
    for change, ids in zip(comparison.changes, changes, strict=True):
        _mark(marks, ids, _TONES.get(change.action, change.action))
    found = zip(comparison.changes, changes, strict=True)
    shown = [ids or places.affected(change, old) for change, ids in found]
    return Marked(marks, tuple(shown), tuple(effects))


def all_effects(comparison: Comparison) -> list[tuple[Effect, ...]]:
    """List the effects of single changes, then those of all together, by thing."""
    own = [g for change in comparison.changes for g in words.grouped(change.effects)]
    return [*own, *words.grouped(comparison.effects)]


def _side(given: Change | Effect, old: bool) -> str | None:
    return given.old if old else given.new


def _mark(marks: dict[str, str], ids: Iterable[str], tone: str) -> None:
    """Mark parts; of two tones the one that says more stays."""
    for id in ids:
        before = marks.get(id, _RANKS[0])
        marks[id] = max(before, tone, key=_RANKS.index)


class _Places:
    """Finds the parts of a picture by where they are written."""

    def __init__(self, picture: Picture) -> None:
        self._at: dict[str, list[str]] = {}
        self._around: list[tuple[str, tuple[str, ...]]] = []
        for box in picture.boxes:
            for part in _walk(box):
                if part.at:
                    self._at.setdefault(part.at, []).append(part.id)
                if isinstance(part, Box):
                    inner = tuple(each.at for each in part.parts if each.at)
                    self._around.append((part.id, inner))

    def of(self, pointer: str | None) -> tuple[str, ...]:
        """Return the ids of what stands at a pointer, else around it; () for none.

        A network that is drawn where it is called has no part with its own pointer: it
        is the box around its nodes.
        """
        while pointer:
            found = self._at.get(pointer) or self._holding(f"{pointer}/")
            if found:
                return tuple(found)
            pointer = pointer.rpartition("/")[0]
        return ()

    def affected(self, change: Change, old: bool) -> tuple[str, ...]:
        """Return the ids of what a change acts on: it may have no place of its own."""
        found = [self.of(_side(each, old)) for each in change.effects]
        return tuple(dict.fromkeys(id for ids in found for id in ids))

    def _holding(self, start: str) -> list[str]:
        """Return the boxes with parts below a pointer, if it is that of a definition.

        Lists of nodes and whole sections of a spec are too much to mark.
        """
        if start.count("/") != 3 + start.startswith("/define/"):
            return []
        return [
            id
            for id, inner in self._around
            if any(
                at.startswith(f"{start}layers/") or at.startswith(f"{start}body/")
                for at in inner
            )
        ]


def _walk(part: Part) -> Iterator[Part]:
    yield part
    if isinstance(part, Box):
        for each in part.parts:
            yield from _walk(each)
