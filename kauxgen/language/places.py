"""Which part of the language a place is: the walk of a text along the schema.

A place is told by the object of `schemas/form.json` that it belongs to and by the key
in it, `("node", "inputs")`; what a list or a map under that key holds is of the same
place. Inside `args`, which the schema leaves open, kinds are told by their key.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kauxgen import resources
from kauxgen.frozen import frozen
from kauxgen.language.tolerant import Item, Path
from kauxgen.values import FAMILIES

Place = tuple[str, str]
Schema = dict[str, Any]

_OPEN: Schema = {}


@frozen
class Spot:
    """A value of the text: where it is, what it is, and what holds it.

    `place` is that of the value. `inner` is whether it stands below the key that gives
    the place, in a list or map. `outer` are the items from the root down to its holder;
    that at `depth` is the object whose key gives the place.
    """

    path: Path
    item: Item
    place: Place
    inner: bool
    outer: tuple[Item, ...]
    schema: Schema
    depth: int = 0

    @property
    def owner(self) -> Item:
        """The object whose key gives the place."""
        return (*self.outer, self.item)[self.depth]

    @property
    def computed(self) -> bool:
        """Whether it is a computed value, `"=2 * units"`."""
        text = self.item.text if self.item.kind == "string" else ""
        return text.startswith("=") and not text.startswith("==")


def start(root: Item) -> Spot:
    """Give the root of a text as a spot."""
    return Spot((), root, ("spec", ""), False, (), _spec())


def _spec() -> Schema:
    schema: Schema = resources.schema("form")
    return schema


def step(spot: Spot, key: str | int, item: Item) -> Spot:
    """Go from a spot to what stands under a key or index of it."""
    schema, place, inner = _next(spot, key)
    depth = spot.depth if inner else len(spot.path)
    path, outer = (*spot.path, key), (*spot.outer, spot.item)
    return Spot(path, item, place, inner, outer, schema, depth)


def _next(spot: Spot, key: str | int) -> tuple[Schema, Place, bool]:
    schema = _resolved(spot.schema)
    declared = schema.get("properties", {})
    if isinstance(key, str) and key in declared:
        owner = _owner(spot, schema)
        return declared[key], (owner, key), False
    if isinstance(key, int):
        return schema.get("items", _OPEN), spot.place, True
    family = _family(spot.item) if not schema.get("properties") else ""
    if family and key in (family, "args"):
        return _OPEN, (family, key), False
    inside = schema.get("additionalProperties", _OPEN)
    return (inside if isinstance(inside, dict) else _OPEN), spot.place, True


def _resolved(schema: Schema) -> Schema:
    while "$ref" in schema:
        name = schema["$ref"].removeprefix("#/$defs/")
        schema = {**_spec()["$defs"][name], "$name": name}
    return schema


def _owner(spot: Spot, schema: Schema) -> str:
    return str(schema.get("$name", spot.place[0] if spot.path else "spec"))


def _family(item: Item) -> str:
    """Tell which kind an object in open arguments is of; "" if of none."""
    keys = [member.key for member in item.members]
    return next((key for key in keys if key in FAMILIES), "")


def walk(root: Item) -> Iterator[Spot]:
    """Yield every value of a text, outer ones first."""
    waiting = [start(root)]
    while waiting:
        spot = waiting.pop()
        yield spot
        waiting += [step(spot, *each) for each in reversed(list(spot.item.steps()))]


def along(root: Item, path: Path) -> Spot:
    """Follow a path as far as it leads; what is not written yet is an empty item."""
    spot = start(root)
    for key in path:
        item = spot.item.get(key) or Item("missing", spot.item.end, spot.item.end)
        spot = step(spot, key, item)
    return spot


def address(root: Item, path: Path) -> Path:
    """Write a path with the names of nodes and terms in place of their indices.

    Such a path means the same node after others were written above it.
    """
    here = root
    parts: list[str | int] = []
    for key in path:
        item = here.get(key)
        if item is None:
            return (*parts, *path[len(parts) :])
        parts.append(item.word("name") or key)
        here = item
    return tuple(parts)
