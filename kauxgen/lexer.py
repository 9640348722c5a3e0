"""JSON text cut into tokens, and what single tokens mean or were meant to mean."""

from __future__ import annotations

import json
import math
import re
from typing import NamedTuple

from kauxgen import reading
from kauxgen.finding import Finding
from kauxgen.suggest import quote

SURROGATE = re.compile("[\ud800-\udfff]")
_PLAIN = r'[^"\\\x00-\x1f]*+'
# No `*+` behind a group: Python 3.11.2 does not step back from what fits in part.
_SOUND = rf'{_PLAIN}(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{{4}}){_PLAIN})*'
_TOKEN = re.compile(
    r"[ \t\n\r]*+(?:(?P<mark>[{}\[\],:])"
    rf'|(?P<string>"{_SOUND}")'
    r"|(?P<word>[-+.\w]++)|(?P<end>\Z)|(?P<stray>.))",
    re.DOTALL,
)
_SOUND_START = re.compile(f'"{_SOUND}')
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_NUMBER_LIKE = re.compile(r"[-+]?(?:\.?[0-9].*|nan|inf|infinity)", re.IGNORECASE)
_LITERALS = {"true": True, "false": False, "null": None}
_MEANT = {
    "True": "write true",
    "False": "write false",
    "None": "write null",
    "undefined": "write null",
    "'": "strings stand in double quotes",
    "`": "strings stand in double quotes",
    "/": 'JSON has no comments; "description" is for them',
    "#": 'JSON has no comments; "description" is for them',
}
_ESCAPES = r"the escapes are \" \\ \/ \b \f \n \r \t \uXXXX; a backslash is written \\"


class Token(NamedTuple):
    """A mark, string, word, stray character or the end, with its range in the text.

    A string that is not well formed is a stray quote.
    """

    kind: str
    start: int
    end: int
    text: str

    def is_mark(self, marks: str) -> bool:
        """Tell whether it is one of these marks."""
        return self.kind == "mark" and self.text in marks

    @property
    def shown(self) -> str:
        """The token as a message names it."""
        if self.kind == "end":
            return "the end of the file"
        return quote(self.text[1:-1] if self.kind == "string" else self.text)

    @property
    def advice(self) -> str:
        """What was meant by a token that fits nowhere, where that is plain."""
        return _MEANT.get(self.text, "")


class Fault(NamedTuple):
    """A finding with its range of offsets."""

    start: int
    end: int
    finding: Finding


def next_token(text: str, start: int) -> Token:
    """Read the token that begins at `start`, white space aside."""
    match = _TOKEN.match(text, start)
    assert match is not None  # one group always fits
    assert match.lastgroup is not None
    return Token(match.lastgroup, *match.span(match.lastgroup), match[match.lastgroup])


def is_literal(word: str) -> bool:
    """Tell whether a word is a value of JSON, or a number that it nearly has."""
    return word in _LITERALS or bool(
        _NUMBER.fullmatch(word) or _NUMBER_LIKE.fullmatch(word)
    )


def literal(word: str) -> bool | int | float | Finding | None:
    """Read a word that `is_literal`; a finding if no number can hold it."""
    if word in _LITERALS:
        return _LITERALS[word]
    match = _NUMBER.fullmatch(word)
    if match is None:
        return reading.not_a_number(word, "is no JSON number", _rewritten(word))
    number = float(word)
    if math.isinf(number):
        return reading.not_a_number(word, "is too large for a number")
    return int(word) if match.lastindex is None else number


def string(raw: str) -> str:
    """Read a well-formed string token; half a surrogate pair is left to the caller."""
    if "\\" not in raw:
        return raw[1:-1]
    value: str = json.loads(raw)
    return value


def string_fault(text: str, start: int) -> Fault:
    """Say why the string that begins with the quote at `start` is not well formed."""
    match = _SOUND_START.match(text, start)
    assert match is not None  # at least its quote fits
    at = match.end()
    found = text[at : at + 1]
    if found in ("", "\n", "\r"):
        where = "the end of the line" if found else "the end of the file"
        help = r"close the string; a line break in it is written \n"
        return Fault(start, at, reading.not_json("a closing quote", where, help))
    if found == "\\":
        wrong = quote(text[at : at + 2])[1:-1]
        return Fault(at, at + 2, reading.not_json("an escape", wrong, _ESCAPES))
    what = f"a control character, U+{ord(found):04X}, in a string"
    return Fault(at, at + 1, reading.not_text(what, f"write \\u{ord(found):04x}"))


def _rewritten(word: str) -> str:
    """Say how JSON writes the number that was meant, if it has it."""
    for convert in (int, lambda digits: int(digits, 0), float):
        try:
            number = convert(word[:40])
        except ValueError:
            continue
        return f"write {number}" if math.isfinite(number) else ""
    return ""
