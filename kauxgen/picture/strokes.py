"""The smallest things in an SVG: numbers, texts, and the paths of lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from kauxgen.picture.folding import Point
from kauxgen.picture.lines import Line

_CORNER = 6.0
_ILLEGAL = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")


def drawn(line: Line) -> str:
    """Draw a line: down, a curve between two rows, and down again."""
    role = line.key.rpartition("|")[2]
    path = f"M{px(line.x)} {px(line.y)}"
    if line.way:
        path = _rounded(line.way)
    elif abs(line.x - line.to) < 0.5:
        path += f"V{px(line.end)}"
    else:
        middle = (line.bend + line.landing) / 2
        path += f"V{px(line.bend)}" if line.bend > line.y else ""
        path += (
            f"C{px(line.x)} {px(middle)} {px(line.to)} {px(middle)} "
            f"{px(line.to)} {px(line.landing)}"
        )
        path += f"V{px(line.end)}" if line.end > line.landing else ""
    shape = f'<path class="line {role}" d="{path}"/>'
    if not line.arrow:
        return shape
    x, y = px(line.to), px(line.end)
    return f'{shape}<path class="tip {role}" d="M{x} {y}l-4 -7h8z"/>'


def _rounded(way: Sequence[Point]) -> str:
    """Draw a line around corners, each somewhat rounded."""
    path = f"M{px(way[0][0])} {px(way[0][1])}"
    for before, corner, after in zip(way, way[1:], way[2:], strict=False):
        near, far = _towards(corner, before), _towards(corner, after)
        path += f"L{px(near[0])} {px(near[1])}"
        path += f"Q{px(corner[0])} {px(corner[1])} {px(far[0])} {px(far[1])}"
    return f"{path}L{px(way[-1][0])} {px(way[-1][1])}"


def _towards(corner: Point, other: Point) -> Point:
    """Return the point where the rounding of a corner begins or ends."""
    over, down = other[0] - corner[0], other[1] - corner[1]
    far = abs(over) + abs(down)
    share = min(_CORNER / far, 0.5) if far else 0.0
    return corner[0] + over * share, corner[1] + down * share


def written(text: str, x: float, y: float, tone: str, anchor: str = "start") -> str:
    """Write a line of text: its start, middle or end is at x, its base line at y."""
    where = "" if anchor == "start" else f' text-anchor="{anchor}"'
    place = f'x="{px(x)}" y="{px(y)}"'
    return f'<text class="{tone}" {place}{where}>{plain(text)}</text>'


def plain(text: str) -> str:
    """Escape a text; what XML cannot hold becomes a replacement character."""
    return escape(legible(text), quote=False)


def legible(text: str) -> str:
    """Replace what XML cannot hold."""
    return _ILLEGAL.sub("\ufffd", text)


def quoted(text: str) -> str:
    """Write a text as an attribute's value, in quotes."""
    value = escape(legible(text))
    return f'"{value}"'


def px(value: float) -> str:
    """Write a number with at most one digit behind the point."""
    return f"{round(value, 1):g}" if abs(value) < 100_000 else f"{value:.0f}"
