"""Files that cannot be read or written, and the error that says so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kauxgen import writing
from kauxgen.finding import Diagnostic, Finding, SpecError


class FileError(SpecError):
    """A file that cannot be read or written; nothing was changed."""


def blamed(finding: Finding, path: str | Path) -> FileError:
    """Make the error of a finding about a whole file, which has no line."""
    shown = path if isinstance(path, str) else path.as_posix()
    code, message, help = finding.code, finding.message, finding.help
    return FileError([Diagnostic(shown, 0, 0, code, message, help)])


@contextmanager
def blaming(path: Path) -> Iterator[None]:
    """Turn what the file system refuses into a finding about a path."""
    try:
        yield
    except OSError as error:
        raise blamed(writing.not_written(reason(error)), path) from error


def shown(path: Path) -> Path:
    """Name a file as people do: relative to the working directory if it is below."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def reason(error: OSError) -> str:
    """Say why the file system refused, in a word of its own."""
    text = error.strerror or str(error)
    return text[:1].lower() + text[1:]
