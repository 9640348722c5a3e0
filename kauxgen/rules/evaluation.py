"""Works out computed values, in arguments, shapes and counts."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any

from kauxgen import computing, expression
from kauxgen.finding import Finding
from kauxgen.frozen import frozen
from kauxgen.rules import sizes
from kauxgen.rules.entries import UNKNOWN, Entry, follow, settle, unknown
from kauxgen.tensor import Misfit, Size, TensorType
from kauxgen.values import Expr, Kind, Value, computed


@frozen
class Evaluation:
    """Evaluates values over names; keeps what it finds by pointer.

    `whole` are the pointers of values that were a whole number at some use. A value
    with a mistake in it is unknown. `blamed` are the params whose value was
    found wrong somewhere: one mistake, however many sizes follow from it.
    """

    values: dict[str, Any]
    whole: set[str]
    findings: dict[tuple[Any, ...], Finding]
    blamed: set[Any]

    def keep(self, finding: Finding) -> None:
        """Keep a finding; of one place and code the first."""
        self.findings.setdefault((finding.pointer, finding.code, finding.part), finding)

    def blame(
        self, finding: Finding, value: object, names: Mapping[str, Entry]
    ) -> None:
        """Keep a finding about a computed value, the first about what it reads."""
        read = [
            name.id for expr in computed(value) for name in expression.names(expr.tree)
        ]
        key = tuple(sorted({(name, repr(settle(names.get(name)))) for name in read}))
        if not key or key not in self.blamed:
            self.keep(finding)
        self.blamed.add(key)

    def value(self, value: Value, names: Mapping[str, Entry]) -> Any:
        """Return a value with everything computed in it worked out; lists as tuples."""
        if isinstance(value, Expr):
            return self.computed(value, names)
        if isinstance(value, Kind):
            return replace(value, args=self.arguments(value.args, names))
        if isinstance(value, tuple):
            return tuple(self.value(item, names) for item in value)
        return value

    def arguments(
        self, args: Mapping[str, Value], names: Mapping[str, Entry]
    ) -> dict[str, Any]:
        """Return arguments with everything computed in them worked out."""
        return {key: self.value(value, names) for key, value in args.items()}

    def computed(self, expr: Expr, names: Mapping[str, Entry]) -> Any:
        """Return a computed value, or what is unknown if it has none."""
        try:
            tree, scope = _scoped(expr.tree, names)
            if unknown(tuple(scope.values())):
                return UNKNOWN
            found = computing.evaluate(tree, scope)
            if _holds_tensor(found):
                raise Misfit(f"{expr.text.strip()} is a tensor: write dim(..., axis)")
        except Misfit as misfit:
            self.blame(sizes.no_value(expr.at, str(misfit)), expr, names)
            return UNKNOWN
        plain = isinstance(found, int) and not isinstance(found, bool)
        if plain:
            self.whole.add(expr.at)
        self.values[expr.at] = Size(found, expr.text.strip()) if plain else found
        return self.values[expr.at]


def _holds_tensor(value: Any) -> bool:
    if isinstance(value, tuple):
        return any(map(_holds_tensor, value))
    return isinstance(value, TensorType)


def _scoped(
    tree: ast.expr, names: Mapping[str, Entry]
) -> tuple[ast.expr, Mapping[str, Any]]:
    """Give a tree whose paths are plain names, and what these hold."""
    scope: dict[str, Any] = {}
    if any(isinstance(node, ast.Attribute) for node in expression.ordered(tree)):
        tree = _Paths(names, scope).visit(deepcopy(tree))
    for name in expression.names(tree):
        if name.id in names:
            scope[name.id] = settle(names[name.id])
    return tree, scope


class _Paths(ast.NodeTransformer):
    """Puts a name in the place of every dotted path."""

    def __init__(self, names: Mapping[str, Entry], scope: dict[str, Any]) -> None:
        self.names = names
        self.scope = scope

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """Replace one path."""
        path, text = expression.path_of(node), ast.unparse(node)
        if path is not None and path[0] in self.names:
            self.scope[text] = settle(follow(self.names[str(path[0])], path[1:]))
        return ast.copy_location(ast.Name(text), node)
