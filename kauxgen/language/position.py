"""Lines and characters as editors count them, and offsets as Python does."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

_BREAK = re.compile(r"\r\n|\r|\n")

_WIDE = 0xFFFF
"""Characters above it are two units in UTF-16, which editors count by default."""


class Point(NamedTuple):
    """A line and a character in it, both from 0."""

    line: int
    character: int


class Lines:
    """The lines of a text, to turn offsets into points and back.

    Characters are counted in UTF-16, or in the units of `encoding`: "utf-8", "utf-32".
    """

    def __init__(self, text: str, encoding: str = "utf-16") -> None:
        """Note where the lines begin."""
        self._text = text
        self._encoding = encoding
        self._plain = text.isascii() or encoding == "utf-32"
        self._starts = [0, *(match.end() for match in _BREAK.finditer(text))]

    def point(self, offset: int) -> Point:
        """Say where an offset stands."""
        offset = min(max(offset, 0), len(self._text))
        line = bisect_right(self._starts, offset) - 1
        start = self._starts[line]
        if self._plain:
            return Point(line, offset - start)
        return Point(line, sum(map(self._width, self._text[start:offset])))

    def offset(self, line: int, character: int) -> int:
        """Find the offset of a point; what lies behind a line's end is its end."""
        if line >= len(self._starts):
            return len(self._text)
        start = self._starts[line]
        end = self._end(line)
        if self._plain:
            return min(start + character, end)
        while character > 0 and start < end:
            character -= self._width(self._text[start])
            start += 1
        return start

    def _end(self, line: int) -> int:
        last = line + 1 == len(self._starts)
        end = len(self._text) if last else self._starts[line + 1]
        return self._starts[line] + len(
            self._text[self._starts[line] : end].rstrip("\r\n")
        )

    def _width(self, character: str) -> int:
        if self._encoding == "utf-8":
            return len(character.encode("utf-8", "surrogatepass"))
        return 2 if ord(character) > _WIDE else 1
