"""The head of a box: its name and badges, placed so that no line runs through them."""

from __future__ import annotations

from collections.abc import Sequence

from kauxgen.frozen import frozen
from kauxgen.picture.lettering import cut, width
from kauxgen.picture.model import Box

TITLE_SIZE = 13.0
BADGE_SIZE = 11.0
SIDE = 14.0
_ROW = 23.0
_SPACE = 7.0
_CLEAR = 7.0
_MOST = 420.0
_ONE_ROW = 37.0
_WIDER = (1.0, 1.1, 1.2, 1.3)


@frozen
class Chunk:
    """A piece of a head: its left upper corner, its size, and its tone."""

    text: str
    tone: str
    x: float
    y: float
    width: float
    height: float = 19.0


def chunks(box: Box) -> list[Chunk]:
    """Return the pieces of a head with their sizes, not yet placed."""
    if box.role == "terms":
        return []
    found = []
    name = cut(box.name, _MOST, TITLE_SIZE, bold=True)
    if name:
        found.append(Chunk(name, "title", 0, 0, width(name, TITLE_SIZE, bold=True)))
    if box.word:
        found.append(Chunk(box.word, "word", 0, 0, width(box.word, BADGE_SIZE)))
    for badge in box.badges:
        text = cut(badge.text, _MOST, BADGE_SIZE)
        found.append(Chunk(text, badge.tone, 0, 0, width(text, BADGE_SIZE) + 14))
    return found


def least(box: Box) -> float:
    """Return how wide a box must be for the widest piece of its head."""
    return max((each.width for each in chunks(box)), default=0) + 2 * SIDE


def fit(
    box: Box, least: float, within: float, lines: Sequence[float]
) -> tuple[list[Chunk], float, float]:
    """Place the head; return it with the width and height that this takes.

    `lines` are where lines run through it, from the left edge of what is `within` the
    box, in its middle. A box is made somewhat wider if its head then is one row.
    """
    tried = []
    for more in _WIDER:
        wide = least * more
        shift = (wide - within) / 2
        head, top = place(box, wide, [line + shift for line in lines])
        tried.append((head, wide, top))
        if top <= _ONE_ROW:
            return tried[-1]
    return tried[0]


def place(box: Box, wide: float, lines: Sequence[float]) -> tuple[list[Chunk], float]:
    """Place the head in rows around the lines at some x; return it with its height."""
    placed: list[Chunk] = []
    x, y = SIDE, 9.0
    for each in chunks(box):
        x = _free(x, each.width, lines)
        if placed and x + each.width > wide - SIDE:
            x, y = _free(SIDE, each.width, lines), y + _ROW
        placed.append(Chunk(each.text, each.tone, x, y, each.width))
        x += each.width + _SPACE
    return placed, y + 19 + 9 if placed else 0


def _free(x: float, wide: float, lines: Sequence[float]) -> float:
    """Return the first x from which a piece is clear of all lines."""
    for line in sorted(lines):
        if x - _CLEAR < line < x + wide + _CLEAR:
            x = line + _CLEAR
    return x


def reach(placed: Sequence[Chunk]) -> float:
    """Return how wide a box must be for a head as it is placed."""
    return max((each.x + each.width for each in placed), default=0) + SIDE
