"""What a killed publication has left: found, and finished or taken back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from kauxgen import faults, journal, locking, transaction
from kauxgen.finding import Diagnostic
from kauxgen.journal import Journal
from kauxgen.refusal import FileError, blamed, shown


def recover(paths: Iterable[Path]) -> list[Path]:
    """Finish, or take back, what was interrupted above these paths.

    Return the files of the publications that had been committed: they are new now.
    FileError if a journal is not ours, if another process is at work for long, or if
    the files cannot be replaced now.
    """
    done: list[Path] = []
    for folder in journal.find(paths):
        with locking.alone([folder]):
            found = journal.read(folder)
            if found is None:
                journal.remove(folder)
            else:
                done += _recover(found)
    return done


def interrupted(paths: Iterable[Path]) -> list[Diagnostic]:
    """List publications above these paths that were decided upon and not finished.

    Nothing is changed. One that another process is busy with is waited for.
    """
    found: list[Diagnostic] = []
    for folder in journal.find(paths):
        try:
            found += _interrupted(folder)
        except FileError as error:
            found += error.diagnostics
    return found


def _interrupted(folder: Path) -> Sequence[Diagnostic]:
    with locking.alone([folder]):
        one = journal.read(folder)
    if one is None or not one.committed:
        return ()
    path = shown(folder / journal.NAME)
    return blamed(faults.interrupted(len(one.moves)), path).diagnostics


def _recover(found: Journal) -> list[Path]:
    named = {move: shown(found.folder / move.target) for move in found.moves}
    with locking.alone(each for each in found.folders if each.is_dir()):
        if not found.committed:
            transaction.discard(found)
            return []
        passed = transaction.put(found, named)
        return [path for move, path in named.items() if move not in passed]
