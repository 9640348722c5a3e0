"""Checks kinds and their arguments against the catalog and the spec's definitions."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from kauxgen import catalog
from kauxgen.catalog import Argument
from kauxgen.finding import Finding
from kauxgen.rules import kinds
from kauxgen.source import pointer
from kauxgen.spec import BlockNode, Expr, Kind, LayerNode, Spec, Value, walk
from kauxgen.suggest import closest

DEFINED = {
    "loss": "loss",
    "regularizer": "regularizer",
    "initializer": "initializer",
    "penalty": "regularizer",
}
"""The families to which `define` adds kinds, and the family of the definition."""
_NESTED = {"schedule_or_float": "schedule"}
_WORDS = ("activation", "initializer", "regularizer", "constraint")


def check(spec: Spec) -> Iterator[Finding]:
    """Yield the findings about every kind of a spec, and every use of a block."""
    for scope in spec.scopes:
        for node in walk(scope.nodes):
            if isinstance(node, LayerNode):
                yield from check_kind(node.layer, spec)
            elif isinstance(node, BlockNode) and node.block in spec.blocks:
                legal = spec.blocks[node.block].params
                yield from _unknown(node.at, node.block, node.args, legal)
                yield from _params(node.at, node.block, node.args)
    for term in (*spec.terms, *spec.metrics):
        if term.kind is not None:
            yield from check_kind(term.kind, spec)
    for kind in (spec.training.optimizer, *spec.training.callbacks):
        yield from check_kind(kind, spec)


def check_kind(kind: Kind, spec: Spec) -> Iterator[Finding]:
    """Yield the findings about one kind and the kinds in its arguments."""
    legal = arguments(kind, spec)
    if legal is None:
        place = f"{kind.at}/{kind.family}"
        yield kinds.unknown_kind(place, kind.name, kind.family, names(kind, spec))
        return
    known = {name: value for name, value in kind.args.items() if name in legal}
    yield from _unknown(kind.at, kind.name, kind.args, legal)
    meant = {closest(name, legal) for name in kind.args if name not in legal}
    for name, argument in legal.items():
        if not isinstance(argument, Argument) or name in {*kind.args, *meant}:
            continue
        if argument.required:
            place = f"{kind.at}/{kind.family}"
            yield kinds.missing_argument(place, name, kind.name, argument.doc)
    if any(not isinstance(argument, Argument) for argument in legal.values()):
        yield from _params(kind.at, kind.name, known)
        return
    for name, value in known.items():
        yield from _check_value(kind, name, legal[name], value, spec)


def _params(at: str, owner: str, args: Mapping[str, Value]) -> Iterator[Finding]:
    """Yield what is given for params and is no number, text or list of numbers."""
    for name, value in args.items():
        found = _odd(value)
        if found:
            reason = f"expects a number, text or list of numbers, got {found}"
            place = f"{at}/args{pointer([name])}"
            yield kinds.wrong_argument(place, name, owner, reason)


def names(kind: Kind, spec: Spec) -> list[str]:
    """List the kinds that a spec may name where this one stands."""
    library = catalog.penalties() if kind.family == "penalty" else None
    own = [d.name for d in spec.definitions if d.family == DEFINED.get(kind.family)]
    return [*own, *(library or catalog.kinds(kind.family))]


def arguments(kind: Kind, spec: Spec) -> Mapping[str, Any] | None:
    """Give the arguments of a kind: of the catalog's, or the params of an own one."""
    family = DEFINED.get(kind.family)
    own = spec.definition(family, kind.name) if family else None
    if own is not None:
        return own.params
    if kind.family == "penalty":
        entry = catalog.penalties().get(kind.name)
        return None if entry is None else entry.args
    known = catalog.find(kind.family, kind.name)
    return None if known is None else known.args


def place_of(kind: Kind, name: str) -> str:
    """Return the pointer of an argument."""
    return f"{kind.at}/args{pointer([name])}"


def check_plain(kind: Kind, name: str, value: object, spec: Spec) -> Iterator[Finding]:
    """Yield what is wrong with an argument's evaluated value."""
    legal = arguments(kind, spec) or {}
    argument = legal.get(name)
    if isinstance(argument, Argument):
        reason = catalog.check_argument(argument, value)
        if reason:
            yield kinds.wrong_argument(place_of(kind, name), name, kind.name, reason)


def _unknown(
    at: str, owner: str, args: Mapping[str, Value], legal: Collection[str]
) -> Iterator[Finding]:
    for name in args:
        if name in legal:
            continue
        place = f"{at}/args{pointer([name])}"
        if name == "activity_regularizer":
            yield kinds.activity_regularizer(place)
        else:
            yield kinds.unknown_argument(place, name, owner, legal)


def _check_value(
    kind: Kind, name: str, argument: object, value: Value, spec: Spec
) -> Iterator[Finding]:
    if isinstance(value, Kind):
        yield from _check_nested(kind, name, argument, value, spec)
    elif not isinstance(argument, Argument) or isinstance(value, Expr):
        return
    elif _odd(value):
        reason = f"expects {catalog.expectation(argument)}, got {_odd(value)}"
        yield kinds.wrong_argument(place_of(kind, name), name, kind.name, reason)
    elif _unknown_word(argument, value):
        legal = catalog.strings(argument.type)
        yield kinds.unknown_kind(
            place_of(kind, name), str(value), argument.type, sorted(legal)
        )
    else:
        yield from check_plain(kind, name, value, spec)


def _unknown_word(argument: Argument, value: Value) -> bool:
    if argument.type not in _WORDS or not isinstance(value, str):
        return False
    return value not in catalog.strings(argument.type) and value not in argument.values


def _check_nested(
    kind: Kind, name: str, argument: object, value: Kind, spec: Spec
) -> Iterator[Finding]:
    wanted = argument.type if isinstance(argument, Argument) else ""
    if _NESTED.get(wanted, wanted) == value.family:
        yield from check_kind(value, spec)
        return
    expected = (
        catalog.expectation(argument) if isinstance(argument, Argument) else "a number"
    )
    reason = f"expects {expected}, got {_article(value.family)}"
    yield kinds.wrong_argument(place_of(kind, name), name, kind.name, reason)


def _odd(value: Value) -> str:
    """Name what is neither a number, a text, nor a list of these; "" if all is."""
    if isinstance(value, tuple):
        return next((f"a list with {odd}" for odd in map(_odd, value) if odd), "")
    if isinstance(value, Kind):
        return _article(value.family)
    return "an object" if isinstance(value, Mapping) else ""


def _article(family: str) -> str:
    return f"an {family}" if family[0] in "aeiou" else f"a {family}"
