"""`kauxgen validate`: findings only."""

from __future__ import annotations

import sys

import click

from kauxgen import compiler, files, report
from kauxgen.finding import Diagnostic, SpecError
from kauxgen.verbs import EXIT_FINDINGS


@click.command()
@click.argument("specs", metavar="SPEC...", nargs=-1, required=True, type=click.Path())
def validate(specs: tuple[str, ...]) -> None:
    """Say what is wrong with specs, and write nothing.

    The spec - is read from the standard input.
    """
    found = [diagnostic for path in specs for diagnostic in _check(path)]
    if found:
        lines = (*report.findings(found), report.summary(found))
        report.show(lines, sys.stdout)
        sys.exit(EXIT_FINDINGS)
    report.show([report.clean(len(specs))], sys.stdout)


def _check(path: str) -> tuple[Diagnostic, ...]:
    try:
        compiler.load(files.read(path), files.named(path))
    except SpecError as error:
        return error.diagnostics
    return ()
