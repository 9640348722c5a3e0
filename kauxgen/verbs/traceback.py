"""`kauxgen traceback`: a traceback or a log, with the places in specs."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from kauxgen import report, reporting
from kauxgen.finding import SpecError
from kauxgen.reading import too_large, unreadable_file
from kauxgen.refusal import blamed, reason
from kauxgen.tracing import findings
from kauxgen.tracing import traceback as tracing
from kauxgen.verbs import EXIT_FINDINGS, format_option

_STDIN = "-"
_MOST_BYTES = 50_000_000


@click.command()
@click.argument("file", default=_STDIN, metavar="[FILE|-]", type=click.Path())
@format_option
def traceback(file: str, format: str) -> None:
    """Show which part of a spec made the statements of a traceback.

    FILE holds a traceback of Python, or a log with some in it, by default the standard
    input. Below each line of a generated module stands the place in its spec, and at
    the end that of the statement that failed. A module that is not what its spec gives
    now is named instead.
    """
    with reporting.reporting(format) as found:
        made = tracing.read(_read(file))
        found += made.found
        if not (found or made.is_known):
            raise SpecError(blamed(findings.nothing(), _named(file)).diagnostics)
        stream = reporting.messages(format)
        report.show((*made.lines, *report.findings(made.found)), stream)
    if not made.is_known:
        sys.exit(EXIT_FINDINGS)


def _named(file: str) -> str:
    return "<stdin>" if file == _STDIN else file


def _read(file: str) -> str:
    """Read a log, whatever its encoding; FileError if that fails."""
    try:
        if file == _STDIN:
            data = sys.stdin.buffer.read(_MOST_BYTES + 1)
        else:
            with Path(file).open("rb") as stream:
                size = os.fstat(stream.fileno()).st_size
                data = stream.read(_MOST_BYTES + 1) if size <= _MOST_BYTES else b""
            if size > _MOST_BYTES:
                raise blamed(too_large(size, _MOST_BYTES), file)
    except OSError as error:
        raise blamed(unreadable_file(reason(error)), file) from error
    return data[:_MOST_BYTES].decode("utf-8", errors="replace").rstrip("\n")
