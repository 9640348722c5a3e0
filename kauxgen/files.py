"""Files: specs are read from them, modules published to them, all or none."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from enum import Enum
from pathlib import Path

from kauxgen import writing
from kauxgen.finding import Diagnostic, Finding, SpecError
from kauxgen.reading import too_large, unreadable_file
from kauxgen.source import MOST_BYTES, place

STDIN = "-"
_STDIN_PATH = "<stdin>"


class FileError(SpecError):
    """A file that cannot be read or written; nothing was changed."""


class Status(Enum):
    """What became of a file that was to be published."""

    WROTE = "wrote"
    UNCHANGED = "unchanged"


def blamed(finding: Finding, path: str | Path) -> FileError:
    """Make the error of a finding about a whole file, which has no line."""
    shown = path if isinstance(path, str) else path.as_posix()
    code, message, help = finding.code, finding.message, finding.help
    return FileError([Diagnostic(shown, 0, 0, code, message, help)])


def read(path: str) -> bytes:
    """Read a spec's bytes, of the standard input for "-"; FileError if that fails."""
    if path == STDIN:
        return sys.stdin.buffer.read(MOST_BYTES + 1)
    try:
        with Path(path).open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            data = b"" if size > MOST_BYTES else stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise blamed(unreadable_file(_reason(error)), path) from error
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


def create(path: Path, text: str) -> None:
    """Write one new file; FileError if the path is taken."""
    if os.path.lexists(path):
        raise blamed(writing.already_there(), path)
    publish({path: text})


def publish(files: Mapping[Path, str]) -> dict[Path, Status]:
    """Write all files, or none: FileError, and every file as it was.

    A file that has its text already is not touched. The others are written beside their
    targets first and renamed at the end, so that no reader ever sees half of one.
    """
    status = {path: _status(path, text) for path, text in files.items()}
    changed = [path for path in files if status[path] is Status.WROTE]
    # Undone in the opposite order: old files come back, staged ones go, folders go.
    with ExitStack() as folders, ExitStack() as leftovers, ExitStack() as undo:
        for path in changed:
            with _writing(path):
                _make_folder(path.resolve().parent, folders)
        staged = {path: _stage(path, files[path], leftovers) for path in changed}
        for path in changed:
            with _writing(path):
                _replace(path.resolve(), staged[path], leftovers, undo)
        undo.pop_all()
        folders.pop_all()
    return status


def _status(path: Path, text: str) -> Status:
    """Compare a file with its new text; FileError if it cannot become one."""
    with _writing(path):
        try:
            mode = path.stat().st_mode
        except (FileNotFoundError, NotADirectoryError):
            return Status.WROTE
        if not stat.S_ISREG(mode):
            what = "a directory" if stat.S_ISDIR(mode) else "a device"
            raise blamed(writing.not_a_file(what), path)
        if path.read_bytes() == text.encode():
            return Status.UNCHANGED
        if not os.access(path, os.W_OK):
            raise blamed(writing.not_written("the file is read-only"), path)
    return Status.WROTE


def _make_folder(folder: Path, undo: ExitStack) -> None:
    """Make a folder and those above it; undone, they vanish if they are empty."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir()
        undo.callback(_remove_folder, each)


def _remove_folder(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()


def _stage(path: Path, text: str, leftovers: ExitStack) -> Path:
    """Write the text to a new file beside the target, down to the disk."""
    target = path.resolve()
    with _writing(path):
        staged = _beside(target, leftovers)
        with staged.open("wb") as stream:
            stream.write(text.encode())
            stream.flush()
            os.fsync(stream.fileno())
        staged.chmod(_mode(target))
    return staged


def _replace(target: Path, staged: Path, leftovers: ExitStack, undo: ExitStack) -> None:
    """Put the staged file in its place; undone, the old one is back, its time too."""
    if target.exists():
        kept = _beside(target, leftovers)
        shutil.copy2(target, kept)
        staged.replace(target)
        undo.callback(kept.replace, target)
    else:
        staged.replace(target)
        undo.callback(target.unlink)


def _beside(target: Path, leftovers: ExitStack) -> Path:
    """Make an empty file in the target's folder, removed at the end if still there."""
    handle, name = tempfile.mkstemp(".tmp", ".kauxgen-", target.parent)
    os.close(handle)
    leftovers.callback(Path(name).unlink, missing_ok=True)
    return Path(name)


def _mode(target: Path) -> int:
    """Give the permissions of the file to be replaced, or those of any new file."""
    if target.exists():
        return stat.S_IMODE(target.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    """Turn what the file system refuses into a finding about a path."""
    try:
        yield
    except OSError as error:
        raise blamed(writing.not_written(_reason(error)), path) from error


def _reason(error: OSError) -> str:
    text = error.strerror or str(error)
    return text[:1].lower() + text[1:]
