"""Who names what in a spec: the fields that a thing's name stands in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kauxgen.changes.canonical import mentions
from kauxgen.changes.inventory import Inventory
from kauxgen.changes.things import Field, Thing


@dataclass
class Uses:
    """What is named by whom: by id the things with the fields, and the reverse."""

    inventory: Inventory
    of: dict[str, list[tuple[Thing, Field]]] = field(default_factory=dict)
    by: dict[str, dict[str, None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read all fields once."""
        for thing in self.inventory.things.values():
            named = self.by.setdefault(thing.id, {})
            for one in thing.fields:
                for id in mentions(self.inventory, one.value, thing.names):
                    self.of.setdefault(id, []).append((thing, one))
                    named[id] = None

    def users(self, ids: Mapping[str, None]) -> list[Thing]:
        """Return the things that name any of some ids, each once."""
        found = {t.id: t for id in ids for t, _ in self.of.get(id, ())}
        return list(found.values())
