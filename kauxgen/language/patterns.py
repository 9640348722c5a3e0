"""Where the parts of a pattern of weights lead, `encoder/*/kernel`."""

from __future__ import annotations

from collections.abc import Iterable

from kauxgen.language.names import Names, Symbol
from kauxgen.language.tables import Tables


def roots(tables: Tables, seen: Names) -> Names:
    """Give the networks and nodes that a pattern may begin with."""
    nodes = {name: one for name, one in seen.items() if one.form == "node"}
    return {**tables.networks, **nodes}


def behind(tables: Tables, parts: Iterable[str], here: Names) -> Names:
    """Give the names that may follow some parts of a pattern."""
    for part in parts:
        here = below(tables, part, here)
    return here


def below(tables: Tables, part: str, here: Names) -> Names:
    """Give what stands below a part: of a round, or a name of Keras, the same."""
    if part == "**":
        return _deep(tables, here)
    if part in here:
        return tables.held(here[part])
    found: dict[str, Symbol] = {}
    for symbol in here.values() if part == "*" else ():
        found |= tables.held(symbol)
    return {**here, **found}


def _deep(tables: Tables, here: Names) -> Names:
    """Give all that stands below some names, and these; a block may hold itself."""
    found = dict(here)
    waiting, met = list(here.values()), set(here.values())
    while waiting:
        inner = tables.held(waiting.pop())
        found = {**inner, **found}
        fresh = set(inner.values()) - met
        waiting += fresh
        met |= fresh
    return found
