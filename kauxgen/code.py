"""Python syntax trees: small constructors of what generated code is made of."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

_Traced = TypeVar("_Traced", ast.expr, ast.stmt)
_ORIGIN = "origin"


class _Float(float):
    """A float that prints as a person writes it: 1e-6, not 1e-06."""

    def __repr__(self) -> str:
        return float.__repr__(self).replace("e-0", "e-").replace("e+", "e")


class Comment(ast.stmt):
    """A statement that does nothing: a text above the one behind it."""

    _fields = ()

    def __init__(self, text: str = "") -> None:
        """Hold a text, which printing makes plain and wraps."""
        super().__init__()
        self.text = text


def commented(text: str, statements: list[ast.stmt]) -> list[ast.stmt]:
    """Put a comment above statements; none for no text, or above nothing."""
    said = [Comment(text)] if text.strip() and statements else []
    return [*said, *statements]


def traced(at: str, tree: _Traced) -> _Traced:
    """Note which part of the spec made an expression or a statement, by its pointer.

    Printing leaves it out, `kauxgen/tracing/` reads it. What was noted first stays: it
    is nearer to what made it.
    """
    vars(tree).setdefault(_ORIGIN, at)
    return tree


def all_traced(at: str, statements: list[ast.stmt]) -> list[ast.stmt]:
    """Note which part of the spec made statements, where nothing is noted yet."""
    return [traced(at, statement) for statement in statements]


def origin(tree: ast.AST) -> str | None:
    """Return the pointer of what made an expression or a statement, if it is noted."""
    found: str | None = vars(tree).get(_ORIGIN)
    return found


def retraced(made: _Traced, old: ast.AST) -> _Traced:
    """Note for a tree that replaces another what was noted for that one."""
    at = origin(old)
    return made if at is None else traced(at, made)


def name(identifier: str) -> ast.expr:
    """Make a name, or an attribute chain where the text has dots."""
    first, *rest = identifier.split(".")
    tree: ast.expr = ast.Name(first)
    for part in rest:
        tree = ast.Attribute(tree, part)
    return tree


def attribute(value: ast.expr, *parts: str) -> ast.expr:
    """Make `value.part.part`."""
    for part in parts:
        value = ast.Attribute(value, part)
    return value


def reached(value: ast.expr, path: str) -> ast.expr:
    """Make `value.part.part` of a path; a number in it is an item of a list."""
    for part in path.split("."):
        value = item(value, int(part)) if part.isdigit() else attribute(value, part)
    return value


def own(identifier: str) -> ast.expr:
    """Make `self.identifier`."""
    return ast.Attribute(ast.Name("self"), identifier)


def literal(value: object) -> ast.expr:
    """Make a constant; lists become tuples, dictionaries stay."""
    if isinstance(value, ast.expr):
        return value
    if isinstance(value, (tuple, list)):
        return ast.Tuple([literal(item) for item in value])
    if isinstance(value, Mapping):
        keys: list[ast.expr | None] = [literal(key) for key in value]
        return ast.Dict(keys, [literal(item) for item in value.values()])
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        number = _Float(abs(value)) if isinstance(value, float) else abs(int(value))
        return (
            ast.UnaryOp(ast.USub(), ast.Constant(number))
            if value < 0
            else ast.Constant(number)
        )
    assert value is None or isinstance(value, (bool, str))
    return ast.Constant(value)


def default(at: str, key: str, value: object) -> ast.expr:
    """Make the default of a parameter, one of `params` at a place of the spec."""
    return traced(f"{at}/params/{key}", literal(value))


def call(
    function: ast.expr | str,
    *args: ast.expr,
    keywords: Mapping[str, ast.expr] | None = None,
) -> ast.Call:
    """Make a call; a string names the function."""
    callee = name(function) if isinstance(function, str) else function
    named = [ast.keyword(key, value) for key, value in (keywords or {}).items()]
    return ast.Call(callee, list(args), named)


def item(value: ast.expr, index: object) -> ast.expr:
    """Make `value[index]`."""
    return ast.Subscript(value, literal(index))


def turned(value: ast.expr) -> ast.expr:
    """Make `value[::-1]`."""
    return ast.Subscript(value, ast.Slice(step=literal(-1)))


def text(parts: Sequence[str | ast.expr]) -> ast.expr:
    """Make a string of texts and names: a constant, or an f-string."""
    merged: list[ast.expr] = []
    for is_text, group in itertools.groupby(
        parts, key=lambda part: isinstance(part, str)
    ):
        if is_text:
            merged.append(ast.Constant("".join(str(part) for part in group)))
        else:
            merged += [
                ast.FormattedValue(part, -1)
                for part in group
                if isinstance(part, ast.expr)
            ]
    if len(merged) == 1 and isinstance(merged[0], ast.Constant):
        return merged[0]
    return ast.JoinedStr(merged)


def assign(target: ast.expr | str, value: ast.expr) -> ast.stmt:
    """Make an assignment."""
    left = name(target) if isinstance(target, str) else target
    return ast.Assign([left], value, lineno=0)


def unpack(targets: Sequence[str], value: ast.expr) -> ast.stmt:
    """Make an assignment to one name or several."""
    if len(targets) == 1:
        return assign(targets[0], value)
    return assign(ast.Tuple([ast.Name(target) for target in targets]), value)


def unread_left_out(statements: list[ast.stmt]) -> list[ast.stmt]:
    """Name `_` what a whole body unpacks and nowhere reads; change it in place."""
    nodes = [node for statement in statements for node in ast.walk(statement)]
    tuples = [
        target
        for node in nodes
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Tuple)
    ]
    given = {id(item) for target in tuples for item in target.elts}
    read = {n.id for n in nodes if isinstance(n, ast.Name) and id(n) not in given}
    for target in tuples:
        for item in target.elts:
            if isinstance(item, ast.Name) and item.id not in read:
                item.id = "_"
    return statements


def perform(value: ast.expr) -> ast.stmt:
    """Make a statement of an expression."""
    return ast.Expr(value)


def give(values: Sequence[ast.expr]) -> ast.stmt:
    """Make a return of one value or a tuple."""
    return ast.Return(values[0] if len(values) == 1 else ast.Tuple(list(values)))


def ending(
    statements: Sequence[ast.stmt], values: Sequence[ast.expr]
) -> list[ast.stmt]:
    """End with a return; a last assignment of the only value becomes it."""
    last = statements[-1] if statements else None
    if not isinstance(last, ast.Assign) or len(values) != 1:
        return [*statements, give(values)]
    if ast.unparse(last.targets[0]) != ast.unparse(values[0]):
        return [*statements, give(values)]
    return [*statements[:-1], retraced(ast.Return(last.value), last)]


def loop(target: ast.expr, iterator: ast.expr, body: list[ast.stmt]) -> ast.stmt:
    """Make a `for` loop."""
    return ast.For(target, iterator, body, [], lineno=0)


def length(value: ast.expr) -> ast.expr:
    """Make `len(value)`, or the number itself where the text says it."""
    if isinstance(value, ast.Tuple):
        return literal(len(value.elts))
    if isinstance(value, ast.Call) and ast.unparse(value.func) == "reversed":
        return length(value.args[0])
    if isinstance(value, ast.Call) and ast.unparse(value.func) == "range":
        return value.args[0]
    return call("len", value)


def in_step(iterators: Sequence[ast.expr]) -> ast.expr:
    """Make what runs over several things at once; just the one if there is no other."""
    if len(iterators) == 1:
        return iterators[0]
    return call("zip", *iterators, keywords={"strict": literal(True)})


def comprehension(element: ast.expr, target: ast.expr, iterator: ast.expr) -> ast.expr:
    """Make `[element for target in iterator]`."""
    return ast.ListComp(element, [ast.comprehension(target, iterator, [], 0)])


def total(element: ast.expr, clauses: Sequence[tuple[ast.expr, ast.expr]]) -> ast.expr:
    """Make `sum(element for target in iterator ...)`."""
    loops = [ast.comprehension(target, iterator, [], 0) for target, iterator in clauses]
    return call("sum", ast.GeneratorExp(element, loops))


def add(left: ast.expr | None, right: ast.expr) -> ast.expr:
    """Make a sum; nothing and zero are left out, whole numbers added at once."""
    if left is None or _whole(left) == 0:
        return right
    if _whole(right) == 0:
        return left
    numbers = _whole(left), _whole(right)
    if numbers[0] is not None and numbers[1] is not None:
        return literal(numbers[0] + numbers[1])
    if (
        numbers[1] is not None
        and isinstance(left, ast.BinOp)
        and isinstance(left.op, ast.Add)
    ):
        inner = _whole(left.right)
        if inner is not None:
            return ast.BinOp(left.left, ast.Add(), literal(inner + numbers[1]))
    return ast.BinOp(left, ast.Add(), right)


def multiply(left: ast.expr, right: ast.expr) -> ast.expr:
    """Make a product; factors of one are left out, whole numbers multiplied at once."""
    numbers = _whole(left), _whole(right)
    if 0 in numbers:
        return literal(0)
    if numbers[0] is not None and numbers[1] is not None:
        return literal(numbers[0] * numbers[1])
    if numbers[0] == 1 or numbers[1] == 1:
        return right if numbers[0] == 1 else left
    return ast.BinOp(left, ast.Mult(), right)


def _whole(node: ast.expr) -> int | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        return node.value
    return None


def read_names(trees: Iterable[ast.AST]) -> set[str]:
    """Return all names in some code."""
    return {
        node.id
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Name)
    }
