"""Specs as they are given: their bytes, and what messages and headers call them."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from kauxgen.reading import too_large, unreadable_file
from kauxgen.refusal import FileError, blamed, reason
from kauxgen.source import MOST_BYTES, place

STDIN = "-"
_STDIN_PATH = "<stdin>"


def read(path: str) -> bytes:
    """Read a spec's bytes, of the standard input for "-"; FileError if that fails."""
    if path == STDIN:
        return sys.stdin.buffer.read(MOST_BYTES + 1)
    try:
        with Path(path).open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            data = b"" if size > MOST_BYTES else stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise blamed(unreadable_file(reason(error)), path) from error
    if size > MOST_BYTES:
        raise FileError([place(too_large(size, MOST_BYTES), path)])
    return data


def named(path: str) -> str:
    """Name a spec in diagnostics: by its path as given, or as the standard input."""
    return _STDIN_PATH if path == STDIN else path


def displayed(path: str) -> str:
    """Name a spec in a generated header: the same on every machine.

    By its path as given if that is relative, else relative to the working directory,
    else by its last part.
    """
    if path == STDIN:
        return _STDIN_PATH
    given, here = Path(path), Path.cwd()
    if given.is_absolute():
        inside = given.is_relative_to(here)
        given = given.relative_to(here) if inside else Path(given.name)
    return given.as_posix()
