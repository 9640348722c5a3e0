"""A marked syntax tree laid beside the clean one: which pointer made which range."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from typing import Any

from kauxgen.frozen import frozen

_OWNER = re.compile(r"/(networks/[^/]+|define/[^/]+/[^/]+|step/phases/\d+)(?=/)")
"""What whole functions and classes are made of, of a pointer that leads inside."""

Point = tuple[int, int]
"""A line, from 1, and a column, from 0, in characters."""


@frozen
class Span:
    """A statement or expression of a module, with the pointer of what made it.

    `end` is the place behind its last character; `at` is "" for what every module has.
    """

    start: Point
    end: Point
    at: str
    is_statement: bool

    @property
    def size(self) -> tuple[int, int, bool]:
        """How large it is, such that what lies inside of it is smaller."""
        lines = self.end[0] - self.start[0]
        return lines, self.end[1] - self.start[1], self.is_statement


class Unlike(Exception):
    """Two trees that should be the same but for marks, and are not."""


def spans(marked: ast.Module, clean: ast.Module, mark: str) -> tuple[Span, ...]:
    """Return every statement of a module, and the expressions that are marked.

    Unlike if the trees differ in more than calls of `mark`.
    """
    return tuple(_Pairs(mark).body(marked.body, clean.body, ""))


class _Pairs:
    """Walks two trees in step."""

    def __init__(self, mark: str) -> None:
        self.mark = mark

    def body(
        self, marked: Sequence[ast.stmt], clean: Sequence[ast.stmt], around: str
    ) -> Iterator[Span]:
        """Walk lists of statements; a mark stands above the statement that it is of."""
        waiting = iter(clean)
        at = around
        for each in marked:
            noted = self.noted(each.value) if isinstance(each, ast.Expr) else None
            if noted is not None and noted[1] is None:
                at = noted[0] or around
                continue
            other = next(waiting, None)
            if other is None:
                raise Unlike(ast.dump(each))
            yield from self.statement(each, other, at, around)
            at = around
        if next(waiting, None) is not None:
            raise Unlike("too few statements")

    def noted(self, tree: ast.AST) -> tuple[str, ast.expr | None] | None:
        """Read a mark: its pointer, and the expression that it is around, if any."""
        if not (isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name)):
            return None
        if tree.func.id != self.mark:
            return None
        at = ast.literal_eval(tree.args[0])
        return str(at), tree.args[1] if len(tree.args) > 1 else None

    def statement(
        self, marked: ast.stmt, clean: ast.stmt, at: str, around: str
    ) -> Iterator[Span]:
        """Walk one statement, and what stands in it."""
        if isinstance(marked, (ast.FunctionDef, ast.ClassDef)):
            at = self.owner(marked) or at
        elif at == around:
            at = self.whole(marked) or at
        yield span(clean, at, is_statement=True)
        if not (_is_text(marked) and _is_text(clean)):
            yield from self.fields(marked, clean, at)

    def whole(self, tree: ast.stmt) -> str:
        """Return what made the value that an unmarked statement is about."""
        value = getattr(tree, "value", None)
        noted = None if value is None else self.noted(value)
        return "" if noted is None else noted[0]

    def owner(self, tree: ast.FunctionDef | ast.ClassDef) -> str:
        """Return the network, definition or phase that all of a function is made of."""
        found = [
            noted[0]
            for each in tree.body
            for one in ast.walk(each)
            if (noted := self.noted(one)) is not None
        ]
        first = min(found, default="")
        matched = _OWNER.match(f"{first}/")
        if matched and not all(f"{one}/".startswith(f"{matched[0]}/") for one in found):
            matched = None
        below = matched and any(len(one) > matched.end() for one in found)
        defined = matched and matched[1].startswith("define/")
        return matched[0] if matched and (below or defined) else ""

    def fields(self, marked: ast.AST, clean: ast.AST, at: str) -> Iterator[Span]:
        """Walk what stands in a statement or an expression."""
        if type(marked) is not type(clean):
            raise Unlike(f"{ast.dump(marked)} and {ast.dump(clean)}")
        for key in clean._fields:
            one, other = getattr(marked, key, None), getattr(clean, key, None)
            yield from self.values(one, other, at)

    def values(self, marked: Any, clean: Any, at: str) -> Iterator[Span]:
        """Walk a field of both trees."""
        if isinstance(clean, list) and clean and isinstance(clean[0], ast.stmt):
            yield from self.body(marked, clean, at)
        elif isinstance(clean, list):
            if len(marked) != len(clean):
                raise Unlike(f"{marked} and {clean}")
            for one, other in zip(marked, clean, strict=True):
                yield from self.values(one, other, at)
        elif isinstance(clean, ast.expr):
            yield from self.expression(marked, clean, at)
        elif isinstance(clean, ast.AST):
            yield from self.fields(marked, clean, at)
        elif marked != clean:
            raise Unlike(f"{marked!r} and {clean!r}")

    def expression(self, marked: ast.AST, clean: ast.expr, at: str) -> Iterator[Span]:
        """Walk an expression, out of its marks."""
        noted = self.noted(marked)
        while noted is not None and noted[1] is not None:
            at, marked = noted[0] or at, noted[1]
            yield span(clean, at, is_statement=False)
            noted = self.noted(marked)
        yield from self.fields(marked, clean, at)


def _is_text(tree: ast.stmt) -> bool:
    """Say whether a statement is a docstring, whose lines black moves."""
    return isinstance(tree, ast.Expr) and isinstance(tree.value, ast.Constant)


def span(tree: ast.stmt | ast.expr | ast.alias, at: str, *, is_statement: bool) -> Span:
    """Name what made a statement, an expression or an imported name."""
    assert tree.end_lineno is not None
    assert tree.end_col_offset is not None
    return Span(
        (tree.lineno, tree.col_offset),
        (tree.end_lineno, tree.end_col_offset),
        at,
        is_statement,
    )
