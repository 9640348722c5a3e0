"""Where the nodes of a picture are written: in the spec, and in the module."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from kauxgen.frozen import frozen
from kauxgen.source import Document
from kauxgen.tracing.pairing import Span
from kauxgen.tracing.source_map import SourceMap

_MOST_LINES = 14


@frozen
class Excerpt:
    """Some lines of a text, and the number of the first, from 1."""

    line: int
    text: str


def in_spec(document: Document, at: str) -> Excerpt | None:
    """Return the lines of a spec that a pointer means."""
    if at not in document.spans or not document.text:
        return None
    span = document.spans[at]
    first = document.text.count("\n", 0, span.start)
    last = document.text.count("\n", 0, max(span.end - 1, span.start))
    lines = document.text.split("\n")[first : last + 1]
    shown = lines[:_MOST_LINES] + ["…"] * (len(lines) > _MOST_LINES)
    return Excerpt(first + 1, _dedented(shown))


def _dedented(lines: list[str]) -> str:
    indents = [len(line) - len(line.lstrip()) for line in lines if line.strip() != "…"]
    least = min(indents, default=0)
    return "\n".join(line[least:] if line != "…" else line for line in lines)


class Module:
    """A generated module, in which the statements of nodes are found."""

    def __init__(self, made: SourceMap) -> None:
        """Take what is known of a module; what constructors make is used elsewhere."""
        self._lines = made.text.split("\n")
        self._known: dict[str, Span] = {}
        inside = set(_constructors(made.text))
        whole = [one for one in made.spans if one.is_statement]
        for one in sorted(whole, key=lambda one: one.start[0] in inside):
            self._known.setdefault(one.at, one)

    def line(self, at: str) -> Excerpt | None:
        """Return the statement that a pointer made; None if it made no whole one."""
        span = self._known.get(at) if at else None
        if span is None:
            return None
        lines = self._lines[span.start[0] - 1 : span.end[0]]
        return Excerpt(span.start[0], _dedented(lines))


def _constructors(text: str) -> Iterator[int]:
    """Yield the lines of constructors."""
    for one in ast.walk(ast.parse(text)):
        if isinstance(one, ast.FunctionDef) and one.name == "__init__":
            yield from range(one.lineno, (one.end_lineno or one.lineno) + 1)
