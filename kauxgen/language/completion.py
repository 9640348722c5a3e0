"""What may be written at a place: keys, kinds, words, and the names that are seen."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from kauxgen import catalog
from kauxgen.language import cursor, forms, patterns, places, words
from kauxgen.language.cursor import Cursor
from kauxgen.language.explaining import BUILT_IN, SIZES, about
from kauxgen.language.meaning import Meaning
from kauxgen.language.names import Names, Symbol
from kauxgen.language.offers import NUMBERS, Offer, call, called, plain, symbols
from kauxgen.language.places import Spot
from kauxgen.language.roles import BATCHES, EXPRESSIONS, NETWORKS
from kauxgen.language.sound import Sound
from kauxgen.values import FAMILIES

_REFERENCES = frozenset(
    {
        ("node", "inputs"),
        ("node", "next"),
        ("spec", "outputs"),
        ("network", "outputs"),
        ("block_definition", "outputs"),
        ("inference", "outputs"),
    }
)
"""Places that take the names of tensors, and no expressions."""
_FAMILIES = tuple(each for each in FAMILIES if each != "schedule")


def complete(meaning: Meaning, offset: int, sound: Sound) -> list[Offer]:
    """Offer what may be written at an offset, which may be inside a word."""
    place = cursor.find(meaning.root, meaning.text, offset)
    if place.at_key:
        return _keys(meaning, place)
    spot = places.along(meaning.root, place.path)
    if place.quoted and place.path[-1] == "weights":
        return _in_pattern(meaning, spot, place, offset, sound)
    inside = _expression(meaning, spot, place)
    if inside is not None:
        return _in_expression(meaning, spot, place, offset, sound, inside)
    found = [*_words(meaning, spot), *_named(meaning, spot, sound)]
    return [_as_value(offer, place, offset) for offer in found]


def _keys(meaning: Meaning, place: Cursor) -> list[Offer]:
    """Offer the keys of an object that it has not."""
    path = place.path[:-1]
    said = forms.of(meaning.root, path)
    spot = places.along(meaning.root, place.path)
    has = {item.key for item in place.holder.members if item is not place.item}
    must = forms.required(said)
    found = [
        _key(key, forms.expanded(form), key in must)
        for key, form in forms.keys(said, has).items()
    ]
    keyed = meaning.keyed(spot).values()
    found += [Offer(s.name, s.form, s.name, doc=about(s)) for s in keyed]
    start, end = place.start - place.quoted, place.end + place.quoted
    text = meaning.text
    if place.quoted and text[place.end : place.end + 1] != '"':
        end = place.end
    rest = text[end:].lstrip()
    return [
        replace(_key_text(each, rest), start=start, end=end)
        for each in found
        if each.label not in has
    ]


def _key(key: str, said: list[forms.Schema], must: bool) -> Offer:
    detail = "required" if must else ""
    value = _blank(said)
    return Offer(key, "key", value, detail=detail, doc=forms.doc(said), rank=not must)


def _key_text(offer: Offer, rest: str) -> Offer:
    """Write a key, with a blank value unless one follows."""
    quoted = json.dumps(offer.label)
    if rest.startswith(":"):
        return replace(offer, text=quoted)
    value = offer.text if offer.form == "key" else "$1"
    comma = "," if rest.startswith('"') else ""
    return replace(
        offer,
        text=f"{plain(quoted)}: {value}{comma}",
        snippet=True,
    )


def _blank(said: list[forms.Schema]) -> str:
    """Write a value to fill in."""
    types = forms.types(said)
    if types == {"object"} or {"array", "object"} == types:
        return "{$1}"
    if types == {"array"} or types == {"array", "string", "null"}:
        return "[$1]"
    return '"$1"' if types == {"string"} else "$1"


def _expression(meaning: Meaning, spot: Spot, place: Cursor) -> str | None:
    """Say what part of an expression is written before a cursor in it."""
    if place.quoted and place.before.startswith("="):
        return place.before[1:]
    if spot.place in EXPRESSIONS and spot.path[-1] != "weights":
        return place.before if place.quoted else ""
    return None


def _in_expression(
    meaning: Meaning, spot: Spot, place: Cursor, offset: int, sound: Sound, before: str
) -> list[Offer]:
    """Offer names, and what may be called, for the word before the cursor."""
    above, word = words.begun(before)
    seen = meaning.seen(spot)
    computed = place.before.startswith("=") and place.quoted
    if above:
        found = list(symbols(meaning, meaning.member(above, seen), sound))
    elif computed:
        numbers = {n: s for n, s in seen.items() if s.form in NUMBERS}
        found = [*symbols(meaning, numbers, sound), *called(SIZES)]
    elif spot.place in _REFERENCES:
        tensors = {n: s for n, s in seen.items() if s.form not in NUMBERS}
        found = list(symbols(meaning, tensors, sound))
    else:
        found = [*symbols(meaning, seen, sound), *_callable(meaning, spot, sound)]
    if not place.quoted:
        return [_as_value(offer, place, offset) for offer in found]
    start = offset - len(word)
    return [replace(offer, start=start, end=offset) for offer in found]


def _in_pattern(
    meaning: Meaning, spot: Spot, place: Cursor, offset: int, sound: Sound
) -> list[Offer]:
    """Offer the next part of a pattern of weights."""
    *above, word = place.before.split("/")
    here = patterns.roots(meaning.tables, meaning.seen(spot))
    behind = patterns.behind(meaning.tables, above, here)
    found = symbols(meaning, behind, sound)
    start = offset - len(word)
    return [replace(offer, start=start, end=offset) for offer in found]


def _callable(meaning: Meaning, spot: Spot, sound: Sound) -> Iterator[Offer]:
    """Offer operations, functions and networks, and the words for data and steps."""
    for name, doc in BUILT_IN.get(spot.place[0], {}).items():
        if name != "y" or "penalties" not in spot.path:
            yield Offer(name, "word", name, doc=doc)
    for symbol in meaning.tables.callable.values():
        yield replace(call(symbol.name, about(symbol)), form=symbol.form)
    yield from called(catalog.operations())


def _words(meaning: Meaning, spot: Spot) -> Iterator[Offer]:
    """Offer the words of the schema: kinds, and values that are enumerated."""
    said = forms.of(meaning.root, spot.path)
    form = (
        "kind" if spot.place[1] in (*_FAMILIES, "application", "schedule") else "word"
    )
    for word, doc in forms.words(said).items():
        yield Offer(word, form, word, doc=doc)
    if "boolean" in forms.types(said):
        for word in ("true", "false"):
            yield Offer(word, "value", word)
    for constant in (each["const"] for each in said if "const" in each):
        yield Offer(str(constant), "value", json.dumps(constant))
    for each in forms.snippets(said):
        text = json.dumps(each["body"]).replace('"^$1"', "$1")
        doc = each["description"]
        yield Offer(each["label"], "value", text, doc=doc, snippet=True)
    given = forms.argument(spot)
    if given is not None and given.has_default:
        text = json.dumps(given.default)
        yield Offer(text, "value", text, detail="default", rank=0)
    if forms.may_be_computed(said):
        numbers = meaning.seen(spot).values()
        for symbol in (one for one in numbers if one.form in NUMBERS):
            yield Offer(f"={symbol.name}", "param", f"={symbol.name}", rank=2)


def _named(meaning: Meaning, spot: Spot, sound: Sound) -> Iterator[Offer]:
    """Offer the spec's own names where they stand for themselves."""
    place, tables = spot.place, meaning.tables
    if place in NETWORKS:
        yield from symbols(meaning, tables.networks, sound)
    elif place == ("node", "block"):
        yield from symbols(meaning, tables.defined.get("block", {}), sound)
    elif place == ("node", "reuse"):
        above = meaning.seen(spot).items()
        layers = {n: s for n, s in above if s.item.get("layer") is not None}
        yield from symbols(meaning, layers, sound)
    elif place in BATCHES:
        yield from symbols(meaning, _inputs(meaning), sound)
    elif place == ("node", "taps"):
        known = catalog.applications().get(spot.owner.word("application"))
        yield from (Offer(n, "word", n) for n in (known.names if known else ()))
    elif place[1] in _FAMILIES:
        yield from symbols(meaning, tables.kinds(place[1]), sound)


def _inputs(meaning: Meaning) -> Names:
    spot = places.along(meaning.root, ("layers",))
    seen: Mapping[str, Symbol] = meaning.seen(spot)
    return {name: one for name, one in seen.items() if one.form == "input"}


def _as_value(offer: Offer, place: Cursor, offset: int) -> Offer:
    """Write an offer as a whole value: in quotes, unless it is none of text."""
    start, end = place.start, place.end
    item: Any = place.item
    if place.quoted:
        start -= 1
        end = item.end if item.closed else offset
    elif item is None or item.kind == "missing":
        start = end = offset
    text = offer.text if offer.form == "value" else f'"{offer.text}"'
    return replace(offer, text=text, start=start, end=end)
