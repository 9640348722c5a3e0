"""Rendering a project: what changed is written, with the lock, all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from kauxgen import files, report, writing
from kauxgen.effort import ALONE, Effort
from kauxgen.files import Status
from kauxgen.finding import Diagnostic, SpecError
from kauxgen.frozen import frozen
from kauxgen.jobs import Compiled
from kauxgen.report import Line
from kauxgen.upkeep import checking, conditions, findings, fingerprint, lock
from kauxgen.upkeep.inventories import Inventory, Source
from kauxgen.upkeep.lock import Entry


@frozen
class Plan:
    """What rendering will do: texts by output, orphans to remove, and the new lock.

    `released` are orphans that somebody edited: the file stays and is theirs. `left`
    are orphans that stay, `found` the warnings, `refused` what styles cannot express.
    """

    texts: Mapping[str, str]
    removed: tuple[str, ...]
    released: tuple[str, ...]
    left: tuple[str, ...]
    lock: Mapping[str, Entry]
    found: tuple[Diagnostic, ...]
    refused: Mapping[str, tuple[Diagnostic, ...]]


def plan(
    inventory: Inventory,
    strict: bool,
    force: bool = False,
    prune: bool = False,
    effort: Effort = ALONE,
) -> Plan:
    """Compile what must be, and decide what to write; SpecError if anything is wrong.

    Nothing is compiled of a spec whose modules are there and as the lock says.
    """
    stale = [one for one in inventory.sources if not _is_done(inventory, one)]
    results = checking.compiled(inventory.project, stale, strict, effort)
    made = {one.spec: one for one in results}
    found = _found(inventory, made, strict)
    texts = {
        output: text
        for one in made.values()
        for output, text in checking.outputs(inventory.project, one).items()
    }
    entries = _entries(inventory, made)
    pairs = [(output, one.spec) for output, one in entries]
    found += conditions.collisions(inventory, pairs)
    inventory.modules.clear()  # somebody may have edited one while specs were compiled
    found += _obstacles(inventory, texts, force)
    if any(each.is_error for each in found):
        raise SpecError(found)
    gone = list(inventory.orphans({output for output, _ in pairs}))
    return _plan(inventory, texts, dict(entries), gone, prune, found, made)


def publish(inventory: Inventory, planned: Plan) -> dict[str, Status]:
    """Write the modules and the lock, and remove what is to go, or do nothing.

    Return what became of each output.
    """
    paths = {inventory.path(output): text for output, text in planned.texts.items()}
    shown = inventory.path(lock.FILE)
    if planned.lock or inventory.lock:
        paths[shown] = lock.write(planned.lock)
    removed = [inventory.path(output) for output in planned.removed]
    done = files.publish(paths, removed)
    return {output: done[inventory.path(output)] for output in planned.texts}


def lines(
    inventory: Inventory, planned: Plan, done: Mapping[str, Status], each: bool
) -> Iterator[Line]:
    """Say what became of the outputs; of unchanged ones, if `each` is wanted."""
    said = {output: (status.value, "") for output, status in done.items()}
    known = [output for one in inventory.sources for output in one.entries]
    asked = [*said, *(output for output in known if output in planned.lock)]
    said = dict.fromkeys(asked, ("unchanged", "")) | said
    counts = [status for status, _ in said.values()]
    for output in planned.removed:
        said[output] = ("removed", "its spec is gone")
    for output in planned.released:
        said[output] = ("kept", "edited by hand, and yours from now on")
    for output in filter(inventory.is_asked, planned.left):
        said[output] = ("orphaned", "kauxgen render --prune removes it")
    for output, (status, why) in sorted(said.items()):
        if each or status != "unchanged":
            path = inventory.path(output).as_posix()
            yield report.outcome(status, f"{path}: {why}" if why else path)
    for output, reasons in planned.refused.items():
        yield report.outcome("refused", inventory.path(output).as_posix(), reasons)
    yield _summary(counts, len(planned.removed))


def _summary(counts: Sequence[str], removed: int) -> Line:
    numbers = {status: counts.count(status) for status in ("wrote", "unchanged")}
    text = f"{numbers['wrote']} written, {numbers['unchanged']} unchanged"
    return (("bold", text + (f", {removed} removed" if removed else "")),)


def _is_done(inventory: Inventory, source: Source) -> bool:
    return source.is_known and all(map(inventory.is_as_locked, source.entries))


def _found(
    inventory: Inventory, made: Mapping[str, Compiled], strict: bool
) -> list[Diagnostic]:
    """List what is to be said of the specs, in their order."""
    found: list[Diagnostic] = []
    for source in inventory.sources:
        one = made.get(source.spec)
        found += source.warnings if one is None else one.found
    return checking.strictly(found, strict)


def _entries(
    inventory: Inventory, made: Mapping[str, Compiled]
) -> list[tuple[str, Entry]]:
    """List the entries of all specs, by output; two specs may claim one output."""
    sources = {source.spec: source for source in inventory.sources}
    entries = [
        (output, entry)
        for output, entry in inventory.lock.items()
        if entry.spec in inventory.specs and entry.spec not in made
    ]
    for spec, one in made.items():
        entries += _made(inventory, sources[spec], one)
    return entries


def _made(
    inventory: Inventory, source: Source, one: Compiled
) -> list[tuple[str, Entry]]:
    kept = lock.kept(each for each in one.found if not each.is_error)
    return [
        (
            inventory.project.module(one.name, style),
            Entry(
                spec=source.spec,
                style=style,
                spec_hash=source.spec_hash,
                inputs_hash=inventory.inputs_hash,
                output_hash=lock.digest(text.encode()),
                kauxgen=fingerprint.KAUXGEN,
                formatter=fingerprint.FORMATTER,
                refused=one.refused,
                warnings=kept,
            ),
        )
        for style, text in one.texts.items()
    ]


def _obstacles(
    inventory: Inventory, texts: Mapping[str, str], force: bool
) -> list[Diagnostic]:
    """Find what would be overwritten and is not from kauxgen, unless that is wanted."""
    found: list[Diagnostic] = []
    for output, text in texts.items():
        if not inventory.is_inside(output):
            finding = writing.not_written("a link leads out of the project")
            found += files.blamed(finding, inventory.path(output)).diagnostics
        elif not force and _would_lose(inventory, output, text):
            is_known = output in inventory.lock
            finding = findings.would_lose_edits() if is_known else findings.in_the_way()
            found += files.blamed(finding, inventory.path(output)).diagnostics
    return found


def _would_lose(inventory: Inventory, output: str, text: str) -> bool:
    """Tell whether a text would replace what kauxgen did not write."""
    data = inventory.module(output)
    if data is None or lock.digest(data) == lock.digest(text.encode()):
        return False
    return not inventory.is_as_locked(output)


def _plan(
    inventory: Inventory,
    texts: Mapping[str, str],
    entries: dict[str, Entry],
    gone: Sequence[str],
    prune: bool,
    found: Iterable[Diagnostic],
    made: Mapping[str, Compiled],
) -> Plan:
    """Decide what becomes of orphans: they stay in the lock until they are pruned."""
    there = [output for output in gone if inventory.module(output) is not None]
    ours = [
        output
        for output in there
        if inventory.is_as_locked(output) and inventory.is_inside(output)
    ]
    left = [] if prune else there
    kept = {output: inventory.lock[output] for output in left}
    refused = {
        inventory.project.module(one.name, each.style): each.found
        for one in made.values()
        for each in one.renderings
        if each.refused
    }
    return Plan(
        texts=texts,
        removed=tuple(ours) if prune else (),
        released=tuple(set(there) - set(ours)) if prune else (),
        left=tuple(left),
        lock={**entries, **kept},
        found=tuple(found),
        refused=refused,
    )
