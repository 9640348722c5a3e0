"""A picture as SVG: no program, font or style sheet beside it is needed.

The colours follow the reader's `prefers-color-scheme`, also where the file is shown as
an image, and every text is a text: it can be searched and read aloud.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kauxgen.picture.cards import card
from kauxgen.picture.heads import Chunk
from kauxgen.picture.layout import Placed, Sheet
from kauxgen.picture.legend import ROW, Entry, entries
from kauxgen.picture.lettering import width, wrap
from kauxgen.picture.look import PLAIN, Look
from kauxgen.picture.model import Box, Node
from kauxgen.picture.strokes import drawn, plain, px, quoted, written
from kauxgen.picture.style import STYLE

_MARGIN = 24.0
_TITLE = 20.0
_ABOUT = 13.0


def as_svg(sheet: Sheet, look: Look = PLAIN) -> str:
    """Write a picture that is laid out as SVG, if wanted with marks on its parts."""
    return "".join(f"{line}\n" for line in _Svg(sheet, look).lines())


class _Svg:
    """Writes one picture."""

    def __init__(self, sheet: Sheet, look: Look) -> None:
        self.sheet = sheet
        self.look = look
        picture = sheet.picture
        self.legend = entries(picture)
        least = max(width(picture.name, _TITLE, bold=True), 420.0)
        self.inner = max(sheet.width, least)
        self.about = wrap(picture.description, self.inner, _ABOUT, 3)
        self.about = self.about if picture.description else ()
        self.top = _MARGIN + 22 + 18 * len(self.about) + 18
        self.wide = self.inner + 2 * _MARGIN
        self.rows = legend_rows(self.legend, self.inner)
        below = ROW * len(self.rows) + 18 if self.rows else 0
        self.high = self.top + sheet.height + below + _MARGIN

    def lines(self) -> Iterator[str]:
        """Yield the lines of the file."""
        picture = self.sheet.picture
        size = f"{px(self.wide)} {px(self.high)}"
        wide, high = size.split()
        title, desc = self.look.id("picture-title"), self.look.id("picture-about")
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" '
            f'width="{wide}" height="{high}" class="kauxgen" role="img" '
            f'aria-labelledby="{title} {desc}">'
        )
        yield f'<title id="{title}">{plain(picture.name)}</title>'
        about = picture.description or f"The graph of the model {picture.name}."
        yield f'<desc id="{desc}">{plain(about)}</desc>'
        yield f"<style>{STYLE}</style>"
        yield '<rect class="page" width="100%" height="100%" rx="10"/>'
        yield written(picture.name, _MARGIN, _MARGIN + 18, "heading")
        for place, line in enumerate(self.about):
            y = _MARGIN + 18 + 22 + 18 * place
            yield written(line, _MARGIN, y, "about")
        yield f'<g transform="translate({px(_MARGIN)} {px(self.top)})">'
        for part in self.sheet.parts:
            yield from _part(part, self.look)
        yield "</g>"
        yield from self.legend_lines()
        yield "</svg>"

    def legend_lines(self) -> Iterator[str]:
        """Yield the legend, at the foot."""
        top = self.top + self.sheet.height + 18
        for place, row in enumerate(self.rows):
            for x, entry in row:
                y = top + ROW * place
                yield from _entry(entry, _MARGIN + x, y)


def legend_rows(
    legend: Iterable[Entry], most: float
) -> list[list[tuple[float, Entry]]]:
    """Put the entries of a legend into rows."""
    rows: list[list[tuple[float, Entry]]] = []
    x = 0.0
    for entry in legend:
        if not rows or x + entry.width > most:
            rows.append([])
            x = 0.0
        rows[-1].append((x, entry))
        x += entry.width + 18
    return rows


def _entry(entry: Entry, x: float, y: float) -> Iterator[str]:
    if entry.shape == "line":
        yield (
            f'<path class="line {entry.tone}" d="M{px(x)} {px(y + 8)}h22" '
            f'aria-hidden="true"/>'
        )
    elif entry.shape == "card":
        rounded = 7.5 if entry.tone == "target" else 4
        yield (
            f'<rect class="card {entry.tone}" x="{px(x)}" y="{px(y)}" width="22" '
            f'height="15" rx="{rounded}" aria-hidden="true"/>'
        )
    yield written(entry.text, x + (30 if entry.shape else 0), y + 12, "shape")


def _part(placed: Placed, look: Look) -> Iterator[str]:
    """Yield the lines of a part, with what is in it."""
    if isinstance(placed.part, Node):
        yield from _card(placed, placed.part, look)
    elif placed.part.role == "terms":
        yield f'<g transform="translate({px(placed.x)} {px(placed.y)})">'
        for each in placed.parts:
            yield from _part(each, look)
        yield "</g>"
    else:
        yield from _box(placed, placed.part, look)


def _box(placed: Placed, box: Box, look: Look) -> Iterator[str]:
    tones = f"{box.role}{' muted' if box.muted else ''}{look.classes(box.id)}"
    yield (
        f'<g id={quoted(look.id(box.id))} class="box {tones}" '
        f'transform="translate({px(placed.x)} {px(placed.y)})">'
    )
    yield f"<title>{plain(_told(box))}</title>"
    back = 5.0 if box.role == "repeat" else 0.0
    wide, high = placed.width - back, placed.height - back
    if back:
        yield _frame("sheet", back, back, wide, high)
    yield _frame("frame", 0, 0, wide, high)
    for line in placed.lines:
        yield drawn(line)
    for each in placed.parts:
        yield from _part(each, look)
    for chunk in placed.head:
        yield from _chunk(chunk)
    yield from look.sign(box.id, wide)
    yield "</g>"


def _told(box: Box) -> str:
    words = (box.name, box.word, *(badge.text for badge in box.badges))
    return "\n".join(filter(None, [" · ".join(filter(None, words)), box.about]))


def _frame(name: str, x: float, y: float, wide: float, high: float) -> str:
    place = f'x="{px(x)}" y="{px(y)}" width="{px(wide)}" height="{px(high)}"'
    return f'<rect class="{name}" {place} rx="8"/>'


def _card(placed: Placed, node: Node, look: Look) -> Iterator[str]:
    own = card(node)
    tones = [node.role]
    tones += ["penalized"] if node.penalized else []
    tones += ["muted"] if node.muted else []
    yield (
        f"<g id={quoted(look.id(node.id))} "
        f'class="node {" ".join(tones)}{look.classes(node.id)}" '
        f'transform="translate({px(placed.x)} {px(placed.y)})">'
    )
    yield f"<title>{plain(described(node))}</title>"
    wide, high = placed.width, placed.height
    round = {"label": 4.0}.get(node.role, high / 2 if high < 30 else 6.0)
    size = f'width="{px(wide)}" height="{px(high)}" rx="{px(round)}"'
    yield f'<rect class="card {" ".join(tones)}" {size}/>'
    for text in own.texts:
        x = wide - (own.width - text.x) if text.anchor == "end" else text.x
        yield written(text.text, x, text.y, text.tone, text.anchor)
    yield from look.sign(node.id, wide)
    yield "</g>"


def described(node: Node) -> str:
    """Describe a node in lines, for a tooltip."""
    shape = node.full or node.shape
    lines = (f"{node.name}: {node.kind}" if node.kind else node.name, shape, node.count)
    return "\n".join(filter(None, (*lines, *node.notes, node.about)))


def _chunk(chunk: Chunk) -> Iterator[str]:
    if chunk.tone in ("title", "word"):
        yield written(chunk.text, chunk.x, chunk.y + 14, chunk.tone)
        return
    place = f'x="{px(chunk.x)}" y="{px(chunk.y)}"'
    size = f'width="{px(chunk.width)}" height="{px(chunk.height)}"'
    yield f'<rect class="badge {chunk.tone}" {place} {size} rx="9.5"/>'
    middle = chunk.x + chunk.width / 2
    yield written(chunk.text, middle, chunk.y + 13.5, f"mark {chunk.tone}", "middle")
