"""JSON while it is written: a tree of any text, with what is open closed and no errors.

`scanner.py` reads what is sound and says what is not. Editors ask in the middle of a
word, so here a missing comma, quote or bracket is passed over.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from kauxgen import lexer
from kauxgen.lexer import Token
from kauxgen.source import MOST_BYTES

_MOST_LEVELS = 100
_STRING = re.compile(r'"(?:[^"\\\r\n]|\\[^\r\n])*"?')
_CLOSERS = {"}": "object", "]": "array"}

Path = tuple[str | int, ...]


@dataclass(slots=True)
class Item:
    """A value of the text, with its key where it is a member of an object.

    `kind` is "object", "array", "string", "word" or "missing": a key without a value,
    whose place is then the gap. `text` is that of a string or word. An item that is
    not `closed` ends where the text or an outer item does.
    """

    kind: str
    start: int
    end: int
    text: str = ""
    key: str = ""
    key_start: int = -1
    key_end: int = -1
    closed: bool = True
    members: list[Item] = field(default_factory=list)

    def get(self, key: str | int) -> Item | None:
        """Find a member by its key, or an item of a list by its index."""
        if isinstance(key, int):
            inside = self.kind == "array" and 0 <= key < len(self.members)
            return self.members[key] if inside else None
        if self.kind != "object":
            return None
        return next((each for each in self.members if each.key == key), None)

    def follow(self, path: Path) -> Item | None:
        """Follow a path of keys and indices."""
        here: Item | None = self
        for key in path:
            here = here.get(key) if here else None
        return here

    def word(self, key: str) -> str:
        """Give the text of a member that is a string, else ""."""
        item = self.get(key)
        return item.text if item and item.kind == "string" else ""

    def below(self, key: str) -> list[Item]:
        """Give what a member holds, in order; nothing if there is none."""
        item = self.get(key)
        return item.members if item else []

    def steps(self) -> Iterator[tuple[str | int, Item]]:
        """Yield the members with what a path calls them."""
        for index, item in enumerate(self.members):
            yield (item.key if self.kind == "object" else index), item


def read(text: str) -> Item:
    """Read the object that a text holds, or was going to; an empty one if none."""
    if len(text) > MOST_BYTES:
        return Item("object", 0, len(text))
    reader = _Reader(text)
    reader.run()
    found = [item for item in reader.frames[0].members if item.kind == "object"]
    return found[0] if found else Item("object", 0, len(text), closed=False)


class _Reader:
    """One pass over a text; `gap` is the value that the last key waits for."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.frames = [Item("array", 0, len(text))]
        self.gap: Item | None = None

    def run(self) -> None:
        token = self.token(0)
        while token.kind != "end" and len(self.frames) < _MOST_LEVELS:
            if self.gap is not None and not token.is_mark(":"):
                self.gap.end = token.start
            self.take(token)
            token = self.token(token.end)
        for item in self.frames[1:]:
            item.end, item.closed = len(self.text), False
        if self.gap is not None:
            self.gap.end = len(self.text)

    def token(self, start: int) -> Token:
        token = lexer.next_token(self.text, start)
        if token.kind != "stray" or token.text != '"':
            return token
        match = _STRING.match(self.text, token.start)
        assert match is not None  # at least its quote fits
        return Token("string", *match.span(), match[0])

    def take(self, token: Token) -> None:
        top = self.frames[-1]
        if token.kind == "mark":
            self.mark(token)
        elif token.kind == "stray":
            return
        elif top.kind == "object" and not self.waits():
            key = _decoded(token)
            self.gap = Item(
                "missing", token.end, token.end, "", key, token.start, token.end, False
            )
            top.members.append(self.gap)
        else:
            kind, text = token.kind, _decoded(token)
            closed = kind == "word" or _closed(token.text)
            self.add(Item(kind, token.start, token.end, text, closed=closed))

    def mark(self, token: Token) -> None:
        if token.text in "{[":
            kind = "object" if token.text == "{" else "array"
            self.frames.append(self.add(Item(kind, token.start, token.end)))
        elif token.text in "}]":
            self.close(_CLOSERS[token.text], token)
        elif token.text == ":" and self.gap is not None:
            self.gap.start = self.gap.end = token.end
        elif token.text == ",":
            self.gap = None

    def waits(self) -> bool:
        """Say whether a key and its colon are read, and no value."""
        return self.gap is not None and self.gap.start > self.gap.key_end

    def add(self, item: Item) -> Item:
        """Add a value: to a list, or in the gap behind a key."""
        top, gap = self.frames[-1], self.gap
        if top.kind == "object" and gap is not None:
            item.key, item.key_start, item.key_end = gap.key, gap.key_start, gap.key_end
            top.members[-1] = item
        else:
            top.members.append(item)
        self.gap = None
        return item

    def close(self, kind: str, token: Token) -> None:
        """Close the nearest item of a kind, and those inside it that are open."""
        if all(item.kind != kind for item in self.frames[1:]):
            return
        self.gap = None
        while True:
            item = self.frames.pop()
            item.end = token.end if item.kind == kind else token.start
            item.closed = item.kind == kind
            if item.closed:
                return


def _closed(raw: str) -> bool:
    return len(raw) > 1 and raw.endswith('"')


def _decoded(token: Token) -> str:
    if token.kind != "string":
        return token.text
    raw = token.text if _closed(token.text) else token.text + '"'
    try:
        return str(json.loads(raw, strict=False))
    except ValueError:
        return token.text.strip('"')
