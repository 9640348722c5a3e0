"""What the published schema says of a place: keys, words, and their documentation."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import Any

from kauxgen import publishing
from kauxgen.argument_forms import COMPUTED
from kauxgen.catalog import Argument
from kauxgen.language.places import Spot
from kauxgen.language.tolerant import Item, Path

Schema = Mapping[str, Any]

_FAMILIES = ("layer", "application", "loss", "penalty")
_ABSENT = Item("missing", 0, 0)


@cache
def _published() -> Schema:
    return publishing.published()


def of(root: Item, path: Path) -> list[Schema]:
    """Give all that the schema says of a place, by what stands around it."""
    here, found = root, list(_parts(_published(), root))
    for key in path:
        inside = [each for form in found for each in _inside(form, key)]
        here = here.get(key) or _ABSENT
        found = [part for form in inside for part in _parts(form, here)]
    return found


def keys(forms: list[Schema], has: Collection[str] = ()) -> dict[str, Schema]:
    """Give the keys that an object may have, without those that others forbid."""
    found: dict[str, Schema] = {}
    forbidden: set[str] = set()
    for form in forms:
        asked = {
            key for one in form.get("oneOf", ()) for key in one.get("required", ())
        }
        forbidden |= asked if asked.intersection(has) else set()
        for key, inner in form.get("properties", {}).items():
            if inner == {"not": {}}:
                forbidden.add(key)
            elif inner and "const" not in inner:
                found.setdefault(key, inner)
    return {key: form for key, form in found.items() if key not in forbidden}


def required(forms: list[Schema]) -> set[str]:
    """Give the keys that an object must have."""
    return {key for form in forms for key in form.get("required", ())}


def words(forms: list[Schema]) -> dict[str, str]:
    """Give the words that may stand at a place, with their documentation."""
    found: dict[str, str] = {}
    for form in forms:
        legal = form.get("enum", ())
        docs = form.get("markdownEnumDescriptions", [""] * len(legal))
        for word, doc in zip(legal, docs, strict=True):
            if isinstance(word, str):
                found.setdefault(word, doc)
    return found


def snippets(forms: list[Schema]) -> Iterator[Schema]:
    """Yield objects to fill in, each with a label and a description."""
    for form in forms:
        yield from form.get("defaultSnippets", ())


def may_be_computed(forms: list[Schema]) -> bool:
    """Tell whether a value may be a computed one."""
    return any(form.get("pattern") == COMPUTED for form in forms)


def types(forms: list[Schema]) -> set[str]:
    """Give the types that a value may have."""
    found: set[str] = set()
    for form in forms:
        type = form.get("type", ())
        found |= {type} if isinstance(type, str) else set(type)
    return found


def doc(forms: list[Schema]) -> str:
    """Give the first description; the one nearest to the place comes first."""
    return next((form["description"] for form in forms if "description" in form), "")


def expanded(form: Schema) -> list[Schema]:
    """Give what a form says with what it refers to, of a value that is not written."""
    return list(_parts(form, _ABSENT))


def argument(spot: Spot) -> Argument | None:
    """Find the argument that a value is given to, if its kind is known."""
    if spot.place[1] != "args" or len(spot.path) < spot.depth + 2:
        return None
    family = spot.place[0]
    family = next((f for f in _FAMILIES if spot.owner.get(f)), family)
    name = spot.owner.word(family)
    if family not in publishing.FAMILIES:
        return None
    kind = publishing.known(family).get(name)
    return kind.args.get(str(spot.path[spot.depth + 1])) if kind else None


def _inside(form: Schema, key: str | int) -> Iterator[Schema]:
    if isinstance(key, int):
        inner = form.get("items")
    else:
        inner = form.get("properties", {}).get(key, form.get("additionalProperties"))
    if isinstance(inner, dict):
        yield inner


def _parts(form: Schema, item: Item) -> Iterator[Schema]:
    """Yield a form and all that holds beside it for what stands there."""
    yield form
    if "$ref" in form:
        name = form["$ref"].removeprefix("#/$defs/")
        yield from _parts(_published()["$defs"][name], item)
    for word in ("allOf", "anyOf"):
        for each in form.get(word, ()):
            yield from _parts(each, item)
    if "then" in form and _holds(form["if"], item):
        yield from _parts(form["then"], item)
    for key, each in form.get("dependentSchemas", {}).items():
        if item.get(key) is not None:
            yield from _parts(each, item)


def _holds(condition: Schema, item: Item) -> bool:
    """Say whether an object is of the kind that a condition asks for."""
    asked = condition.get("properties", {})
    return bool(asked) and all(
        item.word(key) == form.get("const") for key, form in asked.items()
    )
