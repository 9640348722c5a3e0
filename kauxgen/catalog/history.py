"""Since which version Keras has its kinds, arguments and defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from kauxgen import resources
from kauxgen.frozen import frozen

OLDEST = "3.8"
"""The oldest version of Keras that is supported: what a spec means by default."""


@frozen
class History:
    """What of a kind or operation came after the oldest version that is supported.

    `since` is "" for what was always there. `args` say the same of its arguments,
    `defaults` since when some of them have the default that the catalog gives.
    """

    since: str = ""
    args: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)


_ALWAYS = History()


def history(family: str, name: str) -> History:
    """Give the history of a kind, as `schemas/since.json` has it."""
    entry = resources.schema("since").get(family, {}).get(name)
    return _ALWAYS if entry is None else History(**entry)


def is_before(one: str, other: str) -> bool:
    """Tell whether a version is older than another, as 3.9 is older than 3.10."""
    return _numbers(one) < _numbers(other)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))
