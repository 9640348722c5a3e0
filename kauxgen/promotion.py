"""Where an operator must be written as an operation, so that its operands meet.

Between tensors of TensorFlow Python's operators promote no types: whole numbers meet
no fractions, their quotient is float64, `@` takes no vectors, and a constant compares
with no tensor of a graph. The functions of `keras.ops` do all that. Constants in lists
become arrays, which graphs can hold.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any, TypeGuard

from kauxgen import expression
from kauxgen.operations import Parameter, signature
from kauxgen.operations.value import as_tensor, is_float, is_number, meet
from kauxgen.tensor import TensorType

Types = Mapping[ast.expr, Any]
ARRAY = "_array"
"""The pseudo-operation of a constant array: a list, and its type."""

_OPERATIONS = {
    "+": "add",
    "-": "subtract",
    "*": "multiply",
    "/": "divide",
    "//": "floor_divide",
    "%": "mod",
    "**": "power",
    "@": "matmul",
    "<": "less",
    "<=": "less_equal",
    ">": "greater",
    ">=": "greater_equal",
}
_OPERANDS = ("x1", "x2")


def operands(tree: ast.expr) -> tuple[ast.expr, ...]:
    """Return the operands of an operator, or of an operation on two tensors."""
    if isinstance(tree, ast.BinOp):
        return tree.left, tree.right
    if isinstance(tree, ast.Compare):
        return tree.left, tree.comparators[0]
    if isinstance(tree, ast.Call):
        return tuple(each for name, each in _named(tree) if name in _OPERANDS)
    return ()


def _named(call: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    """Yield the arguments of a call of an operation with their names."""
    names = map(_name, _parameters(call))
    yield from zip(names, call.args, strict=False)
    yield from ((str(each.arg), each.value) for each in call.keywords)


def _name(parameter: Parameter) -> str:
    return parameter.name


def _parameters(call: ast.Call) -> tuple[Parameter, ...]:
    try:
        return signature(str(expression.call_name(call)))
    except KeyError:
        return ()


def operation(tree: ast.BinOp | ast.Compare, types: Types) -> str | None:
    """Name the operation that must be written for an operator, if one must.

    `types` holds what checking saw the operands give.
    """
    sign = tree.op if isinstance(tree, ast.BinOp) else tree.ops[0]
    symbol = expression.SYMBOLS[type(sign)]
    values = [types[each] for each in operands(tree) if _is_plain(each, types)]
    if len(values) < 2:
        return None
    met = next((each for each in values if isinstance(each, TensorType)), None)
    if met is None or not _strains(symbol, met, values):
        return None
    return _OPERATIONS.get(symbol)


def _strains(symbol: str, met: TensorType, values: list[Any]) -> bool:
    """Say whether an operator fails, or gives another type than its operation."""
    shapes = [as_tensor(each).shape for each in values]
    if symbol == "@":
        return any(len(shape) == 1 for shape in shapes)
    whole = not is_float(met.dtype)
    fractional = any(map(_is_fractional, values))
    if symbol[0] in "<>":
        constant = not is_number(values[0]) and None not in shapes[0]
        return constant or None in values or (whole and fractional)
    return whole and (symbol == "/" or None in values or fractional)


def _is_fractional(value: Any) -> bool:
    return not isinstance(value, TensorType) and is_float(as_tensor(value).dtype)


def adapted(tree: ast.expr, operand: ast.expr, types: Types) -> tuple[str, str] | None:
    """Return what must be called on an operand, and the type to call it with.

    A list of numbers that meets a tensor becomes an array. A size becomes a fraction
    where nothing else would make it one.
    """
    pair = _pair(tree, operand)
    if not pair or not all(_is_plain(each, types) for each in pair):
        return None
    values = [types[each] for each in pair]
    met = next((each for each in values if isinstance(each, TensorType)), None)
    if met is None or types[operand] is met:
        return None
    if types[operand] is None:
        promotes = isinstance(tree, ast.Call) or met.dtype == "float32"
        casts = is_float(met.dtype) and (not promotes or _is_bound(tree, operand))
        return ("cast", met.dtype) if casts else None
    return (ARRAY, meet(values)) if _is_listed(types[operand]) else None


def _pair(tree: ast.expr, operand: ast.expr) -> tuple[ast.expr, ...]:
    """Return an operand and what it meets."""
    if _is_bound(tree, operand):
        return tree.args[0], operand
    both = operands(tree)
    return both if any(each is operand for each in both) else ()


def _is_bound(tree: ast.expr, operand: ast.expr) -> TypeGuard[ast.Call]:
    """Say whether an operand is a bound of `clip`, which promotes none."""
    if expression.call_name(tree) != "clip" or not isinstance(tree, ast.Call):
        return False
    return any(each is operand for name, each in _named(tree) if name != "x")


def _is_plain(tree: ast.expr, types: Types) -> bool:
    """Say whether checking saw one tensor, number or list of numbers."""
    seen = types.get(tree, ...)
    return isinstance(seen, TensorType) or is_number(seen) or _is_listed(seen)


def _is_listed(value: Any) -> bool:
    if not isinstance(value, (tuple, list)):
        return False
    return all(is_number(each) or _is_listed(each) for each in value)


def index(tree: ast.Subscript, types: Types) -> ast.expr:
    """Return the index of a subscript; a graph's tensors take no slice alone."""
    alone = tree.slice
    single = isinstance(alone, ast.Slice) or (
        isinstance(alone, ast.Constant) and alone.value in (None, ...)
    )
    if not single or not isinstance(types.get(tree.value), TensorType):
        return alone
    dots = (
        []
        if isinstance(alone, ast.Constant) and alone.value is ...
        else [ast.Constant(...)]
    )
    return ast.Tuple([alone, *dots])


def plain_index(tree: ast.Subscript, _: Types) -> ast.expr:
    """Return the index of a subscript without dots behind a slice: they say nothing."""
    index = tree.slice
    if not isinstance(index, ast.Tuple) or len(index.elts) != 2:
        return index
    first, dots = index.elts
    idle = isinstance(dots, ast.Constant) and dots.value is ...
    return first if idle and isinstance(first, ast.Slice) else index
