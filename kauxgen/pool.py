"""Work shared among processes: results in order, and no process outlives the work."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.context import BaseContext
from typing import TypeVar

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")

_MOST_IN_A_CHUNK = 4
_CHUNKS_EACH = 8


class WorkerLost(Exception):
    """A process that worked for us is gone: killed, or out of memory."""


def share(
    action: Callable[[_Item], _Result], items: Sequence[_Item], workers: int
) -> Iterator[_Result]:
    """Apply a function to items in several processes, and yield the results in order.

    What the function raises is raised here. However this ends, Ctrl-C and kill -9
    included, the processes end too. Function, items and results must be picklable.
    """
    size = len(items) // (workers * _CHUNKS_EACH)
    chunk = min(max(size, 1), _MOST_IN_A_CHUNK)
    pool = ProcessPoolExecutor(workers, _context(), _begin)
    try:
        with _undisturbed():
            results = pool.map(action, items, chunksize=chunk)
        yield from results
    except BrokenProcessPool as error:
        raise WorkerLost("a process that compiled specs was killed") from error
    finally:
        pool.shutdown(cancel_futures=True)


def _context() -> BaseContext:
    """Double this process with all it has imported, where that is sound."""
    sound = sys.platform == "linux" and threading.active_count() == 1
    return multiprocessing.get_context("fork" if sound else "spawn")


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Have Ctrl-C wait while processes are started: Python would lose it in between."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin() -> None:
    """Have a worker end with what started it, and in silence.

    What it has inherited is no garbage: looking through it would copy the memory.
    """
    gc.freeze()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
