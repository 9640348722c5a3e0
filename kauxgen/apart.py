"""An action that goes on to its end when the process that began it is killed."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable

_THREADED = {"tensorflow", "jax", "torch"}
"""What runs threads that Python does not count; a fork would take their locks along."""


def done_apart(action: Callable[[], object]) -> bool:
    """Run an action in a process of its own; whether it came to its end.

    It is this process once more, in another session: no signal to this one, its group
    or its terminal reaches it, and the locks that this one holds last until it ends.
    Nothing happens, and the answer is no, where a process cannot be doubled: on Windows
    and while other threads run.
    """
    threaded = threading.active_count() > 1 or bool(_THREADED & sys.modules.keys())
    if threaded or not hasattr(os, "fork"):
        return False
    child = os.fork()
    if child == 0:
        _run_and_exit(action)
    try:
        _, status = os.waitpid(child, 0)
    except ChildProcessError:
        return False
    return os.waitstatus_to_exitcode(status) == 0


def _run_and_exit(action: Callable[[], object]) -> None:
    """Leave without a word: what the other process has to say and to close, it does."""
    code = 1
    try:
        os.setsid()
        action()
        code = 0
    finally:
        os._exit(code)
