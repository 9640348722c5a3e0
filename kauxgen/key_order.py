"""The order of keys in specs: that of `schemas/form.json`, at every place of it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from kauxgen import resources

Schema = Mapping[str, Any]

_OPEN: Schema = {}


def root() -> Schema:
    """Give the schema of a whole spec."""
    return _form()


def below(schema: Schema, key: str | int) -> Schema:
    """Give the schema of what stands under a key or an index; all is open elsewhere."""
    schema = _resolved(schema)
    if isinstance(key, int):
        found = schema.get("items", _OPEN)
    elif key in schema.get("properties", _OPEN):
        found = schema["properties"][key]
    else:
        found = schema.get("additionalProperties", _OPEN)
    return found if isinstance(found, dict) else _OPEN


def ordered(schema: Schema, keys: Mapping[str, Any]) -> list[str]:
    """Sort the keys of an object as the schema has them, unknown ones behind.

    Where the schema leaves the keys to the author, as in `params`, theirs is the order.
    """
    places = {key: at for at, key in enumerate(_resolved(schema).get("properties", ()))}
    return sorted(keys, key=lambda key: places.get(key, len(places)))


def takes(schema: Schema, key: str) -> bool:
    """Tell whether the schema names a key of an object."""
    return key in _resolved(schema).get("properties", _OPEN)


@cache
def _form() -> Schema:
    schema: Schema = resources.schema("form")
    return schema


def _resolved(schema: Schema) -> Schema:
    while "$ref" in schema:
        schema = _form()["$defs"][schema["$ref"].removeprefix("#/$defs/")]
    return schema
