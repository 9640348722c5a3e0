"""The shapes beside the nodes of a text, and its outline."""

from __future__ import annotations

from collections.abc import Iterator

from kauxgen.frozen import frozen
from kauxgen.language import places
from kauxgen.language.places import Place, Spot
from kauxgen.language.sound import Sound
from kauxgen.language.tolerant import Item

_NODE_KINDS = ("layer", "network", "block", "application", "reuse", "expr")
_KINDS = (*_NODE_KINDS, "loss", "penalty", "metric")
_MAPS: frozenset[Place] = frozenset(
    {
        ("spec", "inputs"),
        ("spec", "networks"),
        ("spec", "params"),
        ("spec", "state"),
        *(("define", key) for key in ("losses", "regularizers", "initializers")),
        *(("define", key) for key in ("functions", "blocks", "layers")),
    }
)
"""Places whose members are entries of the outline, by their keys."""
_NODES: frozenset[Place] = frozenset(
    {
        ("spec", "layers"),
        ("network", "layers"),
        ("block_definition", "body"),
        ("layer_definition", "body"),
        ("node", "body"),
        ("step", "forward"),
        ("step", "phases"),
        ("phase", "forward"),
        ("phase", "terms"),
        ("phase", "metrics"),
        ("evaluation", "forward"),
        ("evaluation", "terms"),
        ("evaluation", "metrics"),
        ("spec", "losses"),
        ("spec", "penalties"),
        ("spec", "metrics"),
        ("network", "penalties"),
        ("block_definition", "penalties"),
        ("layer_definition", "penalties"),
    }
)
"""Places whose items are entries of the outline, by their names or kinds."""


@frozen
class Hint:
    """A shape behind a node, at an offset, with what a tooltip says."""

    offset: int
    label: str
    tooltip: str = ""


@frozen
class Entry:
    """A part of the outline: its range, and that of its name."""

    name: str
    detail: str
    form: str
    start: int
    end: int
    name_start: int
    name_end: int
    inside: tuple[Entry, ...] = ()


def hints(root: Item, text: str, sound: Sound) -> Iterator[Hint]:
    """Yield the shape of every node: behind it, or behind its name if it is long."""
    for spot in places.walk(root):
        if spot.place != ("node", "name") or spot.inner:
            continue
        known = sound.of(root, spot.path[:-1])
        if known is None or not known.shape:
            continue
        node, name = spot.owner, spot.item
        long = "\n" in text[name.end : node.end] or not node.closed
        count = known.count
        parameters = f"{count.total:,} parameters" if count.total else ""
        yield Hint(name.end if long else node.end, known.shape, parameters)


def outline(root: Item) -> tuple[Entry, ...]:
    """Give the entries of a text, each with those inside it."""
    return tuple(_entries(places.start(root)))


def _entries(spot: Spot) -> Iterator[Entry]:
    for key, item in spot.item.steps():
        inner = places.step(spot, key, item)
        bears = inner.place in _MAPS if isinstance(key, str) else inner.place in _NODES
        if inner.inner and bears:
            yield _entry(inner)
        elif item.kind in ("object", "array"):
            yield from _entries(inner)


def _entry(spot: Spot) -> Entry:
    item, named = spot.item, spot.item.get("name")
    kind = next((item.word(key) for key in _KINDS if item.word(key)), "")
    start, end = item.start, item.end
    name, detail = item.word("name"), kind
    if item.key_start >= 0:
        name, start = item.key, item.key_start
        place = (item.key_start, item.key_end)
    else:
        place = (named.start, named.end) if named else (start, min(start + 1, end))
    if not name:
        name, detail = kind or spot.place[1], ""
    inside = tuple(_entries(spot)) if item.kind == "object" else ()
    return Entry(name, detail, spot.place[1], start, end, *place, inside)
