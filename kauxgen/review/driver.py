"""What git starts as an external diff: for each file, with its two versions."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterator, Sequence

from kauxgen import files, report
from kauxgen.report import Line, printable
from kauxgen.review.pairs import Pair, Side, printable_path
from kauxgen.review.reviewing import review
from kauxgen.review.terminal import terminal

_COUNTER = "GIT_DIFF_PATH_COUNTER"
_BLOB = re.compile(r"[0-9a-f]{4,64}|\.")
_MODE = re.compile(r"[0-7]{6}|\.")
_NONE = "/dev/null"


def is_external(arguments: Sequence[str]) -> bool:
    """Tell whether git calls an external diff: a path, and a file, blob and mode twice.

    Of a renamed file follow its new path and what is said of it. A file in a conflict
    is its path alone.
    """
    if len(arguments) == 1:
        return _COUNTER in os.environ
    if len(arguments) not in (7, 8, 9):
        return False
    blobs, modes = arguments[2:7:3], arguments[3:7:3]
    return all(map(_BLOB.fullmatch, blobs)) and all(map(_MODE.fullmatch, modes))


def external(arguments: Sequence[str], target: str = "") -> Iterator[Line]:
    """Compare as an external diff of git does, for a version of Keras.

    What is no sound spec is compared line by line, below its findings: git must see no
    failure, and a reader must see every change.
    """
    if len(arguments) == 1:
        yield ("bold", f"{printable(arguments[0])}: in conflict"),
        return
    old = _side(arguments[1], arguments[0])
    new = _side(arguments[4], arguments[7] if len(arguments) > 7 else arguments[0])
    found = review(Pair(old, new), target=target)
    if found.state != "unsound":
        yield from terminal([found])
        return
    yield from report.findings(found.findings)
    yield from _unified(old, new)


def _side(file: str, path: str) -> Side | None:
    shown = printable_path(path)
    return None if file == _NONE else Side(shown, shown, files.read(file))


def _unified(old: Side | None, new: Side | None) -> Iterator[Line]:
    texts = [each.data.decode(errors="replace") if each else "" for each in (old, new)]
    before, after = (text.splitlines() for text in texts)
    names = [printable(each.path) if each else _NONE for each in (old, new)]
    for line in difflib.unified_diff(before, after, names[0], names[1], lineterm=""):
        tone = {"+": "green", "-": "red"}.get(line[:1], "")
        yield (tone, printable(line)),
