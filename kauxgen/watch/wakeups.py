"""Waiting for files to change: a wake-up whenever something may have, and at intervals.

A wake-up says no more than "look again". Editors save by renaming, and tools make and
remove whole folders; whoever looks at what is there now need not know how it came.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import watchfiles

_GATHER = 300
"""The milliseconds for which changes that follow each other are taken for one."""

_QUIET = 50
"""The milliseconds without a change that end these sooner."""

_INTERVAL = 1000
"""The milliseconds after which to look at the latest, as after a lost notice."""


def wakeups(folders: Callable[[], frozenset[Path]]) -> Iterator[None]:
    """Wake up at once, then whenever files in folders have changed.

    `folders` is asked again after each wake-up; those that are not there are left out
    until they are. Folders in these are not watched.
    """
    while True:
        yield
        watched = _present(folders())
        for _ in _noticed([path for path, _ in watched]):
            yield
            if _present(folders()) != watched:
                break


def _noticed(folders: list[Path]) -> Iterator[object]:
    """Yield after each change, and after each interval.

    Where the system notifies nobody, as when its limit of watches is reached, files are
    polled; on some drives watchfiles finds that out by itself.
    """
    try:
        yield from _watch(folders, polling=None)
    except FileNotFoundError:  # A folder went in between: look again.
        return
    except OSError:
        yield from _watch(folders, polling=True)


def _watch(folders: list[Path], *, polling: bool | None) -> Iterator[object]:
    return watchfiles.watch(
        *folders,
        watch_filter=None,
        debounce=_GATHER,
        step=_QUIET,
        rust_timeout=_INTERVAL,
        yield_on_timeout=True,
        force_polling=polling,
        recursive=False,
        ignore_permission_denied=True,
    )


def _present(folders: frozenset[Path]) -> frozenset[tuple[Path, int]]:
    """Give the folders that are there, each with its identity: it may be made anew."""
    return frozenset((each, each.stat().st_ino) for each in folders if each.is_dir())
