"""Several files replaced as one: staged, decided upon, and put in their places.

Whoever is killed on the way leaves a journal, and the next one finishes what it says.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from kauxgen import apart, faults, journal, staging
from kauxgen.journal import Journal, Move
from kauxgen.refusal import FileError, blamed, blaming


def run(
    folder: Path, contents: Mapping[Move, bytes], shown: Mapping[Move, Path]
) -> None:
    """Do all moves in a folder or, with FileError, none; its lock must be held.

    Each file has its old text or its new one at any moment. If the process is killed,
    all have their old texts after `recover` if it was not committed yet, else all have
    their new ones. A file that somebody changed meanwhile is left as it is: KX733.
    """
    plan = _prepared(folder, contents, shown)
    passed = put(plan, shown)
    if passed:
        errors = [blamed(faults.overtaken(), shown[move]) for move in passed]
        raise FileError([each for error in errors for each in error.diagnostics])


def _prepared(
    folder: Path, contents: Mapping[Move, bytes], shown: Mapping[Move, Path]
) -> Journal:
    """Write everything beside its place, and decide; FileError, and nothing is left."""
    plan = Journal(folder, journal.new_token(), False, tuple(shown))
    first = next(iter(shown.values()))
    try:
        with blaming(first):
            journal.write(plan)
        staging.stage(plan, contents, shown)
    except BaseException:
        discard(plan)
        raise
    return plan


def _commit(plan: Journal) -> None:
    """Decide: from here on all are put in their places, if need be by the next one."""
    _sync(plan.folders)
    journal.write(replace(plan, committed=True))
    _sync([plan.folder])


def put(plan: Journal, shown: Mapping[Move, Path]) -> list[Move]:
    """Put all files in their places, or all back; return those that others changed.

    That is done in a process of its own, since this one may be killed between two
    files. If neither way succeeds, the journal stays: the old files are kept until one
    does.
    """
    if len(plan.moves) > 1 and apart.done_apart(lambda: _finish(plan, shown)):
        return [move for move in plan.moves if not _is_new(plan, move, shown[move])]
    try:
        passed = _forward(plan, shown)
    except BaseException:
        if _put_back(plan):
            _abandon(plan)
        raise
    discard(plan)
    return passed


def _finish(plan: Journal, shown: Mapping[Move, Path]) -> None:
    _forward(plan, shown)
    discard(plan)


def _forward(plan: Journal, shown: Mapping[Move, Path]) -> list[Move]:
    """Put all files in their places; what is there already stays."""
    passed: list[Move] = []
    with blaming(next(iter(shown.values()))):
        # One file needs no decision: it is renamed, or not.
        if len(plan.moves) > 1 and not plan.committed:
            _commit(plan)
    for move in plan.moves:
        with blaming(shown[move]):
            if not _put_one(plan, move):
                passed.append(move)
    _sync(plan.folders)
    return passed


def _is_new(plan: Journal, move: Move, shown: Path) -> bool:
    with blaming(shown):
        return journal.digest(plan.target(move)) == move.new


def _put_one(plan: Journal, move: Move) -> bool:
    """Put one file in its place; False if it is neither the old one nor the new one."""
    target, kept = plan.target(move), plan.kept(move)
    now = journal.digest(target)
    if now == move.old:
        if move.old and move.new:
            _keep(target, kept)
        if move.new:
            plan.staged(move).replace(target)
        else:
            target.replace(kept)
        return True
    return now == move.new


def _keep(target: Path, kept: Path) -> None:
    """Give the old file a second name, or where there are none a copy."""
    kept.unlink(missing_ok=True)
    try:
        os.link(target, kept)
    except OSError:
        known = target.stat()
        kept.write_bytes(target.read_bytes())
        kept.chmod(stat.S_IMODE(known.st_mode))
        os.utime(kept, ns=(known.st_atime_ns, known.st_mtime_ns))


def _put_back(plan: Journal) -> bool:
    """Restore the old files where the new ones stand; whether that was possible.

    A file that somebody changed since stays.
    """
    restored = True
    for move in reversed(plan.moves):
        try:
            _put_one_back(plan, move)
        except OSError:
            restored = False
    return restored


def _put_one_back(plan: Journal, move: Move) -> None:
    target, kept = plan.target(move), plan.kept(move)
    if target.is_dir() or journal.digest(target) != move.new:
        return
    if os.path.lexists(kept):
        kept.replace(target)
    elif move.new and not move.old and not plan.staged(move).exists():
        target.unlink()


def _abandon(plan: Journal) -> None:
    """Take a decision back, before what it needs is removed."""
    with suppress(OSError):
        journal.write(replace(plan, committed=False))
    discard(plan)


def discard(plan: Journal) -> None:
    """Remove what lies beside the targets, and the journal at last."""
    for move in plan.moves:
        for each in (plan.staged(move), plan.kept(move)):
            with suppress(OSError):
                each.unlink()
    with suppress(OSError):
        journal.remove(plan.folder)


def _sync(folders: Iterable[Path]) -> None:
    """Bring the names in folders down to the disk, where the system can."""
    for folder in folders:
        with suppress(OSError):
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
