"""One at a time: folders are locked while their files are replaced."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from kauxgen import faults
from kauxgen.refusal import blamed, blaming

if sys.platform != "win32":
    import fcntl

PATIENCE = 10.0
"""How long another one is waited for, in seconds."""

_PAUSE = 0.02
_WINDOWS_LOCK = ".kauxgen-lock"

_held: set[Path] = set()


@contextmanager
def alone(folders: Iterable[Path]) -> Iterator[None]:
    """Hold the locks of folders; FileError with KX730 if another process keeps one.

    A lock ends with its process, however that ends. The same process may ask again for
    what it holds. Folders are locked in one order, so that no two wait for each other.
    """
    wanted = sorted({folder.resolve() for folder in folders} - _held)
    deadline = time.monotonic() + PATIENCE
    with ExitStack() as locks:
        for folder in wanted:
            with blaming(folder):
                handle = _wait_for(folder, deadline)
            locks.callback(os.close, handle)
        _held.update(wanted)
        locks.callback(_held.difference_update, wanted)
        yield


def _wait_for(folder: Path, deadline: float) -> int:
    while (handle := _try(folder)) is None:
        if time.monotonic() > deadline:
            raise blamed(faults.busy(), folder)
        time.sleep(_PAUSE)
    return handle


def _try(folder: Path) -> int | None:
    """Lock a folder and return what is to be closed in the end; None if it is held."""
    if sys.platform == "win32":
        # There, a folder cannot be locked; this file vanishes with its last handle.
        flags = os.O_CREAT | os.O_EXCL | os.O_TEMPORARY
        with suppress(FileExistsError, PermissionError):
            return os.open(folder / _WINDOWS_LOCK, flags)
        return None
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    except OSError:
        # Some network file systems have no locks: there, nobody is waited for.
        return handle
    if _is(folder, handle):
        return handle
    os.close(handle)
    return None


def _is(folder: Path, handle: int) -> bool:
    """Whether a folder is still the one that was opened, and not a new one."""
    with suppress(FileNotFoundError):
        return os.path.samestat(folder.stat(), os.fstat(handle))
    return False
