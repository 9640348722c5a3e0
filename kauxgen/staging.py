"""New files written beside the places where they will stand, down to the disk."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Thread

from kauxgen.journal import Journal, Move
from kauxgen.refusal import blaming

_THREADS = 16


def stage(
    plan: Journal, contents: Mapping[Move, bytes], shown: Mapping[Move, Path]
) -> None:
    """Write the new files beside their targets, down to the disk.

    Most of the time is spent waiting for the disk, which can wait for many at once.
    """
    waiting = [move for move in plan.moves if move.new]
    failed: dict[int, BaseException] = {}

    def stage_some(moves: Sequence[Move]) -> None:
        for move in moves:
            if not failed:
                try:
                    _stage_one(plan, move, contents[move], shown[move])
                except BaseException as error:
                    failed[move.number] = error

    parts = [waiting[start::_THREADS] for start in range(_THREADS)]
    threads = [Thread(target=stage_some, args=(part,)) for part in parts if part]
    for thread in threads:
        thread.start()
    _join(threads, failed)
    if failed:
        raise failed[min(failed)]


def _join(threads: Sequence[Thread], failed: dict[int, BaseException]) -> None:
    """Wait for threads; interrupted, have them end first, so that no file is late."""
    try:
        for thread in threads:
            thread.join()
    except BaseException as error:
        failed[-1] = error
        for thread in threads:
            thread.join()


def _stage_one(plan: Journal, move: Move, content: bytes, shown: Path) -> None:
    with blaming(shown):
        staged = plan.staged(move)
        with staged.open("xb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        target = plan.target(move)
        if target.exists():
            staged.chmod(stat.S_IMODE(target.stat().st_mode))
