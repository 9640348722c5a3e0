"""Checking a project: each module with its condition, and nothing written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from kauxgen.effort import ALONE, Effort
from kauxgen.finding import Diagnostic
from kauxgen.frozen import frozen
from kauxgen.jobs import Compiled, Job, Options
from kauxgen.project import Project
from kauxgen.upkeep import conditions
from kauxgen.upkeep.conditions import Module
from kauxgen.upkeep.inventories import Inventory, Source


@frozen
class Report:
    """What is known of a project's modules, and what is to be said of its specs.

    `is_behind` tells that the lock is not what rendering would make of it, though all
    modules may be current.
    """

    modules: tuple[Module, ...]
    found: tuple[Diagnostic, ...]
    is_behind: bool = False

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """All that was found, on specs and on modules."""
        return [*self.found, *(one for each in self.modules for one in each.found)]


def check(
    inventory: Inventory,
    strict: bool,
    with_texts: bool = False,
    effort: Effort = ALONE,
) -> Report:
    """Judge the modules of all specs that are asked for.

    Only what is not as the lock says is compiled; `with_texts`, what is missing too.
    """
    suspects = [
        one for one in inventory.sources if _is_suspect(inventory, one, with_texts)
    ]
    made = {
        one.spec: one for one in compiled(inventory.project, suspects, strict, effort)
    }
    modules: list[Module] = []
    found: list[Diagnostic] = []
    pairs: list[tuple[str, str]] = []
    for source in inventory.sources:
        result = made.get(source.spec)
        found += source.warnings if result is None else result.found
        judged = list(_judged(inventory, source, result))
        modules += judged
        pairs += [(each.output, source.spec) for each in judged]
    if not inventory.is_whole:
        pairs += _others(inventory)
    found += conditions.collisions(inventory, pairs)
    left, is_tidy = _orphans(inventory, pairs, made.values())
    ordered = sorted([*modules, *left], key=lambda each: each.output)
    behind = not (is_tidy and all(source.is_known for source in inventory.sources))
    return Report(tuple(ordered), tuple(strictly(found, strict)), behind)


def compiled(
    project: Project, sources: Sequence[Source], strict: bool, effort: Effort = ALONE
) -> list[Compiled]:
    """Compile specs, which takes a while and a good part of kauxgen.

    SpecError if the project's own templates have findings: once, not for each spec.
    """
    if not sources:
        return []
    from kauxgen import compiling

    options = options_of(project, strict)
    if options.templates:
        from kauxgen.templating import checking

        checking.templates(options.templates)
    return compiling.compile_all(
        [Job(one.spec, one.shown, one.data, options) for one in sources], effort
    )


def options_of(project: Project, strict: bool) -> Options:
    """Give the options with which a project's specs are compiled."""
    templates = project.root / project.templates if project.templates else ""
    return Options(
        style=project.style,
        target=project.target,
        line_length=project.line_length,
        templates=str(templates),
        strict=strict,
    )


def outputs(project: Project, made: Compiled) -> dict[str, str]:
    """Give the texts that a spec became, by output."""
    return {
        project.module(made.name, style): text for style, text in made.texts.items()
    }


def strictly(found: Iterable[Diagnostic], strict: bool) -> list[Diagnostic]:
    """Make errors of warnings if they are taken for such."""
    return [each.as_error if strict else each for each in found]


def _is_suspect(inventory: Inventory, source: Source, with_texts: bool) -> bool:
    """Tell whether a spec must be compiled to know the conditions of its modules."""
    if not source.is_known:
        return True
    return any(
        not inventory.is_as_locked(output)
        and (with_texts or inventory.module(output) is not None)
        for output in source.entries
    )


def _judged(
    inventory: Inventory, source: Source, made: Compiled | None
) -> Iterator[Module]:
    """Judge the modules of a spec; those of one with errors cannot be known."""
    if made is None:
        for output in source.entries:
            yield conditions.known(inventory, output)
    elif not made.failed:
        for output, text in outputs(inventory.project, made).items():
            yield conditions.compiled(inventory, source, output, text)


def _others(inventory: Inventory) -> list[tuple[str, str]]:
    """List what the lock says of specs that are not asked for."""
    asked = {source.spec for source in inventory.sources}
    return [
        (output, entry.spec)
        for output, entry in inventory.lock.items()
        if entry.spec in inventory.specs and entry.spec not in asked
    ]


def _orphans(
    inventory: Inventory, pairs: Iterable[tuple[str, str]], made: Iterable[Compiled]
) -> tuple[list[Module], bool]:
    """List the orphans, and tell whether the lock knows none that is gone as well.

    Of a spec with errors nobody knows what it would give.
    """
    failed = {one.spec for one in made if one.failed}
    expected = {output for output, _ in pairs}
    judged = [
        conditions.orphaned(inventory, output)
        for output in inventory.orphans(expected)
        if inventory.is_asked(output) and inventory.lock[output].spec not in failed
    ]
    return [module for module in judged if module is not None], None not in judged
