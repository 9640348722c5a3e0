"""Where the keys of a table of a TOML text stand: tomllib gives values without places.

It reads lines, not TOML: what it cannot find is placed at the table, or at the start.
"""

from __future__ import annotations

import json
import re

_HEADER = re.compile(r"^[ \t]*\[", re.MULTILINE)


def table(text: str, path: tuple[str, ...]) -> tuple[int, int]:
    """Find the header of a table: the offsets of its start and end, or 0 and 0."""
    parts = r"[ \t]*\.[ \t]*".join(map(_key, path))
    found = re.search(rf"^[ \t]*(\[[ \t]*{parts}[ \t]*\])", text, re.MULTILINE)
    return found.span(1) if found else (0, 0)


def key(text: str, path: tuple[str, ...], name: str) -> tuple[int, int]:
    """Find a key of a table, else the table: the offsets of its start and end."""
    start, end = table(text, path)
    body = _body(text, end)
    found = re.compile(rf"^[ \t]*({_key(name)})[ \t]*[=.]", re.MULTILINE).search(
        text, end, body
    )
    return found.span(1) if found else (start, end)


def item(text: str, path: tuple[str, ...], name: str, value: object) -> tuple[int, int]:
    """Find a string in the value of a key, else the key: offsets of start and end."""
    start, end = key(text, path, name)
    body = _body(text, end)
    for shown in (json.dumps(value, ensure_ascii=False), f"'{value}'"):
        at = text.find(shown, end, body)
        if isinstance(value, str) and at >= 0:
            return at, at + len(shown)
    return start, end


def _body(text: str, start: int) -> int:
    """Find the end of the table: the next header, or the end of the text."""
    found = _HEADER.search(text, start)
    return found.start() if found else len(text)


def _key(name: str) -> str:
    """Write the pattern of a key: bare, or in either kind of quotes."""
    plain = re.escape(name)
    return rf"(?:{plain}|\"{plain}\"|'{plain}')"
