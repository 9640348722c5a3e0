"""Files: modules are published to them, all or none."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Mapping
from contextlib import ExitStack, suppress
from enum import Enum
from pathlib import Path

from kauxgen import journal, locking, recovery, transaction, writing
from kauxgen.finding import Diagnostic
from kauxgen.inputs import STDIN as STDIN
from kauxgen.inputs import displayed as displayed
from kauxgen.inputs import named as named
from kauxgen.inputs import read as read
from kauxgen.journal import Move
from kauxgen.refusal import FileError as FileError
from kauxgen.refusal import blamed as blamed
from kauxgen.refusal import blaming


class Status(Enum):
    """What became of a file that was to be published."""

    WROTE = "wrote"
    UNCHANGED = "unchanged"
    REMOVED = "removed"


def create(path: Path, text: str) -> None:
    """Write one new file; FileError if the path is taken."""
    if os.path.lexists(path):
        raise blamed(writing.already_there(), path)
    publish({path: text})


def publish(
    files: Mapping[Path, str], remove: Iterable[Path] = ()
) -> dict[Path, Status]:
    """Write all files and remove others, or nothing: FileError, and all is as it was.

    A file that has its text already is not touched. The others are written beside their
    places first and renamed at the end, so that no reader ever sees half of one; what a
    killed process leaves is finished, or taken back, by the next one (`transaction`).
    """
    wanted: dict[Path, str | None] = {**files, **dict.fromkeys(remove)}
    recover(wanted)
    status = {path: _status(path, text) for path, text in wanted.items()}
    changed = [path for path in wanted if status[path] is not Status.UNCHANGED]
    if not changed:
        return status
    # Undone in the opposite order: what was made goes, if it is empty.
    with ExitStack() as folders:
        for path in changed:
            with blaming(path):
                _make_folder(path.resolve().parent, folders)
        home = Path(os.path.commonpath([_absolute(path).parent for path in wanted]))
        with locking.alone({home, *(path.resolve().parent for path in changed)}):
            status |= _replace_all(home, {path: wanted[path] for path in changed})
        folders.pop_all()
    return status


def _replace_all(home: Path, wanted: Mapping[Path, str | None]) -> dict[Path, Status]:
    """Replace files below a folder that nobody else writes to now."""
    # Another one may have been at work until the folder was free.
    status = {path: _status(path, text) for path, text in wanted.items()}
    shown: dict[Move, Path] = {}
    contents: dict[Move, bytes] = {}
    targets = {path.resolve(): path for path in wanted}
    for path in targets.values():
        if status[path] is not Status.UNCHANGED:
            text = wanted[path]
            with blaming(path):
                move = _move(home, len(shown), path, text)
            shown[move] = path
            contents[move] = b"" if text is None else text.encode()
    if shown:
        transaction.run(home, contents, shown)
    return status


def _move(home: Path, number: int, path: Path, text: str | None) -> Move:
    target = _absolute(path).relative_to(home).as_posix()
    new = "" if text is None else journal.digest_of(text.encode())
    return Move(number, target, journal.digest(path), new)


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path))


def recover(paths: Iterable[Path]) -> list[Path]:
    """Finish what an interrupted publication of such files had begun, or take it back.

    Return the files that are new now. Nothing happens if there was none.
    """
    return recovery.recover(paths)


def interrupted(paths: Iterable[Path]) -> list[Diagnostic]:
    """Say which publications of such files were interrupted; nothing is changed."""
    return recovery.interrupted(paths)


def _status(path: Path, text: str | None) -> Status:
    """Compare a file with its new text, None for none; FileError if it cannot be so."""
    with blaming(path):
        try:
            mode = path.stat().st_mode
        except (FileNotFoundError, NotADirectoryError):
            return Status.UNCHANGED if text is None else Status.WROTE
        if not stat.S_ISREG(mode):
            what = "a directory" if stat.S_ISDIR(mode) else "a device"
            raise blamed(writing.not_a_file(what), path)
        if text is not None and path.read_bytes() == text.encode():
            return Status.UNCHANGED
        if not os.access(path, os.W_OK):
            raise blamed(writing.not_written("the file is read-only"), path)
    return Status.REMOVED if text is None else Status.WROTE


def _make_folder(folder: Path, undo: ExitStack) -> None:
    """Make a folder and those above it; undone, they vanish if they are empty."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        # Another one may make it at the same time.
        each.mkdir(exist_ok=True)
        undo.callback(_remove_folder, each)
    if not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))


def _remove_folder(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()
