"""A spec's text with the place of everything in it, so that findings have lines.

The limits of what is read (size, depth, plain numbers and text) make what follows safe.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kauxgen import reading
from kauxgen.finding import Diagnostic, Finding
from kauxgen.frozen import frozen
from kauxgen.lexer import SURROGATE, Fault
from kauxgen.scanner import MOST_LEVELS, Span, scan_text
from kauxgen.suggest import quote

__all__ = ["Document", "ScanError", "Span", "Spans", "from_value", "locate"]
__all__ += ["line_of", "place", "pointer", "scan"]

MOST_BYTES = 1_000_000
_PAIR = r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
_CHARACTER = re.compile(rf"{_PAIR}|\\u[0-9a-fA-F]{{4}}|\\.|[^\\]", re.DOTALL)


class ScanError(Exception):
    """A text that cannot be read as a spec; carries a diagnostic for each reason."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Keep the diagnostics, sorted by place."""
        self.diagnostics = tuple(sorted(diagnostics))
        super().__init__(self.diagnostics[0].message)


class Spans(Mapping[str, Span]):
    """The span of every value of a document, by JSON pointer (RFC 6901), "" the root.

    Pointers are followed, not stored: of a hostile document they would fill memory.
    """

    def __init__(self, root: Span) -> None:
        """Give access to the spans below `root`."""
        self._root = root

    def __getitem__(self, pointer: str) -> Span:
        """Follow a pointer; KeyError if nothing stands there."""
        span, exists = self.nearest(pointer)
        if not exists:
            raise KeyError(pointer)
        return span

    def __iter__(self) -> Iterator[str]:
        """Yield every pointer, a value before its members, in the text's order."""
        waiting = [("", self._root)]
        while waiting:
            above, span = waiting.pop()
            yield above
            members = [
                (above + pointer([key]), each) for key, each in span.members.items()
            ]
            waiting.extend(reversed(members))

    def __len__(self) -> int:
        """Count the values."""
        return sum(1 for _ in self)

    def nearest(self, pointer: str) -> tuple[Span, bool]:
        """Follow a pointer as far as it leads, and tell whether that is to its end."""
        span = self._root
        if pointer and not pointer.startswith("/"):
            return span, False
        for token in pointer.split("/")[1:]:
            key = token.replace("~1", "/").replace("~0", "~")
            if key not in span.members:
                return span, False
            span = span.members[key]
        return span, True


@frozen
class Document:
    """A spec as it was read: its text, its value and where everything stands."""

    path: str
    text: str
    value: dict[str, Any]
    spans: Spans


def pointer(parts: Iterable[str | int]) -> str:
    """Write a JSON pointer: `pointer(["layers", 0])` is "/layers/0"."""
    tokens = (str(part).replace("~", "~0").replace("/", "~1") for part in parts)
    return "".join(f"/{token}" for token in tokens)


def scan(data: bytes | str, path: str) -> Document:
    """Read a spec's text; ScanError if it is no JSON object or not safe to read."""
    if len(data) > MOST_BYTES:
        raise ScanError([place(reading.too_large(len(data), MOST_BYTES), path)])
    text = _decode(data, path).removeprefix("\ufeff")
    value, span, faults = scan_text(text)
    if not faults and not isinstance(value, dict):
        found = "a list" if isinstance(value, list) else "a single value"
        faults = (Fault(span.start, span.end, reading.no_object(found)),)
    if faults:
        raise ScanError(
            place(finding, path, text, start, end) for start, end, finding in faults
        )
    return Document(path, text, value, Spans(span))


def from_value(value: Mapping[str, Any], path: str) -> Document:
    """Read a spec from a value, as if its canonical text had been read.

    Raise ScanError as `scan` does, and for values that JSON does not have.
    """
    try:
        text = json.dumps(
            dict(value),
            indent=2,
            ensure_ascii=False,
            check_circular=False,
            default=_as_object,
        )
    except TypeError as error:
        finding = reading.not_json("a value of JSON", str(error))
    except ValueError:  # integers of more than 4300 digits have no decimal text
        finding = reading.not_a_number("an integer", "is too large for a number")
    except RecursionError:
        finding = reading.too_deep(MOST_LEVELS)
    else:
        return scan(text, path)
    raise ScanError([place(finding, path)])


def locate(document: Document, finding: Finding) -> Diagnostic:
    """Give a finding its line and columns.

    A pointer that leads nowhere is placed where the path to it ends.
    """
    span, exists = document.spans.nearest(finding.pointer)
    start, end = span.start, span.end
    if exists and finding.at_key and span.key_start >= 0:
        start, end = span.key_start, span.key_end
    if exists and finding.part and document.text[start] == '"':
        start, end = narrow(document.text, start, end, finding.part)
    return place(finding, document.path, document.text, start, end)


def line_of(document: Document, pointer: str) -> int:
    """Return the line on which a value begins, counted from 1."""
    start = document.spans.nearest(pointer)[0].start
    return document.text.count("\n", 0, start) + 1


def place(
    finding: Finding, path: str, text: str = "", start: int = 0, end: int = 0
) -> Diagnostic:
    """Give a finding a range of offsets; what goes past its line is cut off.

    Without a text, it stands at the beginning of the file.
    """
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", start)
    source = text[line_start : line_end if line_end >= 0 else len(text)].rstrip("\r")
    end = min(end, line_start + len(source))
    return Diagnostic(
        path=path,
        line=text.count("\n", 0, start) + 1,
        column=start - line_start + 1,
        code=finding.code,
        message=finding.message,
        help=finding.help,
        end_column=max(end, start + 1) - line_start + 1,
        source=source,
        severity=finding.severity,
        pointer=finding.pointer,
    )


def narrow(text: str, start: int, end: int, part: tuple[int, int]) -> tuple[int, int]:
    """Find the offsets of a range of a string's characters, escapes counted as one."""
    raw = text[start + 1 : end - 1]
    edges = [match.start() for match in _CHARACTER.finditer(raw)]
    edges.append(len(raw))
    first, last = (edges[min(max(each, 0), len(edges) - 1)] for each in part)
    return start + 1 + first, start + 1 + last


def _decode(data: bytes | str, path: str) -> str:
    """Take the text; ScanError where bytes are not UTF-8 or a character is none."""
    if isinstance(data, bytes):
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError as error:
            at = len(data[: error.start].decode("utf-8"))
            text = data.decode("utf-8", errors="replace")
            finding = reading.not_text("not UTF-8", "save the file as UTF-8")
    else:
        match = SURROGATE.search(data)
        if match is None:
            return data
        at = match.start()
        text = SURROGATE.sub("\ufffd", data)
        finding = reading.not_text(reading.HALF_PAIR)
    raise ScanError([place(finding, path, text, at, at + 1)])


def _as_object(value: object) -> dict[str, Any]:
    """Take any mapping for an object; `json.dumps` knows only `dict`."""
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"a Python {quote(type(value).__name__)}")
