"""The journal of a publication: what it is about to do, written before it is done."""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, fields
from functools import cached_property
from pathlib import Path

from kauxgen import faults
from kauxgen.frozen import frozen
from kauxgen.refusal import FileError, blamed, reason, shown

NAME = ".kauxgen-journal"
"""The file of a journal: in the folder that all files of a publication lie below."""

_FRESH = f"{NAME}.new"
_FORM = 1
_MOST_BYTES = 50_000_000
_TOKEN = re.compile(r"[0-9a-f]{16}")
_DIGEST = re.compile(r"(?:[0-9a-f]{64})?")


@frozen
class Move:
    """One file to be replaced, made or removed.

    `target` is relative to the journal's folder, with "/" between its parts; `old` and
    `new` are the SHA-256 of what stands there before and after, "" for no file.
    `number` is in the names of the files beside it.
    """

    number: int
    target: str
    old: str
    new: str


@frozen
class Journal:
    """What a publication does in a folder, and whether it has been decided upon.

    Until it is committed the new files are being written beside their targets; from
    then on they are put in their places, by whoever comes by. `token` is in the names
    of these files.
    """

    folder: Path
    token: str
    committed: bool
    moves: tuple[Move, ...]

    @cached_property
    def _targets(self) -> dict[Move, Path]:
        return {move: _target(self.folder / move.target, move) for move in self.moves}

    def target(self, move: Move) -> Path:
        """Where a file is: behind a link, unless the link itself is to go."""
        return self._targets[move]

    def staged(self, move: Move) -> Path:
        """Where the new file waits, beside its target."""
        return self._beside(move, "new")

    def kept(self, move: Move) -> Path:
        """Where the old file is kept, until all are in their places."""
        return self._beside(move, "old")

    def _beside(self, move: Move, what: str) -> Path:
        name = f".kauxgen-{self.token}-{move.number}.{what}"
        return self.target(move).parent / name

    @property
    def folders(self) -> list[Path]:
        """The folders whose entries change."""
        return sorted({self.target(move).parent for move in self.moves})


def _target(path: Path, move: Move) -> Path:
    return path.resolve() if move.new else path.parent.resolve() / path.name


_KEYS = tuple(one.name for one in fields(Move))


def new_token() -> str:
    """Choose the token of a publication: no two have the same."""
    return os.urandom(8).hex()


def digest(path: Path) -> str:
    """Give the SHA-256 of a file, "" if there is none; OSError if it cannot be read."""
    try:
        return digest_of(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return ""


def digest_of(content: bytes) -> str:
    """Give the SHA-256 of a file's content."""
    return hashlib.sha256(content).hexdigest()


def write(journal: Journal) -> None:
    """Put a journal in its folder as a whole; down to the disk once it is committed."""
    fresh = journal.folder / _FRESH
    fresh.unlink(missing_ok=True)
    with fresh.open("x", encoding="ascii") as stream:
        # A copy of it, from a checkout or an archive, is another file by number.
        known = {"form": _FORM, "file": os.fstat(stream.fileno()).st_ino}
        moves = [asdict(move) for move in journal.moves]
        rest = {"token": journal.token, "committed": journal.committed, "moves": moves}
        json.dump(known | rest, stream)
        if journal.committed:
            stream.flush()
            os.fsync(stream.fileno())
    fresh.replace(journal.folder / NAME)


def remove(folder: Path) -> None:
    """Take the journal of a folder away, a half-written one too."""
    (folder / _FRESH).unlink(missing_ok=True)
    (folder / NAME).unlink(missing_ok=True)


def places(paths: Iterable[Path]) -> list[Path]:
    """List the folders that may hold the journal of something at these paths."""
    parents = {Path(os.path.abspath(path)).parent for path in paths}
    # Unlike `resolve` it gives a path for a link that leads to itself.
    parents |= {Path(os.path.realpath(parent)) for parent in parents}
    return sorted({each for one in parents for each in (one, *one.parents)})


def find(paths: Iterable[Path]) -> list[Path]:
    """List the folders with a journal above these paths, be it half-written."""
    return [
        folder
        for folder in places(paths)
        if any(os.path.lexists(folder / name) for name in (NAME, _FRESH))
    ]


def read(folder: Path) -> Journal | None:
    """Read the journal of a folder, if it has one; FileError if it is not ours."""
    path = folder / NAME
    try:
        text = _text(path)
        return None if text is None else _parsed(folder, *text)
    except OSError as error:
        raise blamed(faults.foreign(reason(error)), shown(path)) from error


def _text(path: Path) -> tuple[bytes, int] | None:
    """Read a journal of our own, and its number; None if there is none."""
    try:
        known = path.lstat()
        if not stat.S_ISREG(known.st_mode) or known.st_size > _MOST_BYTES:
            raise _foreign(path, "it is not a file that kauxgen writes")
        with path.open("rb") as stream:
            known = os.fstat(stream.fileno())
            if hasattr(os, "geteuid") and known.st_uid != os.geteuid():
                if path.parent.stat().st_mode & stat.S_ISVTX:
                    return None  # A folder for all, such as /tmp: no business of ours.
                raise _foreign(path, "another user wrote it")
            return stream.read(), known.st_ino
    except FileNotFoundError:
        return None


def _parsed(folder: Path, text: bytes, number: int) -> Journal:
    path = folder / NAME
    with suppress(ValueError, RecursionError):
        value = json.loads(text)
        if isinstance(value, dict) and value.get("form") == _FORM:
            if value.get("file") != number:
                raise _foreign(path, "it was written in another place")
            token, moves = value.get("token"), value.get("moves")
            if (
                isinstance(token, str)
                and isinstance(moves, list)
                and _is(_TOKEN, token)
            ):
                found = tuple(map(_move, moves))
                return Journal(folder, token, value.get("committed") is True, found)
    raise _foreign(path, "this version of kauxgen did not write it")


def _move(value: object) -> Move:
    """Read a move; ValueError if it is none, or leads out of the journal's folder."""
    if not isinstance(value, dict) or tuple(value) != _KEYS:
        raise ValueError
    number, target, old, new = (value[each] for each in _KEYS)
    if not (_is(_DIGEST, old) and _is(_DIGEST, new) and isinstance(number, int)):
        raise ValueError
    if not isinstance(target, str) or "\0" in target or not _inside(Path(target)):
        raise ValueError
    return Move(number, target, old, new)


def _inside(target: Path) -> bool:
    """Whether a relative path stays where it starts, and leads to a name."""
    return bool(target.name) and not target.is_absolute() and ".." not in target.parts


def _is(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _foreign(path: Path, why: str) -> FileError:
    return blamed(faults.foreign(why), shown(path))
