"""`kauxgen check`: whether the modules of a project are as its specs say."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from kauxgen import files, project, report, reporting
from kauxgen.finding import SpecError
from kauxgen.report import Line
from kauxgen.upkeep import checking, comparing, conditions, inventories, lock
from kauxgen.upkeep.checking import Report
from kauxgen.upkeep.conditions import Condition
from kauxgen.upkeep.inventories import Inventory
from kauxgen.verbs import (
    EXIT_FINDINGS,
    NO_PROJECT,
    format_option,
    jobs_option,
    progress,
    strict_option,
)


@click.command()
@click.argument("specs", metavar="[SPEC]...", nargs=-1, type=click.Path())
@click.option("--diff", is_flag=True, help="Show what rendering would change.")
@click.option(
    "-v", "--verbose", is_flag=True, help="List modules that are current too."
)
@strict_option
@format_option
@jobs_option
def check(
    specs: tuple[str, ...],
    diff: bool,
    verbose: bool,
    strict: bool,
    format: str,
    jobs: int | None,
) -> None:
    """Say which modules are not what their specs say.

    Without SPEC, all modules of the project whose pyproject.toml is here or above. A
    module is current, stale, edited by hand, changed in its formatting only, missing,
    orphaned, made by another version, or in the way of one.

    Exits with 0 if all are current, with 1 if not or if a spec has errors, and with 2
    if it could not run: no project, or settings or a lock that cannot be read.
    """
    with reporting.reporting(format) as said:
        found = project.find(Path())
        if found is None:
            raise click.UsageError(NO_PROJECT)
        interrupted = files.interrupted(inventories.guarded(found))
        if interrupted:
            raise SpecError(interrupted)
        inventory = inventories.take(found, inventories.asked(found, specs))
        with progress.effort(jobs) as effort:
            checked = checking.check(inventory, strict or found.strict, diff, effort)
        said += checked.diagnostics
    lines = _lines(inventory, checked, diff, verbose)
    report.show(lines, reporting.messages(format))
    if any(each.is_error for each in checked.diagnostics):
        sys.exit(EXIT_FINDINGS)


def _lines(
    inventory: Inventory, checked: Report, diff: bool, verbose: bool
) -> Iterator[Line]:
    yield from report.all_of(checked.diagnostics)
    for module in checked.modules:
        path = inventory.path(module.output).as_posix()
        if diff and module.new:
            yield from comparing.diff(module.old, module.new, path)
        if verbose and module.condition is Condition.CURRENT:
            yield report.outcome(Condition.CURRENT.value, path)
    if checked.modules or not checked.diagnostics:
        yield _summary(checked)
    if checked.is_behind and not checked.diagnostics:
        yield (("yellow", f"{lock.FILE} is behind: kauxgen render updates it"),)


def _summary(checked: Report) -> Line:
    counts = conditions.counts(checked.modules)
    text = ", ".join(f"{count} {each.value}" for each, count in counts.items())
    return (("bold", text or "no module is known"),)
