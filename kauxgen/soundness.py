"""Whether a value has the form that a schema asks for: yes or no, and no word more.

Most specs are sound, and to say so takes a tenth of the time of importing jsonschema;
so `schema.py` asks here first, and asks jsonschema what is wrong. The keywords are
those of `schemas/form.json`, and mean what JSON Schema (draft 2020-12) says, but that
3.0 is no integer. `tests/test_soundness.py` holds the two to each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType, NoneType
from typing import Any

Check = Callable[[Any, Any, Mapping[str, Any], Mapping[str, Any]], bool]
"""Of a keyword: takes its rule, the value, the schema it stands in, and the root."""


def holds(schema: Any, value: object, root: Mapping[str, Any]) -> bool:
    """Tell whether a value holds a schema; `root` is where its references lead.

    Raises:
        KeyError: The schema has a keyword that is not in `KEYWORDS`.
    """
    if isinstance(schema, bool):
        return schema
    return all(
        KEYWORDS[word](rule, value, schema, root) for word, rule in schema.items()
    )


def _annotation(rule: Any, value: Any, schema: Any, root: Any) -> bool:
    return True


def _ref(rule: str, value: Any, schema: Any, root: Any) -> bool:
    return holds(root["$defs"][rule.removeprefix("#/$defs/")], value, root)


def _type(rule: str | list[str], value: Any, schema: Any, root: Any) -> bool:
    if isinstance(rule, list):
        return any(_type(each, value, schema, root) for each in rule)
    is_bool = isinstance(value, bool)
    return isinstance(value, _TYPES[rule]) and is_bool == (rule == "boolean")


def _const(rule: Any, value: Any, schema: Any, root: Any) -> bool:
    return bool(rule == value) and isinstance(rule, bool) == isinstance(value, bool)


def _enum(rule: list[Any], value: Any, schema: Any, root: Any) -> bool:
    return any(_const(each, value, schema, root) for each in rule)


def _pattern(rule: str, value: Any, schema: Any, root: Any) -> bool:
    return not isinstance(value, str) or re.search(rule, value) is not None


def _min_length(rule: int, value: Any, schema: Any, root: Any) -> bool:
    return not isinstance(value, str) or len(value) >= rule


def _max_length(rule: int, value: Any, schema: Any, root: Any) -> bool:
    return not isinstance(value, str) or len(value) <= rule


def _minimum(rule: float, value: Any, schema: Any, root: Any) -> bool:
    return not _type("number", value, schema, root) or value >= rule


def _maximum(rule: float, value: Any, schema: Any, root: Any) -> bool:
    return not _type("number", value, schema, root) or value <= rule


def _exclusive_minimum(rule: float, value: Any, schema: Any, root: Any) -> bool:
    return not _type("number", value, schema, root) or value > rule


def _min_items(rule: int, value: Any, schema: Any, root: Any) -> bool:
    return not isinstance(value, list) or len(value) >= rule


def _items(rule: Any, value: Any, schema: Any, root: Any) -> bool:
    return not isinstance(value, list) or all(holds(rule, one, root) for one in value)


def _min_properties(rule: int, value: Any, schema: Any, root: Any) -> bool:
    return not isinstance(value, dict) or len(value) >= rule


def _required(rule: list[str], value: Any, schema: Any, root: Any) -> bool:
    return not isinstance(value, dict) or all(key in value for key in rule)


def _dependent_required(rule: Any, value: Any, schema: Any, root: Any) -> bool:
    return not isinstance(value, dict) or all(
        _required(needed, value, schema, root)
        for key, needed in rule.items()
        if key in value
    )


def _dependent_schemas(rule: Any, value: Any, schema: Any, root: Any) -> bool:
    return not isinstance(value, dict) or all(
        holds(then, value, root) for key, then in rule.items() if key in value
    )


def _properties(rule: Any, value: Any, schema: Any, root: Any) -> bool:
    return not isinstance(value, dict) or all(
        holds(rule[key], inner, root) for key, inner in value.items() if key in rule
    )


def _additional_properties(rule: Any, value: Any, schema: Any, root: Any) -> bool:
    known = schema.get("properties", ())
    return not isinstance(value, dict) or all(
        holds(rule, inner, root) for key, inner in value.items() if key not in known
    )


def _property_names(rule: Any, value: Any, schema: Any, root: Any) -> bool:
    return not isinstance(value, dict) or all(holds(rule, key, root) for key in value)


def _one_of(rule: list[Any], value: Any, schema: Any, root: Any) -> bool:
    return sum(holds(each, value, root) for each in rule) == 1


def _not(rule: Any, value: Any, schema: Any, root: Any) -> bool:
    return not holds(rule, value, root)


def _if(rule: Any, value: Any, schema: Any, root: Any) -> bool:
    return not holds(rule, value, root) or holds(schema.get("then", True), value, root)


_TYPES: Mapping[str, Any] = {
    "object": dict,
    "array": list,
    "string": str,
    "number": (int, float),
    "integer": int,
    "boolean": bool,
    "null": NoneType,
}
KEYWORDS: Mapping[str, Check] = MappingProxyType(
    {
        "$ref": _ref,
        "type": _type,
        "const": _const,
        "enum": _enum,
        "pattern": _pattern,
        "minLength": _min_length,
        "maxLength": _max_length,
        "minimum": _minimum,
        "maximum": _maximum,
        "exclusiveMinimum": _exclusive_minimum,
        "minItems": _min_items,
        "items": _items,
        "minProperties": _min_properties,
        "required": _required,
        "dependentRequired": _dependent_required,
        "dependentSchemas": _dependent_schemas,
        "properties": _properties,
        "additionalProperties": _additional_properties,
        "propertyNames": _property_names,
        "oneOf": _one_of,
        "not": _not,
        "if": _if,
        **dict.fromkeys(
            ("$schema", "$defs", "title", "description", "then"), _annotation
        ),
    }
)
"""What a value must hold for each keyword; what only describes holds always."""
