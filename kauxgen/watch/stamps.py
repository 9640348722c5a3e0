"""Files as they are now, told apart by more than their time, and where they may be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import takewhile
from pathlib import Path, PurePosixPath

Stamp = tuple[int, int, int]
"""When a file was written, in nanoseconds, its bytes, and which file it is."""

_MAGIC = set("*?[")


def stamps(paths: Iterable[Path]) -> dict[Path, Stamp]:
    """Give the stamps of those files that are there."""
    found = {}
    for path in paths:
        try:
            status = path.stat()
        except OSError:
            continue
        found[path] = (status.st_mtime_ns, status.st_size, status.st_ino)
    return found


def changed(before: Mapping[Path, Stamp], after: Mapping[Path, Stamp]) -> set[Path]:
    """List the files that came, went, or were written."""
    every = before.keys() | after.keys()
    return {path for path in every if before.get(path) != after.get(path)}


def folders(root: Path, patterns: Iterable[str]) -> Iterator[Path]:
    """Yield the folders in which files of glob patterns may come or go.

    These are the folders from the root down to where a pattern has its first star, for
    they may be made later, and if folders follow there, all that are there now.
    """
    yield root
    for pattern in patterns:
        parts = PurePosixPath(pattern).parts[:-1]
        fixed = list(takewhile(lambda part: not _MAGIC & set(part), parts))
        for length in range(1, len(fixed) + 1):
            yield root.joinpath(*fixed[:length])
        if len(fixed) < len(parts):
            yield from inside(root.joinpath(*fixed))


def inside(folder: Path) -> Iterator[Path]:
    """Yield the folders in a folder, but for hidden ones and what is in these."""
    if folder.is_dir():
        for each in folder.iterdir():
            if each.is_dir() and not each.name.startswith("."):
                yield each
                yield from inside(each)
