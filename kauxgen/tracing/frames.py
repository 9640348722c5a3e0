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
_MARKS = re.compile(r"\s*[~^]+\s*\Z")
_DIGIT = re.compile(r"\d")
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
        below = _below(line, found, lines[number + 1 : number + 3])
        if not below:
            yield Frame(number, file, at)
            continue
        begin, end = _marked(*below)
        last = number + (1 if begin < 0 else 2)
        yield Frame(last, file, at, below[0].strip(), begin, end)


def _below(line: str, found: re.Match[str], more: Sequence[str]) -> list[str]:
    """Return the code under a frame, which stands further in, and what is under it.

    What a log writes before every line, such as a time, is cut off.
    """
    if found.re is not _FRAME or not more or _FRAME.search(more[0]):
        return []
    before = line[: found.start()].rstrip()
    if any(_shape(one[: len(before)]) != _shape(before) for one in more[:1]):
        return []
    cut = [one[len(before) :] for one in more]
    indent = found.start() - len(before)
    return cut if cut[0].strip() and _indent(cut[0]) > indent else []


def _shape(text: str) -> str:
    return _DIGIT.sub("0", text)


def _marked(code: str, marks: str = "") -> tuple[int, int]:
    """Return the columns of code that are marked below it, from its first character."""
    if not _MARKS.match(marks):
        return -1, -1
    places = [place for place, sign in enumerate(marks) if sign in "~^"]
    begin = places[0] - _indent(code)
    return max(begin, 0), max(places[-1] + 1 - _indent(code), 1)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
