"""The findings about what Keras has and this spec cannot use (KX630 to KX633)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from kauxgen import catalog
from kauxgen.catalog import OLDEST, Exclusion
from kauxgen.finding import Finding
from kauxgen.rules.outline import Place
from kauxgen.rules.uses import all_kinds, definition_of
from kauxgen.source import pointer
from kauxgen.spec import Spec
from kauxgen.suggest import quote
from kauxgen.values import Kind

_WORDS = ("activation", "initializer", "regularizer", "constraint")


def unusable_kind(place: str, word: str, family: str, exclusion: Exclusion) -> Finding:
    """KX630: a kind of Keras that no spec can use.

    It is the base of others, holds an object of Python such as a function, or works on
    what is no tensor of numbers; or the language says the same in another way. What
    needs Python comes in from a module of your own, under `imports`.

    Wrong:
        {"name": "halved", "layer": "Lambda", "args": {"function": "x / 2"}}

    Right:
        {"name": "halved", "expr": "x / 2"}
    """
    message = f"the {family} {quote(word)} cannot stand in a spec: {exclusion.why}"
    return Finding(place, "KX630", message, exclusion.instead)


def unusable_argument(
    place: str, word: str, owner: str, exclusion: Exclusion
) -> Finding:
    """KX631: an argument of Keras that no spec can use.

    It takes an object of Python, belongs to the machine instead of the model, or the
    language says the same in another way.

    Wrong:
        {"name": "code", "layer": "Dense", "args": {"units": 4, "lora_rank": 2}}

    Right:
        {"name": "code", "layer": "Dense", "args": {"units": 4}}
    """
    message = f"{quote(word)} of {owner} cannot stand in a spec: {exclusion.why}"
    return Finding(place, "KX631", message, exclusion.instead, at_key=True)


def newer_than_target(
    place: str, what: str, since: str, target: str, at_key: bool = False
) -> Finding:
    """KX632: a kind, argument or operation that the oldest Keras of the spec has not.

    `"keras"` says on which version of Keras, and all newer ones, the generated modules
    must run; by default it is the oldest one that is supported. A newer one is stated
    where something of it is used.

    Wrong:
        {"kauxgen": 1, "layers": [{"name": "norm", "layer": "RMSNormalization"}]}

    Right:
        {"kauxgen": 1, "keras": "3.9",
         "layers": [{"name": "norm", "layer": "RMSNormalization"}]}
    """
    message = f"{what} is not in Keras {target}, on which the module must run"
    return Finding(place, "KX632", message, f'write "keras": "{since}"', at_key=at_key)


def changed_default(
    place: str, word: str, owner: str, since: str, target: str
) -> Finding:
    """KX633: an argument left out, whose default differs between versions of Keras.

    One spec would train otherwise on another version. Say the value, or state the first
    version that has today's default.

    Wrong:
        {"keras": "3.10", "training": {"optimizer": {"optimizer": "Muon"}}}

    Right:
        {"keras": "3.13", "training": {"optimizer": {"optimizer": "Muon"}}}
    """
    message = f"{quote(word)} of {owner} has another default in Keras {target}"
    return Finding(place, "KX633", message, f'state it, or write "keras": "{since}"')


def check(spec: Spec) -> Iterator[Finding]:
    """Yield the kinds, words and arguments that the oldest Keras of a spec has not."""
    for kind in all_kinds(spec):
        if definition_of(kind, spec) is None and not kind.imported:
            yield from _too_new(kind, spec.keras or OLDEST)
    for layer in spec.layers.values():
        for weight in layer.weights:
            for family, value in zip(_WORDS[1:], weight.kinds, strict=True):
                place = f"{weight.at}/{family}"
                yield from _word(place, family, value, spec.keras or OLDEST)


def check_operation(
    node: ast.Call, name: str, spec: Spec, place: Place
) -> Finding | None:
    """Find what the oldest Keras of a spec has not of an operation."""
    history = catalog.history("operation", catalog.operations()[name].keras)
    target = spec.keras or OLDEST
    news = [(name, history.since)]
    for keyword in node.keywords:
        since = history.args.get(str(keyword.arg), "")
        news.append((f"{keyword.arg!s} of {name}", since))
    for what, since in news:
        if since and catalog.is_before(target, since):
            found = newer_than_target(place.at, what, since, target)
            return replace(found, part=place.part)
    return None


def _too_new(kind: Kind, target: str) -> Iterator[Finding]:
    if kind.family not in catalog.FAMILIES:
        return
    known = catalog.find(kind.family, kind.name)
    if known is None:
        return
    history = catalog.history(kind.family, kind.name)
    if history.since and catalog.is_before(target, history.since):
        place = f"{kind.at}/{kind.family}"
        yield newer_than_target(place, kind.name, history.since, target)
        return
    for name, value in kind.args.items():
        place = f"{kind.at}/args{pointer([name])}"
        since = history.args.get(name, "")
        if since and catalog.is_before(target, since):
            what = f"{name} of {kind.name}"
            yield newer_than_target(place, what, since, target, at_key=True)
        elif name in known.args:
            yield from _word(place, known.args[name].type, value, target)
    for name, since in history.defaults.items():
        if name not in kind.args and catalog.is_before(target, since):
            place = f"{kind.at}/{kind.family}"
            yield changed_default(place, name, kind.name, since, target)


def _word(place: str, family: str, value: object, target: str) -> Iterator[Finding]:
    """Yield what is too new of a plain string that stands for a kind."""
    if family not in _WORDS or not isinstance(value, str):
        return
    for kind in catalog.kinds(family).values():
        since = kind.since if value in kind.strings else ""
        if since and catalog.is_before(target, since):
            yield newer_than_target(place, f"the {family} {value}", since, target)


RULES = (unusable_kind, unusable_argument, newer_than_target, changed_default)
