"""Specs in their one layout: keys in the schema's order, what is short on one line.

Tokens are the author's, to the letter: numbers, strings and their escapes stay as they
are written. The order of keys and the white space are not.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from itertools import zip_longest
from typing import Any

from kauxgen import key_order
from kauxgen.finding import Diagnostic, Finding
from kauxgen.frozen import frozen
from kauxgen.key_order import Schema
from kauxgen.reading import too_large
from kauxgen.scanner import Span
from kauxgen.source import MOST_BYTES, Document, ScanError, place

WIDTH = 120
"""The columns of a line, where its tokens let it be kept."""

_STEP = 2
_DEEPEST = 3
_SHORT = 40


def not_canonical() -> Finding:
    """KX750: a spec that is not laid out as `kauxgen fmt` lays it out.

    One layout for all specs keeps reviews free of white space: keys stand in the order
    of the schema, a node stands on one line if it fits in 120 columns. What a spec
    means does not depend on it. Only `kauxgen fmt --check` says this.

    Wrong:
        {"layer": "Dense", "name": "hidden",
                "args": { "units":64 } }

    Right:
        {"name": "hidden", "layer": "Dense", "args": {"units": 64}}
    """
    return Finding("", "KX750", "is not in the layout of specs", "run kauxgen fmt")


RULES = (not_canonical,)


def layout(document: Document) -> str:
    """Write a spec in its one layout, with the line ends of its first line.

    ScanError if white space makes it larger than a spec may be.
    """
    root = _piece(document.text, document.value, document.spans[""], key_order.root())
    lines = _section(root, 0) if root.values else [root.marks]
    end = "\r\n" if document.text.partition("\n")[0].endswith("\r") else "\n"
    text = end.join([*lines, ""])
    size = len(text.encode())
    if size > MOST_BYTES:
        raise ScanError([place(too_large(size, MOST_BYTES), document.path)])
    assert json.loads(text) == document.value, "a layout changes no value"
    return text


def difference(document: Document, text: str) -> Diagnostic:
    """Give the finding of a spec whose layout is another one, at its first line."""
    start = 0
    for old, new in zip_longest(*(each.split("\n") for each in (document.text, text))):
        if old != new:
            end = start + len(old or "")
            return place(not_canonical(), document.path, document.text, start, end)
        start += len(old) + 1
    return place(not_canonical(), document.path, document.text)  # a byte order mark


@frozen
class _Piece:
    """A value of a spec: a token, or the marks, keys and values of a list or object.

    `width` is what it takes on one line, `depth` how many lists and objects are in one
    another. `tall` is whether it has several lines even where one would do.
    """

    token: str = ""
    marks: str = ""
    keys: tuple[str, ...] = ()
    values: tuple[_Piece, ...] = ()
    width: int = 0
    depth: int = 0
    tall: bool = False

    @property
    def is_object(self) -> bool:
        return self.marks == "{}"

    @property
    def nodes(self) -> int:
        """How many nodes, terms or the like a list holds: objects of several keys."""
        if self.is_object:
            return 0
        return sum(each.is_object and len(each.keys) > 1 for each in self.values)

    @property
    def members(self) -> Iterator[tuple[str, _Piece]]:
        """Each value with what stands before it: its key, or nothing in a list."""
        heads = [f"{key}: " for key in self.keys] or [""] * len(self.values)
        return zip(heads, self.values, strict=True)

    @property
    def flat(self) -> str:
        """The value on one line."""
        if self.token:
            return self.token
        inside = (head + value.flat for head, value in self.members)
        return f"{self.marks[0]}{', '.join(inside)}{self.marks[1]}"


def _piece(
    text: str, value: Any, span: Span, schema: Schema, item: bool = False
) -> _Piece:
    """Gather a value with all that it holds, in the order of writing."""
    if isinstance(value, dict):
        names = key_order.ordered(schema, value)
    elif isinstance(value, list):
        names = list(span.members)
    else:
        token = text[span.start : span.end]
        return _Piece(token, width=_columns(token))
    listed = isinstance(value, list)
    spans = [span.members[name] for name in names]
    values = tuple(
        _piece(text, inner, place, key_order.below(schema, at), listed)
        for at, inner, place in _members(value, names, spans)
    )
    keys = () if listed else tuple(text[s.key_start : s.key_end] for s in spans)
    return _whole("[]" if listed else "{}", keys, values, item)


def _members(
    value: Any, names: list[str], spans: list[Span]
) -> Iterator[tuple[str | int, Any, Span]]:
    for at, (name, span) in enumerate(zip(names, spans, strict=True)):
        key = at if isinstance(value, list) else name
        yield key, value[key], span


def _whole(
    marks: str, keys: tuple[str, ...], values: tuple[_Piece, ...], item: bool
) -> _Piece:
    """Measure a list or an object, and tell whether it is tall.

    Nodes and terms have lines of their own: several in a list, and one of them where it
    stands in a network, a block or the like, which is no item of a list. What is deep
    has several lines too, but for lists of numbers.
    """
    inside = sum(value.width for value in values) + sum(_columns(k) + 2 for k in keys)
    width = 2 + inside + 2 * max(0, len(values) - 1)
    plain = marks == "[]" and not any(value.keys for value in values)
    depth = 1 if plain else 1 + max((value.depth for value in values), default=0)
    piece = _Piece("", marks, keys, values, width, depth)
    crowded = piece.nodes > 1 or (
        piece.is_object and not item and any(value.nodes for value in values)
    )
    deep = depth > _DEEPEST
    return replace(piece, tall=crowded or deep or any(v.tall for v in values))


def _lines(
    piece: _Piece, indent: int, column: int, after: int, item: bool
) -> list[str]:
    """Write a value that begins at a column of a line with an indent.

    `after` columns follow it in its last line. The first line lacks what is before it.
    """
    if not piece.values or _fits(piece, column + after):
        return [piece.flat]
    if piece.is_object and item:
        return _ending_low(piece, indent) or _node(piece, indent, after)
    if piece.nodes or (piece.is_object and not _is_flat(piece)):
        return _section(piece, indent)
    inside = _fill(piece, indent + _STEP, 0)
    return [piece.marks[0], *inside, " " * indent + piece.marks[1]]


def _is_flat(piece: _Piece) -> bool:
    """Whether an object has only short members, as arguments and params mostly are."""
    members = zip(piece.keys, piece.values, strict=True)
    return all(
        not value.keys and value.depth < 2 and _columns(key) + value.width < _SHORT
        for key, value in members
    )


def _fits(piece: _Piece, taken: int) -> bool:
    return not piece.tall and taken + piece.width <= WIDTH


def _section(piece: _Piece, indent: int) -> list[str]:
    """Write each member in a line of its own, between lines of brackets."""
    inner = indent + _STEP
    lines = [piece.marks[0]]
    for at, (head, value) in enumerate(piece.members, 1):
        comma = "," if at < len(piece.values) else ""
        lines += _member(head, value, inner, comma, len(comma), not piece.is_object)
    return [*lines, " " * indent + piece.marks[1]]


def _member(
    head: str, value: _Piece, inner: int, comma: str, after: int, item: bool
) -> list[str]:
    """Write a member at the beginning of a line, its comma behind it."""
    lines = _lines(value, inner, inner + _columns(head), after, item)
    lines[0] = " " * inner + head + lines[0]
    lines[-1] += comma
    return lines


def _ending_low(piece: _Piece, indent: int) -> list[str]:
    """Write a node whose last member is a list of nodes, as a repeat with its body.

    Its head is one line, the list ends it; [] if the head does not fit or is all.
    """
    *short, (key, last) = piece.members
    head = "{" + "".join(f"{key}{value.flat}, " for key, value in short) + key
    tall = any(value.tall for _, value in short)
    if not short or tall or not last.nodes or indent + _columns(head) >= WIDTH:
        return []
    first, *others = _section(last, indent)
    return [head + first, *others[:-1], others[-1] + "}"]


def _node(piece: _Piece, indent: int, after: int) -> list[str]:
    """Write a node that is too long for a line: as many members to each as fit."""
    lines = _fill(piece, indent + 1, 1 + after)
    lines[0] = "{" + lines[0][indent + 1 :]
    lines[-1] += "}"
    return lines


def _fill(piece: _Piece, inner: int, after: int) -> list[str]:
    """Write members in lines, as many to each as fit; long ones have their own."""
    lines: list[str] = []
    room = False
    for at, (head, value) in enumerate(piece.members, 1):
        comma, behind = (",", 1) if at < len(piece.values) else ("", after)
        taken = _columns(lines[-1]) + 1 + _columns(head) + behind if room else WIDTH
        if not value.nodes and _fits(value, taken):
            lines[-1] += f" {head}{value.flat}{comma}"
            continue
        member = _member(head, value, inner, comma, behind, not piece.is_object)
        lines += member
        room = len(member) == 1 and not value.nodes
    return lines


def _columns(text: str) -> int:
    """Count the columns of a text as editors show it."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(each) in "WF" for each in text)
    return len(text) + wide
