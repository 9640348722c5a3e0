"""How large a card is, and where its texts stand on it."""

from __future__ import annotations

from kauxgen.frozen import frozen
from kauxgen.picture.lettering import cut, widest, width, wrap
from kauxgen.picture.model import Node

NAME_SIZE = 13.0
TEXT_SIZE = 12.0
SHAPE_SIZE = 11.0
_SIDE = 12.0
_LINE = 17.0
_MOST = 262.0
_LEAST = 96.0
_LINES = 4
SMALL = ("label", "output", "input", "target", "state")
"""The roles whose cards are one line: tensors that are not made here."""


@frozen
class Text:
    """A line of a card: its start, middle or end is at x, its base line at y."""

    text: str
    x: float
    y: float
    tone: str
    anchor: str = "start"


@frozen
class Card:
    """The size of a node's card, and its texts, from its upper left corner."""

    width: float
    height: float
    texts: tuple[Text, ...]


def card(node: Node) -> Card:
    """Lay a node out as a card."""
    if node.role == "label":
        return _label(node)
    return _line(node) if node.role in SMALL else _full(node)


def _label(node: Node) -> Card:
    text = cut(node.name, _MOST, SHAPE_SIZE)
    wide = width(text, SHAPE_SIZE) + 6
    return Card(_even(wide), 16, (Text(text, _even(wide) / 2, 12, "label", "middle"),))


def _line(node: Node) -> Card:
    name = cut(node.name, _MOST, NAME_SIZE, bold=True)
    own = width(name, NAME_SIZE, bold=True)
    wide = _even(own + (width(node.shape, SHAPE_SIZE) + 12 if node.shape else 0) + 28)
    if not node.shape:
        return Card(wide, 28, (Text(name, wide / 2, 18.5, "name", "middle"),))
    shape = Text(node.shape, wide - 14, 18, "shape", "end")
    return Card(wide, 28, (Text(name, 14, 18.5, "name"), shape))


def _full(node: Node) -> Card:
    name = cut(node.name, _MOST, NAME_SIZE, bold=True)
    shape = cut(node.shape, _MOST, SHAPE_SIZE)
    kind = wrap(node.kind, _MOST, TEXT_SIZE, _LINES) if node.kind else ()
    notes = tuple(
        line for note in node.notes for line in wrap(note, _MOST, SHAPE_SIZE, 2)
    )
    head = width(name, NAME_SIZE, bold=True) + (14 if shape else 0)
    inner = max(
        head + width(shape, SHAPE_SIZE),
        widest(kind, TEXT_SIZE),
        widest(notes, SHAPE_SIZE),
        _LEAST,
    )
    wide = _even(inner + 2 * _SIDE)
    texts = [Text(name, _SIDE, 19, "name")]
    if shape:
        texts.append(Text(shape, wide - _SIDE, 18.5, "shape", "end"))
    rows = [(line, "kind") for line in kind] + [(line, "note") for line in notes]
    for place, (line, tone) in enumerate(rows):
        texts.append(Text(line, _SIDE, 19 + _LINE * (place + 1), tone))
    return Card(wide, 29 + _LINE * len(rows), tuple(texts))


def _even(size: float) -> float:
    """Round up to an even number, so that middles fall on whole pixels."""
    return -(-size // 2) * 2.0
