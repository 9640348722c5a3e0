"""A spec at two times: its bytes before and after, and what each side is called."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from kauxgen import files
from kauxgen.frozen import frozen
from kauxgen.source import MOST_BYTES

_EMPTY = "/dev/null"
_KEY = b'"kauxgen"'


@frozen
class Side:
    """A spec at one time: its path as people are shown it, its place, and its bytes.

    `path` is that of the file, `name` also says when: `main:specs/vae.json`.
    """

    path: str
    name: str
    data: bytes


@frozen
class Pair:
    """A spec before and after; None on a side where there is none."""

    old: Side | None
    new: Side | None

    @property
    def path(self) -> str:
        """The path that it has, or had."""
        side = self.new or self.old
        return side.path if side else ""

    @property
    def renamed_from(self) -> str:
        """The path that it had, if that was another one."""
        both = self.old and self.new
        return self.old.path if both and self.old and self.old.path != self.path else ""


def of_files(old: str, new: str) -> list[Pair]:
    """Pair two files, or the specs in two folders by their paths there.

    /dev/null stands for no file, as git writes it; FileError for what cannot be read.
    """
    if Path(old).is_dir() and Path(new).is_dir():
        before, after = _specs(Path(old)), _specs(Path(new))
        names = dict.fromkeys([*before, *after])
        pairs = [Pair(before.get(name), after.get(name)) for name in names]
        return reunited(pair for pair in pairs if _differs(pair))
    pair = Pair(_file(old), _file(new))
    return [pair] if pair.old or pair.new else []


def reunited(pairs: Iterable[Pair]) -> list[Pair]:
    """Join a deleted and an added spec to one that was renamed: the same "name" in it.

    The result stands in the order of the paths.
    """
    found = list(pairs)
    added = {_named(p.new): p for p in found if p.new and not p.old}
    for pair in [each for each in found if each.old and not each.new]:
        name = _named(pair.old)
        other = added.pop(name, None) if name is not None else None
        if other is not None:
            found[found.index(pair)] = Pair(pair.old, other.new)
            found.remove(other)
    return sorted(found, key=lambda pair: pair.path)


def printable_path(path: str) -> str:
    """Write a path as text: bytes that are no UTF-8 become replacement characters."""
    return os.fsencode(path).decode("utf-8", "replace")


def _differs(pair: Pair) -> bool:
    return pair.old is None or pair.new is None or pair.old.data != pair.new.data


def _file(path: str) -> Side | None:
    if path == _EMPTY:
        return None
    shown = printable_path(files.named(path))
    return Side(shown, shown, files.read(path))


def _specs(folder: Path) -> dict[str, Side]:
    """Read the specs below a folder: files of JSON that say they are for kauxgen."""
    found = {}
    for path in sorted(folder.rglob("*.json")):
        if path.is_file():
            data = files.read(os.fspath(path))
            inside = printable_path(path.relative_to(folder).as_posix())
            if _KEY in data:
                found[inside] = Side(inside, printable_path(os.fspath(path)), data)
    return found


def _named(side: Side | None) -> Any:
    """Return the "name" that a spec gives itself; None if it has none."""
    if side is None or len(side.data) > MOST_BYTES:
        return None
    try:
        value = json.loads(side.data)
    except (ValueError, RecursionError):
        return None
    name = value.get("name") if isinstance(value, dict) else None
    return name if isinstance(name, str) else None
