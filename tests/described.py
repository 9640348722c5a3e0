"""Specs with a description wherever one may stand."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from kauxgen import key_order
from kauxgen.key_order import Schema


def described(value: Any, text: Callable[[str], str]) -> Any:
    """Give a spec descriptions: at each place `text(pointer)`."""
    return _described(copy.deepcopy(value), key_order.root(), "", text)


def _described(value: Any, schema: Schema, at: str, text: Callable[[str], str]) -> Any:
    if isinstance(value, list):
        items = enumerate(value)
        inner = key_order.below(schema, 0)
        return [_described(one, inner, f"{at}/{i}", text) for i, one in items]
    if not isinstance(value, dict):
        return value
    found = {
        key: _described(one, key_order.below(schema, key), f"{at}/{key}", text)
        for key, one in value.items()
        if key != "description"
    }
    if key_order.takes(schema, "description"):
        found["description"] = text(at)
    return found
