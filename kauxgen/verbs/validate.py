"""`kauxgen validate`: findings only."""

from __future__ import annotations

import sys

import click

from kauxgen import compiler, files, report, reporting
from kauxgen.finding import Diagnostic, SpecError
from kauxgen.verbs import EXIT_FINDINGS, format_option, strict_option


@click.command()
@click.argument("specs", metavar="SPEC...", nargs=-1, required=True, type=click.Path())
@strict_option
@format_option
def validate(specs: tuple[str, ...], strict: bool, format: str) -> None:
    """Say what is wrong with specs, and write nothing.

    The spec - is read from the standard input. Warnings alone are no failure, but with
    --strict.
    """
    with reporting.reporting(format) as found:
        found += [diagnostic for path in specs for diagnostic in _check(path, strict)]
    lines = report.all_of(found) if found else [report.clean(len(specs))]
    report.show(lines, reporting.messages(format))
    if any(diagnostic.is_error for diagnostic in found):
        sys.exit(EXIT_FINDINGS)


def _check(path: str, strict: bool) -> tuple[Diagnostic, ...]:
    try:
        return compiler.load(files.read(path), files.named(path), strict).warnings
    except SpecError as error:
        return error.diagnostics
