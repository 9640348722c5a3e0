"""`kauxgen validate`: findings only."""

from __future__ import annotations

import sys

import click

from kauxgen import compiler, files, report
from kauxgen.finding import Diagnostic, SpecError
from kauxgen.verbs import EXIT_FINDINGS, strict_option


@click.command()
@click.argument("specs", metavar="SPEC...", nargs=-1, required=True, type=click.Path())
@strict_option
def validate(specs: tuple[str, ...], strict: bool) -> None:
    """Say what is wrong with specs, and write nothing.

    The spec - is read from the standard input. Warnings alone are no failure, but with
    --strict.
    """
    found = [diagnostic for path in specs for diagnostic in _check(path, strict)]
    if found:
        report.show(report.all_of(found), sys.stdout)
    else:
        report.show([report.clean(len(specs))], sys.stdout)
    if any(diagnostic.is_error for diagnostic in found):
        sys.exit(EXIT_FINDINGS)


def _check(path: str, strict: bool) -> tuple[Diagnostic, ...]:
    try:
        return compiler.load(files.read(path), files.named(path), strict).warnings
    except SpecError as error:
        return error.diagnostics
