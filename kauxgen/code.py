"""Python syntax trees: small constructors, and the printing of statements.

Generated code is made of these trees, never of strings, and printed by `ast.unparse`.
"""

from __future__ import annotations

import ast
import copy
import itertools
import textwrap
from collections.abc import Iterable, Mapping, Sequence

LINE = 88
INDENT = "    "


class _Float(float):
    """A float that prints as a person writes it: 1e-6, not 1e-06."""

    def __repr__(self) -> str:
        return float.__repr__(self).replace("e-0", "e-").replace("e+", "e")


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
    return [*statements[:-1], ast.Return(last.value)]


def config(names: Iterable[str]) -> str:
    """Print a configuration: what the parent's says, and an object's own attributes."""
    keys: list[ast.expr | None] = [None]
    values: list[ast.expr] = [call(attribute(call("super"), "get_config"))]
    for key in names:
        keys.append(literal(key))
        values.append(own(key))
    return show(ast.Dict(keys, values)) if len(keys) > 1 else ""


def loop(target: ast.expr, iterator: ast.expr, body: list[ast.stmt]) -> ast.stmt:
    """Make a `for` loop."""
    return ast.For(target, iterator, body, [], lineno=0)


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


def parameters(pairs: Iterable[tuple[str, ast.expr | None]]) -> str:
    """Print a signature's parameters, defaults included."""
    return ", ".join(
        key if default is None else f"{key}={show(default)}" for key, default in pairs
    )


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


def show(tree: ast.AST) -> str:
    """Print a tree on one line."""
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
    if isinstance(statement, (ast.For, ast.If, ast.With)):
        header = type(statement)(**{**vars(statement), "body": [ast.Pass()]})
        first = show(header).splitlines()[0]
        inner = [
            line for inside in statement.body for line in _printed(inside, indent + 1)
        ]
        return [first, *(INDENT + line for line in inner)]
    plain = _bare(statement)
    if len(plain) + len(INDENT) * indent > LINE:
        return [_opened(statement, plain)]
    return plain.splitlines()


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
    width = LINE - len(INDENT) * indent
    paragraphs = [_clean(paragraph) for paragraph in details if paragraph.strip()]
    first = _sentence(_clean(summary))
    if len(first) + 6 > width or ((paragraphs or last) and len(first) + 3 > width):
        first, rest = _shortened(first, width - 6, _sentence(_clean(short)))
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


def _clean(raw: str) -> str:
    """Put text on one line, without what would end a docstring or hide in it."""
    shown = "".join(
        c if c.isprintable() else ascii(c)[1:-1] if not c.isspace() else " "
        for c in raw
    )
    return " ".join(shown.replace('"""', "'''").split())


def _sentence(line: str) -> str:
    line = line[:1].upper() + line[1:]
    return line if line.endswith((".", "!", "?")) else f"{line}."


def _shortened(line: str, width: int, short: str) -> tuple[str, str]:
    """Split a long summary behind its first sentence, else put `short` before it."""
    head, mark, rest = line.partition(". ")
    if mark and len(head) < width:
        return f"{head}.", _sentence(rest)
    return short, line
