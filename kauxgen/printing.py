"""Syntax trees to text, statement by statement.

Generated code is made of trees, never of strings, and printed by `ast.unparse`.
"""

from __future__ import annotations

import ast
import copy
import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from kauxgen.code import Comment, attribute, call, literal, origin, own

_TOOLS = "fmt|yapf|ruff|flake8|isort|pylint|mypy|pyright|pragma|noqa|nosec|autopep8"
_PRAGMA = re.compile(rf"\b({_TOOLS}|type(?=:\s*ignore))\s*:", re.IGNORECASE)

LINE = 88
"""How long lines of generated code are, if nothing else is asked for."""

INDENT = "    "
_NARROWEST = 24

MARK = "__made_by__"
"""What marks code with a part of the spec: a call with its pointer, around or above."""

_asked: ContextVar[int] = ContextVar("line length", default=LINE)
_marking: ContextVar[bool] = ContextVar("marking", default=False)


def line() -> int:
    """Give the length of the lines that are being written."""
    return _asked.get()


@contextmanager
def line_of(length: int) -> Iterator[None]:
    """Write lines of another length for a while."""
    token = _asked.set(length)
    try:
        yield
    finally:
        _asked.reset(token)


@contextmanager
def marking() -> Iterator[None]:
    """Write code with marks of what in the spec made it, which no module keeps."""
    token = _marking.set(True)
    try:
        yield
    finally:
        _marking.reset(token)


def parameters(pairs: Iterable[tuple[str, ast.expr | None]]) -> str:
    """Print a signature's parameters, defaults included."""
    return ", ".join(
        key if default is None else f"{key}={show(default)}" for key, default in pairs
    )


def config(names: Iterable[str]) -> str:
    """Print a configuration: what the parent's says, and an object's own attributes."""
    keys: list[ast.expr | None] = [None]
    values: list[ast.expr] = [call(attribute(call("super"), "get_config"))]
    for key in names:
        keys.append(literal(key))
        values.append(own(key))
    return show(ast.Dict(keys, values)) if len(keys) > 1 else ""


class _Generators(ast.NodeTransformer):
    """Takes out lone generators, whose brackets `ast.unparse` doubles."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if (
            len(node.args) == 1
            and not node.keywords
            and isinstance(node.args[0], ast.GeneratorExp)
        ):
            self.texts.append(ast.unparse(node.args[0])[1:-1])
            return ast.Call(node.func, [ast.Name(f"__{len(self.texts) - 1}__")], [])
        return node


class _Marks(ast.NodeTransformer):
    """Writes expressions that something of the spec made as calls that say so.

    A name may stand on both sides of an assignment as one tree: the left is no call.
    """

    def visit(self, node: ast.AST) -> ast.AST:
        written: ast.AST = super().visit(node)
        at = origin(node)
        if at is None or not isinstance(written, ast.expr):
            return written
        return _mark(at, written)

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        """Mark the right."""
        marked: Any = self.visit(node.value)
        node.value = marked
        return node


def _mark(at: str, *marked: ast.expr) -> ast.expr:
    return call(MARK, literal(at), *marked)


def show(tree: ast.AST) -> str:
    """Print a tree on one line."""
    if _marking.get():
        tree = _Marks().visit(copy.deepcopy(tree))
    if not any(isinstance(each, ast.GeneratorExp) for each in ast.walk(tree)):
        return ast.unparse(tree)
    out = _Generators()
    shown = ast.unparse(ast.fix_missing_locations(out.visit(copy.deepcopy(tree))))
    for number in reversed(range(len(out.texts))):
        shown = shown.replace(f"__{number}__", out.texts[number])
    return shown


def lines(statements: Sequence[ast.stmt], indent: int) -> str:
    """Print statements, each line behind `indent` steps but the first."""
    printed = [line for statement in statements for line in _printed(statement, indent)]
    return ("\n" + INDENT * indent).join(printed)


def _printed(statement: ast.stmt, indent: int) -> list[str]:
    if isinstance(statement, Comment):
        return comment(statement.text, indent)
    at = origin(statement) if _marking.get() else None
    mark = [] if at is None else [ast.unparse(_mark(at))]
    return [*mark, *_unmarked(statement, indent)]


def _unmarked(statement: ast.stmt, indent: int) -> list[str]:
    if isinstance(statement, (ast.For, ast.If, ast.With)):
        header = copy.copy(statement)
        header.body = [ast.Pass()]
        first = show(header).splitlines()[0]
        inner = [
            line for inside in statement.body for line in _printed(inside, indent + 1)
        ]
        return [first, *(INDENT + line for line in inner)]
    if _marking.get():
        return [show(statement)]
    plain = _bare(statement)
    if len(plain) + len(INDENT) * indent > line():
        return [_opened(statement, plain)]
    return plain.splitlines()


def comment(text: str, indent: int) -> list[str]:
    """Print a text as comments of whole lines, within the line if there is room."""
    return textwrap.wrap(
        plain(text),
        max(line() - len(INDENT) * indent, _NARROWEST),
        initial_indent="# ",
        subsequent_indent="# ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def plain(raw: str) -> str:
    """Put text on one line, without what would end a docstring or hide in it.

    What tools obey, such as `fmt: off` and `type: ignore`, is quoted: they must not
    leave a module alone for what it says.
    """
    shown = "".join(
        c if c.isprintable() else ascii(c)[1:-1] if not c.isspace() else " "
        for c in raw
    )
    return _PRAGMA.sub(r"`\1`:", " ".join(shown.replace('"""', "'''").split()))


def _bare(statement: ast.stmt) -> str:
    """Print a simple statement; a tuple on its right has no brackets."""
    plain = show(statement)
    value = getattr(statement, "value", None)
    if isinstance(statement, (ast.Return, ast.Assign)) and isinstance(value, ast.Tuple):
        tuple_text = show(value)
        return plain.removesuffix(tuple_text) + tuple_text[1:-1]
    return plain


def _opened(statement: ast.stmt, plain: str) -> str:
    """End the arguments of a long `Layer(...)(x)` with a comma, so black splits there.

    Without it black splits the last bracket, the call, and keeps the arguments on a
    line that may stay too long.
    """
    value = getattr(statement, "value", None)
    if not (isinstance(value, ast.Call) and isinstance(value.func, ast.Call)):
        return plain
    made = value.func
    arguments = [show(argument) for argument in [*made.args, *made.keywords]]
    if not arguments:
        return plain
    called = show(ast.Call(ast.Name("_"), value.args, value.keywords))[1:]
    opened = f"{show(made.func)}({', '.join(arguments)},){called}"
    return plain[: len(plain) - len(show(value))] + opened
