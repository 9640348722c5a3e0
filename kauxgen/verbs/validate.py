"""`kauxgen validate`: findings only."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kauxgen import compiler, loading, project, report, reporting
from kauxgen.checking_settings import STYLES
from kauxgen.finding import Diagnostic, SpecError
from kauxgen.project import Project
from kauxgen.upkeep import inventories
from kauxgen.verbs import EXIT_FINDINGS, NO_PROJECT, format_option, strict_option


@click.command()
@click.argument("specs", metavar="[SPEC]...", nargs=-1, type=click.Path())
@strict_option
@format_option
def validate(specs: tuple[str, ...], strict: bool, format: str) -> None:
    """Say what is wrong with specs, and write nothing.

    Without SPEC these are all specs of the project. The spec - is read from the
    standard input. Warnings alone are no failure, but with --strict. That a style
    cannot express a spec is told if the spec, or its project, names that style.
    """
    with reporting.reporting(format) as found:
        given = specs or _of_project()
        owners = inventories.owners(given)
        found += [
            diagnostic
            for path in given
            for diagnostic in _check(path, strict, owners.get(path))
        ]
    lines = report.all_of(found) if found else [report.clean(len(given))]
    report.show(lines, reporting.messages(format))
    if any(diagnostic.is_error for diagnostic in found):
        sys.exit(EXIT_FINDINGS)


def _of_project() -> list[str]:
    """List the specs of the project that the working directory is in."""
    here = project.find(Path())
    if here is None:
        raise click.UsageError(f"Missing argument 'SPEC...': {NO_PROJECT}")
    return [project.shown(here.root / path) for path in inventories.specs(here)]


def _check(path: str, strict: bool, owner: Project | None) -> tuple[Diagnostic, ...]:
    try:
        loaded = loading.one(path, strict, owner)
    except SpecError as error:
        return error.diagnostics
    style = loaded.spec.style or (owner.style if owner else "")
    refused = compiler.refusals(loaded, style) if style in STYLES else ()
    return (*loaded.warnings, *refused)
