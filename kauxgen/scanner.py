"""JSON text to a value and the place of everything in it, without recursion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, NoReturn

from kauxgen import lexer, reading
from kauxgen.finding import Finding
from kauxgen.lexer import Fault

MOST_LEVELS = 64
_MOST_FAULTS = 50
_NO_KEY = (-1, -1)


@dataclass(frozen=True, slots=True)
class Span:
    """Where a value stands, and its key if it is a member of an object, as offsets.

    `members` leads to what the value holds: by key, or by index written as a string.
    """

    start: int
    end: int
    key_start: int = -1
    key_end: int = -1
    members: Mapping[str, Span] = field(default_factory=dict)


class Scanned(NamedTuple):
    """What a scan gave; with faults, the value and the span say nothing."""

    value: Any
    span: Span
    faults: tuple[Fault, ...]


def scan_text(text: str) -> Scanned:
    """Read the value that a text holds.

    Mistakes after which the text still makes sense are gathered; others end the scan.
    """
    scan = _Scan(text)
    try:
        value, span = scan.run()
    except _StopError:
        value, span = None, Span(0, 0)
    return Scanned(value, span, tuple(scan.faults))


class _StopError(Exception):
    """What follows cannot be read."""


@dataclass(slots=True)
class _Frame:
    """A list or object whose end is not reached; `name` is its key in the one above."""

    value: Any
    start: int = 0
    name: str = ""
    key: tuple[int, int] = _NO_KEY
    members: dict[str, Span] = field(default_factory=dict)

    @property
    def closer(self) -> str:
        return "}" if isinstance(self.value, dict) else "]"

    def add(self, name: str, value: Any, span: Span) -> None:
        self.members[name] = span
        if isinstance(self.value, dict):
            self.value[name] = value
        else:
            self.value.append(value)


class _Scan:
    """One pass over a text; the first frame is a list that gets the one value."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.faults: list[Fault] = []
        self.frames = [_Frame([])]
        self.last_end = 0
        self.token = lexer.next_token(text, 0)

    def run(self) -> tuple[Any, Span]:
        if self.token.kind == "end":
            self.stop(Fault(0, 0, reading.no_object("nothing")))
        self.read_value("0", _NO_KEY)
        while len(self.frames) > 1:
            self.read_member(self.frames[-1])
        if self.token.kind != "end":
            self.stop_expecting("the end of the file")
        return self.frames[0].value[0], self.frames[0].members["0"]

    def advance(self) -> None:
        self.last_end = self.token.end
        self.token = lexer.next_token(self.text, self.last_end)

    def read_member(self, frame: _Frame) -> None:
        if frame.members and not self.token.is_mark(frame.closer):
            self.read_comma(frame)
        if self.token.is_mark(frame.closer):
            self.close(self.frames.pop())
        elif isinstance(frame.value, dict):
            self.read_value(*self.read_key(frame))
        else:
            self.read_value(str(len(frame.value)), _NO_KEY)

    def read_comma(self, frame: _Frame) -> None:
        if not self.token.is_mark(","):
            self.stop_between(frame)
        comma = self.token
        self.advance()
        if self.token.is_mark(frame.closer):
            self.report(reading.trailing_comma(frame.closer), comma.start, comma.end)

    def read_key(self, frame: _Frame) -> tuple[str, tuple[int, int]]:
        if self.token.kind != "string":
            self.stop_expecting("a key in double quotes", self.unquoted())
        name, place = self.read_string(), (self.token.start, self.token.end)
        if name in frame.members:
            first = self.line_of(frame.members[name].key_start)
            self.report(reading.duplicate_key(name, first), *place)
        self.advance()
        if not self.token.is_mark(":"):
            self.stop_expecting('":"')
        self.advance()
        return name, place

    def read_value(self, name: str, key: tuple[int, int]) -> None:
        if self.token.is_mark("{["):
            self.open(name, key)
            return
        value = self.read_scalar()
        span = Span(self.token.start, self.token.end, *key)
        self.frames[-1].add(name, value, span)
        self.advance()

    def open(self, name: str, key: tuple[int, int]) -> None:
        start, end = self.token.start, self.token.end
        if len(self.frames) > MOST_LEVELS:
            self.stop(Fault(start, end, reading.too_deep(MOST_LEVELS)))
        value: Any = {} if self.token.is_mark("{") else []
        self.frames.append(_Frame(value, start, name, key))
        self.advance()

    def close(self, frame: _Frame) -> None:
        span = Span(frame.start, self.token.end, *frame.key, frame.members)
        self.frames[-1].add(frame.name, frame.value, span)
        self.advance()

    def read_scalar(self) -> Any:
        token = self.token
        if token.kind == "string":
            return self.read_string()
        if token.kind != "word" or not lexer.is_literal(token.text):
            self.stop_expecting("a value", self.unquoted())
        value = lexer.literal(token.text)
        if isinstance(value, Finding):
            self.report(value, token.start, token.end)
        return value

    def read_string(self) -> str:
        value = lexer.string(self.token.text)
        if lexer.SURROGATE.search(value):
            finding = reading.not_text(reading.HALF_PAIR)
            self.report(finding, self.token.start, self.token.end)
        return value

    def unquoted(self) -> str:
        return "text stands in double quotes" if self.token.kind == "word" else ""

    def line_of(self, offset: int) -> int:
        return self.text.count("\n", 0, offset) + 1

    def report(self, finding: Finding, start: int, end: int) -> None:
        self.faults.append(Fault(start, end, finding))
        if len(self.faults) >= _MOST_FAULTS:
            raise _StopError

    def stop(self, fault: Fault) -> NoReturn:
        self.faults.append(fault)
        raise _StopError

    def stop_expecting(self, expected: str, help: str = "") -> NoReturn:
        token = self.token
        if token.kind == "stray" and token.text == '"':
            self.stop(lexer.string_fault(self.text, token.start))
        finding = reading.not_json(expected, token.shown, token.advice or help)
        self.stop(Fault(token.start, token.end, finding))

    def stop_between(self, frame: _Frame) -> NoReturn:
        """Stop between members: at the end of the last one if a comma is missing."""
        expected = f'"," or "{frame.closer}"'
        opener = f'the "{self.text[frame.start]}" of line {self.line_of(frame.start)}'
        if self.token.kind in ("mark", "end"):
            self.stop_expecting(expected, f"{opener} is not closed")
        if self.token.kind == "stray":
            self.stop_expecting(expected)
        finding = reading.not_json(expected, self.token.shown)
        self.stop(Fault(self.last_end, self.last_end, finding))
