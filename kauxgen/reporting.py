"""What a command finds: as text for people, and as a document for programs.

The text stays what it is and where it is; only with a format it stands on the standard
error, so that the standard output is one document and nothing else.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TextIO

from kauxgen.finding import Diagnostic, SpecError

TEXT = "text"
"""The format of a report for people."""


@contextmanager
def reporting(format: str) -> Iterator[list[Diagnostic]]:
    """Write a document of what a command finds, at its end.

    The command appends what stops it not, such as warnings, to the list that it is
    given, and shows it by itself; a SpecError is written with what it carries and goes
    on to the command line, which shows it. After any other error there is no document.
    """
    found: list[Diagnostic] = []
    try:
        yield found
    except SpecError as error:
        _write([*found, *error.diagnostics], format)
        raise
    _write(found, format)


@contextmanager
def failing(format: str) -> Iterator[None]:
    """Write a document only if a SpecError ends this: for what goes before the rest."""
    try:
        yield
    except SpecError as error:
        _write(error.diagnostics, format)
        raise


def messages(format: str) -> TextIO:
    """Give the stream for what a command says to people besides errors."""
    return sys.stdout if format == TEXT else sys.stderr


def _write(found: Iterable[Diagnostic], format: str) -> None:
    """Write a document as UTF-8, whatever the terminal's encoding is; text has none."""
    if format == TEXT:
        return
    from kauxgen import formats

    text = formats.write(list(dict.fromkeys(found)), format)
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode())
    sys.stdout.buffer.flush()
