"""Checks kinds and their arguments against the catalog and the spec's definitions."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from kauxgen import catalog
from kauxgen.catalog import Argument
from kauxgen.finding import Finding
from kauxgen.rules import kinds, targets
from kauxgen.rules.uses import DEFINED, Use, all_kinds, definition_of, uses
from kauxgen.source import pointer
from kauxgen.spec import OwnWeight, Spec
from kauxgen.suggest import closest
from kauxgen.values import FAMILIES, Expr, Kind, Value

_NESTED = {"schedule_or_float": "schedule"}
_WORDS = ("activation", "initializer", "regularizer", "constraint")


def check(spec: Spec, missed: Collection[tuple[str, str]]) -> Iterator[Finding]:
    """Yield the findings about every kind of a spec, and every use of its own.

    `missed` are words that a definition reads and does not have, with its pointer: it
    mostly has them under another name, so that its uses are not at fault.
    """
    for kind in all_kinds(spec):
        if definition_of(kind, spec) is None and not kind.imported:
            yield from _check_kind(kind, spec)
    for layer in spec.layers.values():
        for weight in layer.weights:
            yield from _check_weight(weight)
    for use in uses(spec):
        yield from _check_use(use, {word for home, word in missed if home == use.home})


def place_of(kind: Kind, name: str) -> str:
    """Return the pointer of an argument."""
    return f"{kind.at}/args{pointer([name])}"


def check_plain(kind: Kind, name: str, value: object) -> Iterator[Finding]:
    """Yield what is wrong with an argument's evaluated value."""
    argument = (_arguments(kind) or {}).get(name)
    reason = argument and catalog.check_argument(argument, value)
    if reason:
        yield kinds.wrong_argument(place_of(kind, name), name, kind.name, reason)


def _check_kind(kind: Kind, spec: Spec) -> Iterator[Finding]:
    legal = _arguments(kind)
    place = f"{kind.at}/{kind.family}"
    if legal is None:
        yield _no_kind(kind.family, kind.name, place, _names(kind, spec))
        return
    yield from _unknown(kind.at, kind.name, kind.args, legal, kind.family)
    meant = {closest(name, legal) for name in kind.args if name not in legal}
    for name, argument in legal.items():
        if name in kind.args:
            yield from _check_value(kind, argument, kind.args[name])
        elif argument.required and name not in meant:
            yield kinds.missing_argument(place, name, kind.name, argument.doc)


def _no_kind(family: str, word: str, place: str, legal: list[str]) -> Finding:
    """Say what is wrong with the name of a kind: Keras may have it all the same."""
    exclusion = catalog.excluded_kind(family, word)
    if exclusion is not None:
        return targets.unusable_kind(place, word, family, exclusion)
    proper = catalog.proper_name(family, word)
    return kinds.unknown_kind(place, word, family, legal, proper)


def _check_use(use: Use, missed: Collection[str]) -> Iterator[Finding]:
    given = {name: value for name, value in use.args.items() if name not in missed}
    yield from _unknown(use.at, use.owner, given, use.params)
    for name, value in given.items():
        if name in use.params and _odd(value):
            reason = f"expects a number, text or list of numbers, got {_odd(value)}"
            place = f"{use.at}/args{pointer([name])}"
            yield kinds.wrong_argument(place, name, use.owner, reason)


def _check_weight(weight: OwnWeight) -> Iterator[Finding]:
    """Check the words that a weight of a layer gives for its kinds."""
    families = ("initializer", "regularizer", "constraint")
    for family, value in zip(families, weight.kinds, strict=True):
        legal = catalog.strings(family)
        if isinstance(value, Expr) or (isinstance(value, str) and value not in legal):
            word = value.text if isinstance(value, Expr) else value
            place = f"{weight.at}/{family}"
            yield kinds.unknown_kind(place, word, family, sorted(legal))


def _arguments(kind: Kind) -> Mapping[str, Argument] | None:
    """Give the arguments of a kind of the catalog; None if it has none such."""
    if kind.family == "penalty":
        penalty = catalog.penalties().get(kind.name)
        return None if penalty is None else penalty.args
    known = catalog.find(kind.family, kind.name)
    return None if known is None else known.args


def _names(kind: Kind, spec: Spec) -> list[str]:
    """List the kinds that a spec may name where this one stands."""
    own = [d.name for d in spec.definitions if d.family == DEFINED.get(kind.family)]
    if kind.family == "layer":
        own = list(spec.layers)
    if kind.family == "penalty":
        return [*own, *catalog.penalties()]
    return [*own, *spec.imports, *catalog.kinds(kind.family)]


def _unknown(
    at: str,
    owner: str,
    args: Mapping[str, Value],
    legal: Collection[str],
    family: str = "",
) -> Iterator[Finding]:
    for name in args:
        if name in legal:
            continue
        place = f"{at}/args{pointer([name])}"
        exclusion = catalog.excluded_argument(family, owner, name)
        if name == "activity_regularizer":
            yield kinds.activity_regularizer(place)
        elif exclusion is not None:
            yield targets.unusable_argument(place, name, owner, exclusion)
        else:
            yield kinds.unknown_argument(place, name, owner, legal)


def _check_value(kind: Kind, argument: Argument, value: Value) -> Iterator[Finding]:
    name, place = argument.name, place_of(kind, argument.name)
    family = _NESTED.get(argument.type, argument.type)
    if isinstance(value, Expr) or (isinstance(value, Kind) and value.family == family):
        return
    if _odd(value):
        reason = f"expects {catalog.expectation(argument)}, got {_odd(value)}"
        form = f'{{"{family}": "...", "args": {{...}}}}'
        help = f"{_article(family)} is {form}" if family in FAMILIES else ""
        yield kinds.wrong_argument(place, name, kind.name, reason, help)
    elif _unknown_word(argument, value):
        legal = sorted(catalog.strings(argument.type))
        yield _no_kind(argument.type, str(value), place, legal)
    else:
        yield from check_plain(kind, name, value)


def _unknown_word(argument: Argument, value: Value) -> bool:
    if argument.type not in _WORDS or not isinstance(value, str):
        return False
    return value not in catalog.strings(argument.type) and value not in argument.values


def _odd(value: Value) -> str:
    """Name what is neither a number, a text, nor a list of these; "" if all is."""
    if isinstance(value, tuple):
        return next((f"a list with {odd}" for odd in map(_odd, value) if odd), "")
    if isinstance(value, Kind):
        return _article(value.family)
    return "an object" if isinstance(value, Mapping) and value is not None else ""


def _article(family: str) -> str:
    return f"an {family}" if family[0] in "aeiou" else f"a {family}"
