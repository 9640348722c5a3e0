"""Finds arithmetic that sets every sample against every other one (KX479)."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from kauxgen import expression
from kauxgen.expression import Part
from kauxgen.finding import WARNING, Finding
from kauxgen.nodes import ExprNode, walk
from kauxgen.rules.objective import expressions
from kauxgen.rules.unrolled import Unrolled
from kauxgen.rules.uses import scoped_terms
from kauxgen.spec import Scope, Spec
from kauxgen.tensor import TensorType
from kauxgen.values import Expr

_VALUES = (None,)
_COLUMN = (None, 1)


def every_pair(pointer: str, name: str, part: Part) -> Finding:
    """KX479: an input of one number a sample that meets a column (warning).

    Shapes meet from the last axis. An input of the shape `[]` is (batch,), an output of
    one unit (batch, 1): their difference is (batch, batch), each sample against every
    other one. Its mean is a number like any other, and what is learned is the mean of
    the data. Losses of Keras take both shapes for the same.

    Wrong:
        {"inputs": {"features": {"shape": [8]}, "price": {"shape": []}},
         "losses": [{"name": "gap", "expr": "mean(square(estimate - price))"}]}

    Right:
        {"inputs": {"features": {"shape": [8]}, "price": {"shape": [1]}},
         "losses": [{"name": "gap", "expr": "mean(square(estimate - price))"}]}
    """
    message = (
        f"{name} has the shape (batch) and meets (batch, 1): the result is "
        "(batch, batch), each sample with every other one"
    )
    help = f"let the shape of {name} be [1], or write expand_dims({name}, -1)"
    return Finding(pointer, "KX479", message, help, part=part, severity=WARNING)


RULES = (every_pair,)


def check(state: Unrolled) -> Iterator[Finding]:
    """Yield operators between an input of one number a sample and a column."""
    for scope, expr in _written(state.spec):
        inputs = {one.name for one in scope.inputs or state.spec.inputs}
        for tree in ast.walk(expr.tree):
            if isinstance(tree, (ast.BinOp, ast.Compare)):
                for name in _spread(state, inputs, tree):
                    yield every_pair(expr.at, name, expression.part(tree))


def _spread(
    state: Unrolled, inputs: Collection[str], tree: ast.BinOp | ast.Compare
) -> Iterator[str]:
    """Yield the input that one side of an operator is, if the other is a column.

    A column of the same input is meant: all pairs of its values.
    """
    right = tree.right if isinstance(tree, ast.BinOp) else tree.comparators[0]
    for name, column in ((tree.left, right), (right, tree.left)):
        word = name.id if isinstance(name, ast.Name) else ""
        itself = word in {read.id for read in expression.names(column)}
        if word in inputs and not itself and _meets(state, name, column):
            yield word


def _meets(state: Unrolled, name: ast.expr, column: ast.expr) -> bool:
    """Say whether one side has a number a sample, and the other is a column."""
    one, other = state.types.get(name), state.types.get(column)
    if not isinstance(one, TensorType) or not isinstance(other, TensorType):
        return False
    return one.shape == _VALUES and other.shape == _COLUMN


def _written(spec: Spec) -> Iterator[tuple[Scope, Expr]]:
    """Yield the expressions of nodes and terms with the lists that they see."""
    for scope in spec.scopes:
        for node in walk(scope.nodes):
            if isinstance(node, ExprNode):
                yield scope, node.expr
    for scope, term in scoped_terms(spec):
        yield from ((scope, expr) for expr in expressions(term))
