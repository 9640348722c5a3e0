"""What calls of `grad` differentiate, and by which tensors."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from kauxgen import expression
from kauxgen.frozen import frozen

GRAD = "grad"


@frozen
class Gradient:
    """A call of `grad`: what it differentiates, and by what.

    `listed` says that it gives a list, one gradient for each tensor of `by`.
    """

    of: ast.expr
    by: tuple[ast.expr, ...]
    listed: bool


def is_gradient(tree: ast.AST) -> bool:
    """Say whether a tree is a call of `grad`."""
    return expression.call_name(tree) == GRAD


def read(call: ast.Call) -> Gradient:
    """Read a call of `grad`, whose arguments may be given by name."""
    given = dict(zip(("expr", "wrt"), call.args, strict=False))
    given |= {str(keyword.arg): keyword.value for keyword in call.keywords}
    wrt = given["wrt"]
    if isinstance(wrt, ast.List):
        return Gradient(given["expr"], tuple(wrt.elts), True)
    return Gradient(given["expr"], (wrt,), False)


def outermost(tree: ast.AST) -> Iterator[ast.Call]:
    """Yield the calls of `grad` that stand in no other, in the order of their text."""
    if isinstance(tree, ast.Call) and is_gradient(tree):
        yield tree
        return
    for child in ast.iter_child_nodes(tree):
        yield from outermost(child)


def within(tree: ast.AST) -> Iterator[ast.Call]:
    """Yield all calls of `grad` in a tree, outer before inner."""
    for call in expression.calls(tree):
        if is_gradient(call):
            yield call
