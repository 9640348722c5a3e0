"""Docstrings of generated code: any text stays text, wrapped to the line."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

from kauxgen.printing import INDENT, line, plain

__all__ = ["docstring", "plain"]


def docstring(
    summary: str,
    details: Iterable[str] = (),
    *,
    indent: int = 1,
    short: str = "What the spec says of it",
    long: str = "",
    last: Sequence[str] = (),
) -> str:
    """Print a docstring: one line, paragraphs, `last` as it is; any text stays text.

    A summary that does not fit on one line becomes a paragraph: behind its first
    sentence if that fits, else behind `short`, as `long` where that is given. A detail
    that begins with a dash is an item of a list.
    """
    width = line() - len(INDENT) * indent
    paragraphs = [plain(paragraph) for paragraph in details if paragraph.strip()]
    first = _sentence(plain(summary))
    if len(first) + 6 > width or ((paragraphs or last) and len(first) + 3 > width):
        first, rest = _shortened(first, width - 6, _sentence(plain(short)))
        paragraphs.insert(0, long or rest)
    body = [first]
    for paragraph in paragraphs:
        listed = paragraph.startswith("- ")
        body += [] if listed else [""]
        hanging = "  " if listed else ""
        body += textwrap.wrap(
            paragraph,
            width,
            subsequent_indent=hanging,
            break_long_words=False,
            break_on_hyphens=False,
        )
    return _quoted([*body, "", *last] if last else body, indent)


def _quoted(body: list[str], indent: int) -> str:
    prefix = "r" if any("\\" in line for line in body) else ""
    margin = "\n" + INDENT * indent
    inside = "\n".join(line.rstrip() for line in margin.join(body).split("\n"))
    end = f'{margin}"""' if len(body) > 1 else '"""'
    return f'{prefix}"""{inside}{end}'


def _sentence(line: str) -> str:
    line = line[:1].upper() + line[1:]
    return line if line.endswith((".", "!", "?")) else f"{line}."


def _shortened(line: str, width: int, short: str) -> tuple[str, str]:
    """Split a long summary behind its first sentence, else put `short` before it."""
    head, mark, rest = line.partition(". ")
    if mark and len(head) < width:
        return f"{head}.", _sentence(rest)
    return short, line
