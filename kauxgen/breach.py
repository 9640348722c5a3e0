"""One breach of the schema, read as the findings that a writer understands."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from kauxgen import form
from kauxgen.finding import Finding
from kauxgen.frozen import frozen
from kauxgen.source import pointer
from kauxgen.suggest import closest, quote

_TYPES = {
    "array": "a list",
    "object": "an object",
    "string": "a text",
    "number": "a number",
    "integer": "an integer",
    "boolean": "true or false",
}
_FORMS = {
    "layer": form.node_form,
    "loss": form.term_form,
    "metric": form.term_form,
    "schedule": form.weight_form,
    "count": form.repeat_form,
    "layers": form.model_form,
}
_LIMITS = {
    "minimum": "must be at least {}",
    "maximum": "must be at most {}",
    "exclusiveMinimum": "must be above {}",
    "maxLength": "must not be longer than {} characters",
    "minLength": "must not be empty",
    "minItems": "must not be empty",
    "minProperties": "must not be empty",
}


@frozen
class Breach:
    """A value that breaks a keyword of the schema.

    `keyword` with its `rule` stands in `schema`, at `schema_path`; `value` stands at
    `path` of the spec.
    """

    keyword: str
    rule: Any
    schema: dict[str, Any]
    schema_path: tuple[str | int, ...]
    value: Any
    path: tuple[str | int, ...]

    @property
    def at(self) -> str:
        """The value's pointer."""
        return pointer(self.path)

    @property
    def place(self) -> str:
        """The value as a message names it, by the nearest key."""
        keys = [quote(each) for each in self.path if isinstance(each, str)]
        if not self.path:
            return "the spec"
        return keys[-1] if isinstance(self.path[-1], str) else f"an item of {keys[-1]}"

    @property
    def unknown(self) -> list[str]:
        """The keys of the value that its schema does not have."""
        return [key for key in self.value if key not in self.schema["properties"]]

    @property
    def absent(self) -> list[str]:
        """The keys of its schema that the value does not have."""
        return [key for key in self.schema["properties"] if key not in self.value]


def findings_of(breach: Breach) -> Iterator[Finding]:
    """Yield what a breach means, placed where the mistake is."""
    yield from _READERS[breach.keyword](breach)


def _unknown(breach: Breach) -> Iterator[Finding]:
    for key in breach.unknown:
        at = pointer([*breach.path, key])
        yield form.unknown_key(at, key, breach.place, breach.absent)


def _missing(breach: Breach) -> Iterator[Finding]:
    yield from _lacking(breach, breach.rule, "")


def _missing_beside(breach: Breach) -> Iterator[Finding]:
    for key, needed in breach.rule.items():
        if key in breach.value:
            yield from _lacking(breach, needed, key)


def _lacking(breach: Breach, needed: Iterable[str], beside: str) -> Iterator[Finding]:
    """Name the keys that are missing, but not those that are only misspelled."""
    misspelled = {closest(key, breach.absent) for key in breach.unknown}
    for key in needed:
        if key in breach.absent and key not in misspelled:
            yield form.missing_key(breach.at, key, breach.place, beside)


def _mistyped(breach: Breach) -> Iterator[Finding]:
    expected = breach.schema.get("title") or _TYPES[breach.rule]
    yield form.wrong_type(breach.at, breach.place, expected, _described(breach.value))


def _not_allowed(breach: Breach) -> Iterator[Finding]:
    allowed = breach.rule if breach.keyword == "enum" else [breach.rule]
    legal = [each if isinstance(each, str) else json.dumps(each) for each in allowed]
    word = breach.value if isinstance(breach.value, str) else ""
    shown = quote(word) if word else _described(breach.value)
    yield form.wrong_word(breach.at, breach.place, word, shown, legal)


def _out_of_range(breach: Breach) -> Iterator[Finding]:
    complaint = _LIMITS[breach.keyword].format(breach.rule)
    if "propertyNames" in breach.schema_path:
        at = pointer([*breach.path, breach.value])
        yield form.out_of_range(at, "a name", complaint, at_key=True)
    else:
        yield form.out_of_range(breach.at, breach.place, complaint)


def _misworded(breach: Breach) -> Iterator[Finding]:
    constant = breach.rule.startswith("^(?!")
    rule = form.computed_param if constant else form.not_computed
    yield rule(breach.at, breach.place, breach.value)


def _formless(breach: Breach) -> Iterator[Finding]:
    if not isinstance(breach.value, dict):
        return  # its type is wrong already
    forms = [each["required"][0] for each in breach.rule if "required" in each]
    present = [key for key in breach.value if key in forms]
    if present:
        at = pointer([*breach.path, present[1]])
        yield _FORMS[forms[0]](at, forms, present)
    elif not breach.unknown:  # an unknown key may be the one that is meant
        yield _FORMS[forms[0]](breach.at, forms, [])


def _misplaced(breach: Breach) -> Iterator[Finding]:
    *_, kind, _properties, key, _not = breach.schema_path
    yield form.misplaced_key(breach.at, str(key), str(kind))


_READERS: dict[str, Callable[[Breach], Iterator[Finding]]] = {
    "additionalProperties": _unknown,
    "required": _missing,
    "dependentRequired": _missing_beside,
    "type": _mistyped,
    "enum": _not_allowed,
    "const": _not_allowed,
    "pattern": _misworded,
    "oneOf": _formless,
    "not": _misplaced,
    **dict.fromkeys(_LIMITS, _out_of_range),
}


def _described(value: object) -> str:
    if value is None or isinstance(value, bool | int | float):
        return json.dumps(value)
    if isinstance(value, str):
        return "a text"
    return "an object" if isinstance(value, dict) else "a list"
