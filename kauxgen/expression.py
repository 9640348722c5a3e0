"""The expression language: Python's syntax, parsed, never run.

Text becomes an `ast` tree that holds whitelisted nodes only. `computing` works out
computed values by a walk over it; tensor expressions are printed again from it.
"""

from __future__ import annotations

import ast
import warnings
from functools import lru_cache

MAX_LENGTH = 2000
MAX_NUMBER = 10**15

SYMBOLS: dict[type[ast.AST], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.MatMult: "@",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.USub: "-",
    ast.UAdd: "+",
}
_NODES = (
    ast.Expression,
    ast.Name,
    ast.Constant,
    ast.BinOp,
    ast.UnaryOp,
    ast.Compare,
    ast.Tuple,
    ast.List,
    ast.Subscript,
    ast.Slice,
    ast.Attribute,
    ast.Call,
    ast.keyword,
    ast.Load,
    *SYMBOLS,
)
_NAMES = {
    ast.Lambda: "a lambda",
    ast.ListComp: "a comprehension",
    ast.GeneratorExp: "a comprehension",
    ast.SetComp: "a comprehension",
    ast.DictComp: "a comprehension",
    ast.IfExp: "a conditional",
    ast.JoinedStr: "an f-string",
    ast.BoolOp: '"and" or "or"',
    ast.Not: '"not"',
    ast.NamedExpr: "an assignment",
    ast.Starred: "a star",
    ast.Dict: "a dictionary",
    ast.Set: "a set",
    ast.In: '"in"',
    ast.Is: '"is"',
    ast.BitAnd: '"&"',
    ast.BitOr: '"|"',
    ast.Await: '"await"',
}

Part = tuple[int, int]
Path = tuple[str | int, ...]


class ExpressionError(ValueError):
    """Raised for text that is no expression of the language, with its place."""

    def __init__(self, message: str, part: Part | None = None) -> None:
        """Keep the range of characters that the message is about."""
        super().__init__(message)
        self.part = part


def parse(text: str) -> ast.expr:
    """Parse one expression; raise ExpressionError for what the language lacks."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"an expression has at most {MAX_LENGTH} characters")
    for index, character in enumerate(text):
        if not " " <= character <= "~":
            raise ExpressionError(
                f"character {character!a} has no place in an expression",
                (index, index + 1),
            )
    blanks = len(text) - len(text.lstrip())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text.strip(), mode="eval")
    except SyntaxError as error:
        place = min(max((error.offset or 1) - 1 + blanks, 0), max(len(text) - 1, 0))
        raise ExpressionError("not a Python expression", (place, place + 1)) from None
    except (ValueError, RecursionError, MemoryError):
        raise ExpressionError("the expression is nested too deeply") from None
    try:
        for node in ast.walk(tree):
            _allow(node, blanks)
            if isinstance(node, ast.expr) and blanks:
                node.col_offset += blanks
                node.end_col_offset = (node.end_col_offset or 0) + blanks
        if _depth(tree.body) > 60:
            raise ExpressionError("the expression is nested too deeply")
    except RecursionError:
        raise ExpressionError("the expression is nested too deeply") from None
    return tree.body


def part(node: ast.expr) -> Part:
    """Return the range of characters that a node of a parsed expression spans."""
    return (node.col_offset, node.end_col_offset or node.col_offset)


def _depth(node: ast.AST) -> int:
    return 1 + max((_depth(child) for child in ast.iter_child_nodes(node)), default=0)


def _allow(node: ast.AST, blanks: int) -> None:
    if not isinstance(node, _NODES):
        place = part(node) if isinstance(node, ast.expr) else None
        shifted = place and (place[0] + blanks, place[1] + blanks)
        what = _NAMES.get(type(node), f"{type(node).__name__!r}")
        raise ExpressionError(f"{what} is not part of the language", shifted)
    reason = _refusal(node)
    if reason:
        assert isinstance(node, ast.expr)
        start, end = part(node)
        raise ExpressionError(reason, (start + blanks, end + blanks))


def _refusal(node: ast.AST) -> str:
    if isinstance(node, ast.Name) and node.id.startswith("_"):
        return "a name does not begin with an underscore"
    if isinstance(node, ast.Attribute) and node.attr.startswith("_"):
        return "a name does not begin with an underscore"
    if isinstance(node, ast.Compare) and len(node.ops) > 1:
        return "comparisons are not chained"
    if isinstance(node, ast.Call) and call_name(node) is None:
        return "only an operation, function or network is called, by its name"
    if isinstance(node, ast.Call) and any(k.arg is None for k in node.keywords):
        return "a star is not part of the language"
    if isinstance(node, ast.Attribute) and path_of(node) is None:
        return "a dot leads only from a name into a network, block or repeat"
    if isinstance(node, ast.Constant):
        return _constant_refusal(node.value)
    return ""


def _constant_refusal(value: object) -> str:
    if isinstance(value, (bool, str)) or value is None or value is Ellipsis:
        return ""
    if isinstance(value, (int, float)):
        small = abs(value) <= (MAX_NUMBER if isinstance(value, int) else 1e300)
        return "" if small else "the number is too large"
    return f"{type(value).__name__} constants are not part of the language"


def path_of(node: ast.expr) -> Path | None:
    """Read `code.hidden[2].dense` as a path, ("code", "hidden", 2, "dense")."""
    if isinstance(node, ast.Name):
        return (node.id,)
    if isinstance(node, ast.Attribute):
        head = path_of(node.value)
        return None if head is None else (*head, node.attr)
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        head = path_of(node.value)
        index = node.slice.value
        if head is None or not isinstance(index, int) or isinstance(index, bool):
            return None
        return (*head, index)
    return None


def is_reference(node: ast.expr) -> bool:
    """Say whether a node is a name or a dotted path, with indices or without."""
    return path_of(node) is not None


def call_name(node: ast.AST) -> str | None:
    """Return the name that a call calls."""
    if not isinstance(node, ast.Call):
        return None
    called = node.func
    if call_index(node) is not None and isinstance(called, ast.Subscript):
        called = called.value
    return called.id if isinstance(called, ast.Name) else None


def call_index(node: ast.AST) -> ast.expr | None:
    """Return the index of a call into a list of networks, `coupling[i](x)`."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Subscript):
        return None
    index = node.func.slice
    return None if isinstance(index, (ast.Slice, ast.Tuple)) else index


def named_network(node: ast.expr) -> str:
    """Return the name in `encoder` or `coupling[i]`; "" if it is neither."""
    if isinstance(node, ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


@lru_cache(maxsize=1024)
def ordered(tree: ast.AST) -> tuple[ast.AST, ...]:
    """Return a tree's nodes in the order of their text, outer before inner.

    Trees never change once they are made, and rules ask for the same ones again.
    """
    found, waiting = [], [tree]
    while waiting:
        node = waiting.pop()
        found.append(node)
        waiting += [*ast.iter_child_nodes(node)][::-1]
    return tuple(found)


def names(tree: ast.AST) -> list[ast.Name]:
    """Return the names that a tree reads, in order, without the names it calls."""
    nodes = ordered(tree)
    called = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    return [
        node for node in nodes if isinstance(node, ast.Name) and id(node) not in called
    ]


def calls(tree: ast.AST) -> list[ast.Call]:
    """Return the calls in a tree, in the order of their text."""
    return [node for node in ordered(tree) if isinstance(node, ast.Call)]
