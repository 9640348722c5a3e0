"""The command line: runs a command, and turns what it ends with into an exit status."""

from __future__ import annotations

import os
import shlex
import sys
import traceback
from collections.abc import Callable, Sequence
from typing import NoReturn

from kauxgen import report
from kauxgen.finding import SpecError
from kauxgen.project import ProjectError
from kauxgen.refusal import blamed
from kauxgen.verbs import EXIT_FINDINGS, EXIT_USAGE, program

EXIT_BUG = 70
"""The exit status for a bug in kauxgen: EX_SOFTWARE of BSD's sysexits.h."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run `kauxgen` with arguments, by default those of the process, and exit."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    sys.exit(run(lambda: program.main(given, prog_name="kauxgen"), given))


def run(command: Callable[[], object], arguments: Sequence[str]) -> int:
    """Run a command that may find, fail or break; return its exit status.

    click exits by itself after wrong usage (2) and on success (0).
    """
    try:
        command()
    except SpecError as error:
        report.show(report.all_of(error.diagnostics), sys.stderr)
        return EXIT_USAGE if isinstance(error, ProjectError) else EXIT_FINDINGS
    except Exception as error:
        _show_bug(error, arguments)
        return EXIT_BUG
    return 0


def _show_bug(error: Exception, arguments: Sequence[str]) -> None:
    """Say that kauxgen has a bug, and what to report."""
    if os.environ.get("KAUXGEN_DEBUG") == "1":
        traceback.print_exception(error)
    command = f"kauxgen {shlex.join(arguments)}"
    bug = blamed(report.internal_error(error), command)
    report.show(report.findings(bug.diagnostics), sys.stderr)
