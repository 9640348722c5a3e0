"""The lines of files that tracebacks name, whoever has written them.

Python, autograph and Keras write `File "x.py", line 3, in call`, and so does TensorFlow
for the node of a graph ("Detected at node ... defined at"); pytest writes `x.py:3:`,
IPython `File x.py:3, in call`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kauxgen.frozen import frozen

_FRAME = re.compile(r'\bFile "(?P<file>[^"]+)", line (?P<line>\d+)')
_OTHER = re.compile(r"(?P<file>[^\s\"':<>|]+\.py):(?P<line>\d+)(?=[:,]|\s|$)")
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_MARKS = re.compile(r"[\s|>]*[~^]+\s*\Z")
_BEFORE = " |>"
"""What stands before lines of exceptions in groups, and before quoted ones."""

_LARGEST = 9


@frozen
class Frame:
    """A line of a file as a traceback names it.

    `last` is the number of the last line of text about it, from 0. `source` is the
    code that the traceback shows, stripped, "" if it shows none. `column` and
    `end_column` are the part of it that is marked, -1 if none is.
    """

    last: int
    file: str
    line: int
    source: str = ""
    column: int = -1
    end_column: int = -1


def plain(text: str) -> list[str]:
    """Part a text in lines, without the colours of terminals."""
    return _COLOURS.sub("", text).replace("\r\n", "\n").split("\n")


def read(lines: Sequence[str]) -> Iterator[Frame]:
    """Yield the frames of a text, in its order."""
    for number, line in enumerate(lines):
        found = _FRAME.search(line) or _OTHER.search(line)
        if found is None or len(found["line"]) > _LARGEST:
            continue
        file, at = found["file"], int(found["line"])
        code = _code(lines, number) if found.re is _FRAME else ""
        if not code.strip(_BEFORE):
            yield Frame(number, file, at)
            continue
        begin, end = _marked(lines, number, code)
        last = number + (1 if begin < 0 else 2)
        yield Frame(last, file, at, code.strip(_BEFORE), begin, end)


def _code(lines: Sequence[str], number: int) -> str:
    """Return the code under a frame, which stands further in, with what is before."""
    if number + 1 >= len(lines) or _FRAME.search(lines[number + 1]):
        return ""
    below = lines[number + 1]
    return below if _indent(below) > _indent(lines[number]) else ""


def _marked(lines: Sequence[str], number: int, code: str) -> tuple[int, int]:
    """Return the columns of code that are marked below it, from its first character."""
    marks = lines[number + 2] if number + 2 < len(lines) else ""
    if not _MARKS.match(marks):
        return -1, -1
    places = [place for place, sign in enumerate(marks) if sign in "~^"]
    begin = places[0] - _indent(code)
    return max(begin, 0), max(places[-1] + 1 - _indent(code), 1)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(_BEFORE))
