"""Which expressions are sizes that are known only when the code runs."""

from __future__ import annotations

import ast
from collections.abc import Callable

from kauxgen import expression

_KEEP_WHOLE = ("abs", "maximum", "minimum", "mod", "floor_divide", "square")


def is_size(tree: ast.expr, whole: Callable[[ast.expr], bool]) -> bool:
    """Say whether an expression is a size known only when the code runs.

    `whole` says of other expressions whether they are known whole numbers.
    """
    sides = _whole_sides(tree)
    if sides:
        sized = [is_size(side, whole) or is_step(side) for side in sides]
        return any(sized) and all(
            size or whole(side) for size, side in zip(sized, sides, strict=True)
        )
    if isinstance(tree, ast.Subscript):
        return expression.call_name(tree.value) == "shape"
    return expression.call_name(tree) == "batch_size" or _is_first_dim(tree)


def _is_first_dim(tree: ast.expr) -> bool:
    """Say whether an expression is the size of a first axis, which varies."""
    if not isinstance(tree, ast.Call) or expression.call_name(tree) != "dim":
        return False
    return ast.unparse(tree.args[1]) == "0"


def _whole_sides(tree: ast.expr) -> list[ast.expr]:
    """Return the operands of arithmetic that makes whole numbers of whole numbers."""
    if isinstance(tree, ast.BinOp) and not isinstance(tree.op, ast.Div):
        return [tree.left, tree.right]
    if isinstance(tree, ast.Call) and expression.call_name(tree) in _KEEP_WHOLE:
        return tree.args
    return []


def is_step(tree: ast.expr) -> bool:
    """Say whether an expression is the count of steps, an integer weight of Keras.

    Alone it meets floats as Keras's weights do; arithmetic on it gives a bare tensor.
    """
    return isinstance(tree, ast.Name) and tree.id == "step"


def is_whole(tree: ast.expr) -> bool:
    """Say whether an expression is a whole number known when the code is written."""
    return (isinstance(tree, ast.Constant) and isinstance(tree.value, int)) or (
        expression.call_name(tree) == "dim" and not _is_first_dim(tree)
    )
