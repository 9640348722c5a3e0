"""The conditions of a project's modules: current, stale, edited by hand and others."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping
from enum import Enum

from kauxgen import files, settings, writing
from kauxgen.finding import Diagnostic, Finding
from kauxgen.frozen import frozen
from kauxgen.source import place
from kauxgen.upkeep import comparing, findings, fingerprint, lock
from kauxgen.upkeep.inventories import Inventory, Source
from kauxgen.upkeep.lock import Entry


class Condition(Enum):
    """In which condition a module is, in the order of a report."""

    CURRENT = "current"
    STALE = "stale"
    EDITED = "edited by hand"
    FORMATTED = "formatting only"
    MISSING = "missing"
    ORPHANED = "orphaned"
    OTHER_VERSION = "made by another version"
    IN_THE_WAY = "in the way"


@frozen
class Module:
    """A module with its condition, and what is to be said of it if it is not current.

    `old` is its text on the disk, None if it is missing; `new` the one that its spec
    gives, "" where nothing was compiled to know it.
    """

    output: str
    condition: Condition
    found: tuple[Diagnostic, ...] = ()
    old: str | None = None
    new: str = ""


def known(inventory: Inventory, output: str) -> Module:
    """Judge a module whose inputs have not changed, and which nobody edited."""
    if inventory.is_as_locked(output):
        return Module(output, Condition.CURRENT)
    finding = findings.missing(inventory.lock[output].spec, _remedy(inventory))
    return _module(inventory, output, Condition.MISSING, finding)


def compiled(inventory: Inventory, source: Source, output: str, new: str) -> Module:
    """Judge a module by the text that its spec gives now."""
    data, entry = inventory.module(output), inventory.lock.get(output)
    if data is None:
        finding = findings.missing(source.spec, _remedy(inventory, source))
        return _module(inventory, output, Condition.MISSING, finding, None, new)
    if lock.digest(data) == lock.digest(new.encode()):
        return Module(output, Condition.CURRENT)
    old = data.decode("utf-8", errors="replace").replace("\r\n", "\n")
    if entry is None:
        way = Condition.IN_THE_WAY, findings.in_the_way()
        return _module(inventory, output, *way, old, new)
    if inventory.is_as_locked(output):
        return _module(
            inventory, output, *_outdated(inventory, source, entry), old, new
        )
    if comparing.same_tree(old, new):
        finding = findings.formatted(_force(inventory, source))
        return _module(inventory, output, Condition.FORMATTED, finding, old, new)
    return _edited(inventory, source, output, old, new)


def orphaned(inventory: Inventory, output: str) -> Module | None:
    """Judge a module that no spec gives any more; None if it is gone as well."""
    if inventory.module(output) is None:
        return None
    spec = inventory.lock[output].spec
    finding = findings.orphaned(spec, spec in inventory.specs)
    return _module(inventory, output, Condition.ORPHANED, finding)


def collisions(
    inventory: Inventory, outputs: Iterable[tuple[str, str]]
) -> list[Diagnostic]:
    """Find outputs of two specs, and such that are specs, among pairs with the spec."""
    found: list[Diagnostic] = []
    taken: dict[str, str] = {}
    for output, spec in outputs:
        first = taken.setdefault(output, spec)
        path = inventory.path(output)
        if first != spec:
            finding = writing.same_output(first, spec)
            found += files.blamed(finding, path).diagnostics
        if output in inventory.specs:
            found += files.blamed(settings.output_is_spec(spec), path).diagnostics
    return found


def counts(modules: Iterable[Module]) -> Mapping[Condition, int]:
    """Count modules by condition, in the order of a report."""
    listed = [module.condition for module in modules]
    return {each: listed.count(each) for each in Condition if each in listed}


def _outdated(
    inventory: Inventory, source: Source, entry: Entry
) -> tuple[Condition, Finding]:
    """Say why a module that nobody edited is not what its spec gives now."""
    remedy = _remedy(inventory, source)
    made = f"kauxgen {entry.kauxgen} with {entry.formatter}"
    here = f"kauxgen {fingerprint.KAUXGEN} with {fingerprint.FORMATTER}"
    if _is_of(source, entry) and made != here:
        finding = findings.other_version(made, here, remedy)
        return Condition.OTHER_VERSION, finding
    return Condition.STALE, findings.stale(_cause(source, entry), remedy)


def _is_of(source: Source, entry: Entry) -> bool:
    """Tell whether an output was made from a spec as it is now."""
    return (entry.spec, entry.spec_hash) == (source.spec, source.spec_hash)


def _cause(source: Source, entry: Entry) -> str:
    """Say what has changed since an output was made."""
    if _is_of(source, entry):
        return "settings, templates or kauxgen itself have changed"
    return f"{source.spec} has changed"


def _edited(
    inventory: Inventory, source: Source, output: str, old: str, new: str
) -> Module:
    """Name the lines that were edited; the first one is the place of the finding.

    What stood there before is known as long as the spec still gives the same.
    """
    lines = comparing.changed(new, old)
    entry = inventory.lock[output]
    if lock.digest(new.encode()) == entry.output_hash:
        named, also = comparing.places(lines), ""
    else:
        named, also = "", f", and {_cause(source, entry)} as well"
    finding = findings.edited(named, also, _force(inventory, source))
    first = max(lines[0][0], 1) if lines else 1
    start = sum(len(line) + 1 for line in old.split("\n")[: first - 1])
    shown = inventory.path(output).as_posix()
    found = (place(finding, shown, old, min(start, len(old)), len(old)),)
    return Module(output, Condition.EDITED, found, old, new)


def _module(
    inventory: Inventory,
    output: str,
    condition: Condition,
    finding: Finding,
    old: str | None = None,
    new: str = "",
) -> Module:
    found = files.blamed(finding, inventory.path(output)).diagnostics
    return Module(output, condition, found, old, new)


def _remedy(inventory: Inventory, source: Source | None = None) -> str:
    """Name the command that makes a module current."""
    if source is None or inventory.is_whole:
        return "kauxgen render"
    return f"kauxgen render {shlex.quote(source.shown)}"


def _force(inventory: Inventory, source: Source) -> str:
    remedy = _remedy(inventory, source)
    return f"kauxgen check --diff shows it, {remedy} --force drops it"
