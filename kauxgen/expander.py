"""Expressions rebuilt with what checking knows: operands put in, ranks into axes."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from kauxgen import code, expression, naming, promotion
from kauxgen.checked import VARIED, Checked
from kauxgen.frozen import frozen
from kauxgen.spec import (
    Spec,
)
from kauxgen.tensor import TensorType

Y = "y"
SUM_OVER = "sum_over"
"""The pseudo-operation of a sum over a list: item, variable, list, depth."""


def sum_over(item: ast.expr, variable: str, items: ast.expr, depth: int) -> ast.expr:
    """Write the sum of an expression over the items of a (nested) list."""
    return code.call(SUM_OVER, item, ast.Name(variable), items, code.literal(depth))


@frozen
class Expander:
    """Rebuilds expressions with what checking knows of their tensors."""

    checked: Checked

    @property
    def spec(self) -> Spec:
        """The spec."""
        return self.checked.spec

    def kind_of(self, tree: ast.expr) -> Any:
        """Return what checking saw an expression give."""
        return self.checked.types.get(tree)

    def expand(
        self, tree: ast.expr, put: Mapping[str, ast.expr] | None = None
    ) -> ast.expr:
        """Rebuild a tree: names replaced, what depends on shapes written out."""
        return _Rebuild(self, put or {}).visit(tree)


class _Rebuild:
    """Copies a tree; the original keeps its nodes, by which types are known."""

    def __init__(self, expander: Expander, put: Mapping[str, ast.expr]) -> None:
        self.expander = expander
        self.put = put

    def visit(self, tree: ast.expr) -> ast.expr:
        """Rebuild one tree."""
        name = expression.call_name(tree)
        if isinstance(tree, ast.Name):
            return self.put.get(tree.id, tree)
        if name == "per_sample_sum" and isinstance(tree, ast.Call):
            return self.per_sample_sum(tree.args[0])
        if name == "rows" and isinstance(tree, ast.Call):
            return self.rows(tree)
        if name == "dim" and isinstance(tree, ast.Call):
            return self.dim(tree)
        if isinstance(tree, (ast.BinOp, ast.Compare)):
            return self.operator(tree)
        if isinstance(tree, ast.Subscript):
            index = promotion.index(tree, self.expander.checked.types)
            return ast.Subscript(self.visit(tree.value), self.visit(index))
        return self.copied(tree)

    def operator(self, tree: ast.BinOp | ast.Compare) -> ast.expr:
        """Rebuild an operator, as an operation where its operands need one."""
        named = promotion.operation(tree, self.expander.checked.types)
        if named is None:
            return self.copied(tree)
        return code.call(named, *(self.part(tree, o) for o in promotion.operands(tree)))

    def part(self, tree: ast.expr, value: ast.expr) -> ast.expr:
        """Rebuild a part of a tree, such that it meets the others."""
        made = promotion.adapted(tree, value, self.expander.checked.types)
        inner = self.visit(value)
        return code.call(made[0], inner, code.literal(made[1])) if made else inner

    def copied(self, tree: ast.expr) -> ast.expr:
        fields: dict[str, Any] = {}
        for key, value in ast.iter_fields(tree):
            if isinstance(tree, ast.Call) and key == "func":
                fields[key] = value
            elif isinstance(value, list):
                fields[key] = [self.inside(tree, item) for item in value]
            else:
                fields[key] = self.inside(tree, value)
        rebuilt: Any = type(tree)
        copy: ast.expr = rebuilt(**fields)
        return copy

    def inside(self, tree: ast.expr, value: Any) -> Any:
        if isinstance(value, ast.expr):
            return self.part(tree, value)
        if isinstance(value, ast.keyword):
            return ast.keyword(value.arg, self.part(tree, value.value))
        return value

    def per_sample_sum(self, argument: ast.expr) -> ast.expr:
        seen = _element(self.expander.kind_of(argument))
        inner = self.visit(argument)
        if seen is None:
            return code.call("per_sample_sum", inner)
        rank = len(seen.shape)
        if rank == 1:
            return inner
        axes = code.literal(1 if rank == 2 else tuple(range(1, rank)))
        return code.call("sum", inner, keywords={"axis": axes})

    def rows(self, tree: ast.Call) -> ast.expr:
        seen = _element(self.expander.kind_of(tree.args[0]))
        inner = self.visit(tree.args[0])
        if seen and len(seen.shape) == 2:
            return inner
        if seen and None in seen.shape[1:]:
            sizes = ast.Tuple([code.call("batch_size", inner), code.literal(-1)])
            return code.call("reshape", inner, sizes)
        return code.call("rows", inner)

    def dim(self, tree: ast.Call) -> ast.expr:
        """Rebuild a size; one that varies is read off the shape while it runs."""
        seen = _element(self.expander.kind_of(tree.args[0]))
        varied = self.expander.kind_of(tree.args[0]) is VARIED
        axis = ast.literal_eval(tree.args[1])
        written = self.copied(tree)
        if axis == 0 or not (varied or (seen and seen.shape[axis] is None)):
            return written
        return code.item(code.call("shape", self.visit(tree.args[0])), axis)


def _element(seen: Any) -> TensorType | None:
    """Return the tensor, or the first tensor of a list."""
    while isinstance(seen, (tuple, list)) and seen:
        seen = seen[0]
    return seen if isinstance(seen, TensorType) else None


def references(tree: ast.AST) -> Iterator[tuple[str, ...]]:
    """Yield the longest dotted paths of a tree, without indices, in reading order."""
    if isinstance(tree, ast.expr):
        path = expression.path_of(tree)
        if path is not None:
            yield naming.split(path)[0]
            return
    if expression.call_name(tree) == SUM_OVER and isinstance(tree, ast.Call):
        item, variable, items, _ = tree.args
        yield from (
            names for names in references(item) if names != (ast.unparse(variable),)
        )
        yield from references(items)
        return
    for child in ast.iter_child_nodes(tree):
        if not (isinstance(tree, ast.Call) and child is tree.func):
            yield from references(child)
