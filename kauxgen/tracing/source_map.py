"""Source maps: which part of a spec made each line of its generated module.

Nothing of it is written: a module is rendered once more with marks (`code.traced`,
`printing.marking`), and the marked syntax tree is laid beside the clean one.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property

from kauxgen import compiler, printing, source
from kauxgen.compiler import Loaded
from kauxgen.finding import Diagnostic, Finding
from kauxgen.frozen import frozen
from kauxgen.tracing import pairing
from kauxgen.tracing.pairing import Span

_KEYWORD = re.compile(r"\s*(?:\w+=(?!=))?")
"""What stands before a value at the beginning of a line."""


@frozen
class SourceMap:
    """The parts of a spec that made the lines of a module.

    `text` is the module, `spans` its expressions and statements with the JSON pointers
    of what made them.
    """

    loaded: Loaded
    text: str
    spans: tuple[Span, ...]

    def origin(self, line: int, column: int = -1, end_column: int = -1) -> str:
        """Return the pointer of what made a line, "" for what every module has.

        With columns (from 0, as in tracebacks) it is what made that part of the line.
        Else a statement counts as a whole, but for the further lines of a long one.
        """
        if column >= 0:
            return self._nearest((line, column), (line, max(end_column, column)))
        statement = self._statements.get(line)
        if statement is None:
            return ""
        text = self._rows[line - 1]
        if statement.start[0] == line or not text.strip():
            return statement.at
        first = _KEYWORD.match(text)
        assert first is not None
        begin = min(first.end(), len(text) - 1)
        return self._nearest((line, begin), (line, begin + 1))

    @cached_property
    def _rows(self) -> list[str]:
        return self.text.split("\n")

    @cached_property
    def _statements(self) -> dict[int, Span]:
        """The smallest statement of each line; those inside stand behind the outer."""
        return {
            line: one
            for one in self.spans
            if one.is_statement
            for line in range(one.start[0], one.end[0] + 1)
        }

    def place(self, pointer: str) -> Diagnostic:
        """Return the place in the spec that a pointer means: file, line and columns."""
        return source.locate(self.loaded.document, Finding(pointer, "", ""))

    def lines(self) -> Iterator[tuple[int, str]]:
        """Yield the number of every line, from 1, with the pointer of what made it."""
        for line in range(1, self.text.count("\n") + 1):
            yield line, self.origin(line)

    def of(self, pointer: str) -> tuple[int, ...]:
        """Return the lines that a part of the spec made, with all that is in it."""
        return tuple(
            line
            for line, at in self.lines()
            if at and f"{at}/".startswith(f"{pointer}/")
        )

    def _nearest(self, start: tuple[int, int], end: tuple[int, int]) -> str:
        """Return what made the smallest part of the module around a range."""
        around = [one for one in self.spans if one.start <= start and end <= one.end]
        found = min(around, key=lambda one: one.size, default=None)
        return found.at if found else ""


def of(
    loaded: Loaded,
    style: str | None = None,
    path: str = "",
    line_length: int = printing.LINE,
    templates: str = "",
) -> SourceMap:
    """Map the module that `compiler.render` makes of the same arguments.

    SpecError if the style cannot express the spec, or the templates cannot be used.
    """
    # Templates and black are heavy, and a module that is known does without them.
    from kauxgen import lower, styles, unformatted

    chosen = style or loaded.style
    text = compiler.render(loaded, chosen, path, line_length, templates)
    with printing.line_of(line_length), printing.marking():
        page = styles.page(
            lower.lower(loaded.checked), chosen, path or loaded.document.path
        )
        marked = unformatted.module(page, chosen, templates)
    clean = ast.parse(text)
    found = pairing.spans(ast.parse(marked), clean, printing.MARK)
    spans = (*found, *_imported(loaded, clean))
    return SourceMap(loaded, text, tuple(_there(loaded, one) for one in spans))


def _imported(loaded: Loaded, module: ast.Module) -> Iterator[Span]:
    """Yield what is imported for the spec; a statement is its first name's.

    Imports are read off the finished body, where nothing is marked any more.
    """
    known = loaded.spec.imports
    for statement in module.body:
        if not isinstance(statement, ast.ImportFrom):
            continue
        names = [(one, known.get(one.asname or one.name)) for one in statement.names]
        of_spec = [
            (one, entry)
            for one, entry in names
            if entry and entry.path == f"{statement.module}:{one.name}"
        ]
        for one, entry in of_spec:
            yield pairing.span(one, entry.at, is_statement=False)
        if of_spec:
            yield pairing.span(statement, of_spec[0][1].at, is_statement=True)


def _there(loaded: Loaded, span: Span) -> Span:
    """Let a span name a part that the spec has: what made it may be inside of one."""
    at, known = span.at, loaded.document.spans
    while at not in known:
        at = at.rpartition("/")[0]
    return replace(span, at="" if at == "/params" else at)
