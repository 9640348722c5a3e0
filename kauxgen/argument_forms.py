"""Arguments as JSON Schema: what an editor offers and accepts for each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from kauxgen.catalog import FAMILIES, Argument

Form = dict[str, Any]

COMPUTED = "^=[^=]"
"""The pattern of a computed value, `"=2 * units"`: it may stand for any argument."""
_TEXT = {
    "pattern": COMPUTED,
    "patternErrorMessage": 'A text here is a computed value, "=2 * units".',
}
_RANGE = {
    "minimum": "minimum",
    "maximum": "maximum",
    "above": "exclusiveMinimum",
    "below": "exclusiveMaximum",
}
_NESTED = {"schedule_or_float": "schedule"}


def form_of(argument: Argument) -> Form:
    """Write what an argument takes, with its documentation and default."""
    form = {**_taken(argument), "description": argument.doc}
    return {**form, "default": argument.default} if argument.has_default else form


def arguments_form(args: Mapping[str, Argument]) -> Form:
    """Write what `args` holds: these arguments and no others."""
    form: Form = {"type": "object", "additionalProperties": False}
    required = [name for name, argument in args.items() if argument.required]
    if required:
        form["required"] = required
    return {**form, "properties": {name: form_of(each) for name, each in args.items()}}


def either(forms: Iterable[Form]) -> Form:
    """Write that one of some forms is enough."""
    several = list(forms)
    return several[0] if len(several) == 1 else {"anyOf": several}


def _taken(argument: Argument) -> Form:
    plain = _PLAIN.get(argument.type)
    if plain is None:
        return either(_choices(argument))
    form = plain(argument)
    if argument.nullable and "type" in form:
        form["type"] = [*form["type"], "null"]
    return either([form, {"enum": list(argument.values)}]) if argument.values else form


def _choices(argument: Argument) -> Iterable[Form]:
    """Yield the forms of an argument that takes words or kinds.

    Of a type that is not known here nothing is demanded.
    """
    family = _NESTED.get(argument.type, argument.type)
    if family not in FAMILIES and argument.type != "enum":
        yield {}
        return
    if argument.type in _NESTED:
        yield _number(argument)
    if argument.values:
        yield {"enum": list(argument.values)}
    if family in FAMILIES:
        yield {"$ref": f"#/$defs/{family}_value"}
    if argument.type not in _NESTED:
        yield {"$ref": "#/$defs/computed"}
    if argument.nullable:
        yield {"type": "null"}


def _range(argument: Argument) -> Form:
    bounds = {word: getattr(argument, name) for name, word in _RANGE.items()}
    return {word: bound for word, bound in bounds.items() if bound is not None}


def _scalar(kind: str, argument: Argument) -> Form:
    return {"type": [kind, "string"], **_range(argument), **_TEXT}


def _integer(argument: Argument) -> Form:
    return _scalar("integer", argument)


def _number(argument: Argument) -> Form:
    return _scalar("number", argument)


def _listed(argument: Argument, items: Form) -> Form:
    form: Form = {"type": ["array", "string"], **_TEXT, "items": items}
    if argument.length is not None:
        form |= {"minItems": argument.length, "maxItems": argument.length}
    return form


def _one_or_listed(argument: Argument, item: Form, items: Form) -> Form:
    """Write that one item may stand for a list of equal ones."""
    types = [*item["type"], "array"]
    return {**item, **_listed(argument, items), "type": types}


def _integers(argument: Argument) -> Form:
    item = _integer(argument)
    return _one_or_listed(argument, item, item)


def _indices(argument: Argument) -> Form:
    return _listed(argument, _integer(argument))


def _sizes(argument: Argument) -> Form:
    size = _integer(argument)
    return _listed(argument, {**size, "type": [*size["type"], "null"]})


def _margins(argument: Argument) -> Form:
    item = _integer(argument)
    pair = {"minItems": 2, "maxItems": 2, "items": item}
    items = {**item, **pair, "type": [*item["type"], "array"]}
    return _one_or_listed(argument, item, items)


def _factor(argument: Argument) -> Form:
    item = _number(argument)
    return _one_or_listed(argument, item, item)


def _flat_numbers(argument: Argument) -> Form:
    return _listed(argument, _number(argument))


def _numbers(argument: Argument) -> Form:
    item = _number(argument)
    inner = {**item, "type": [*item["type"], "array"]}
    return _one_or_listed(argument, item, inner)


_PLAIN: Mapping[str, Callable[[Argument], Form]] = MappingProxyType(
    {
        "int": _integer,
        "float": _number,
        "bool": lambda _: {"type": ["boolean", "string"], **_TEXT},
        "string": lambda _: {"type": ["string"]},
        "ints": _integers,
        "axis": _integers,
        "indices": _indices,
        "shape": _sizes,
        "margins": _margins,
        "factor": _factor,
        "numbers": _flat_numbers,
        "any_number": _numbers,
        "list": lambda argument: _listed(argument, {}),
    }
)
"""The types that need no definition of their own."""
