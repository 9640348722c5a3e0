"""What Keras has and no spec can use, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kauxgen import resources
from kauxgen.frozen import frozen


@frozen
class Exclusion:
    """Why no spec can use a kind or argument of Keras, and what to do instead."""

    why: str
    instead: str


def excluded_kind(family: str, name: str) -> Exclusion | None:
    """Say why no spec can use a kind of Keras; None for one that Keras has not."""
    entry = resources.schema("excluded").get(family, {}).get(name)
    return None if entry is None else Exclusion(**entry)


def excluded_argument(family: str, kind: str, name: str) -> Exclusion | None:
    """Say why no spec can use an argument; None for one that the kind has not."""
    reasons = resources.schema("excluded")["arguments"].get(family, {})
    entry = reasons.get(f"{kind}.{name}") or reasons.get(name)
    if entry is None or name not in _of_keras(family, kind).get("args", {}):
        return None
    return Exclusion(**entry)


def proper_name(family: str, name: str) -> str:
    """Give the name of the class for which Keras has this one too; "" if none."""
    return str(_of_keras(family, name).get("is", ""))


def _of_keras(family: str, name: str) -> Mapping[str, Any]:
    """Read `schemas/keras.json`, which only what is wrong with a spec asks for."""
    entry: Mapping[str, Any] = resources.schema("keras").get(family, {}).get(name, {})
    return entry
