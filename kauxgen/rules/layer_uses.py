"""What the uses of a layer of `define` share: types of expressions, names for terms."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from kauxgen.checked import VARIED
from kauxgen.rules.entries import Entry, settle
from kauxgen.spec import Expr, ExprNode, Scope, walk
from kauxgen.tensor import TensorType

Names = Mapping[str, Entry]


@dataclass
class Uses:
    """The uses of layers: what the terms of each see, and the types that all share.

    One class is written for all uses of a layer, so its code may stand on nothing that
    holds in one use alone.
    """

    names: dict[str, dict[str, Names]] = field(default_factory=dict)
    shared: dict[ast.expr, Any] = field(default_factory=dict)

    def add(self, layer: Scope, names: Names, types: Mapping[ast.expr, Any]) -> None:
        """Note one use of a layer, after it was worked out."""
        seen = repr({name: settle(entry) for name, entry in names.items()})
        self.names.setdefault(layer.at, {}).setdefault(seen, names)
        self.share(_expressions(layer), types)

    def of(self, layer: Scope) -> list[Names]:
        """Return what the terms of a layer see, one a use that differs from others."""
        return list(self.names.get(layer.at, {}).values())

    def share(self, read: Iterator[Expr], types: Mapping[ast.expr, Any]) -> None:
        """Reduce the types of some expressions to what all uses share."""
        for expr in read:
            for tree in ast.walk(expr.tree):
                if isinstance(tree, ast.expr) and tree in types:
                    found = types[tree]
                    self.shared[tree] = common(self.shared.get(tree, found), found)

    def settle(self, types: MutableMapping[ast.expr, Any]) -> None:
        """Put what all uses share in the place of what the last one saw."""
        types.update(self.shared)


def _expressions(layer: Scope) -> Iterator[Expr]:
    nodes = walk(layer.nodes)
    yield from (node.expr for node in nodes if isinstance(node, ExprNode))
    yield from layer.outputs


def common(one: Any, other: Any) -> Any:
    """Return what two uses know of a value: sizes that differ are unknown."""
    if isinstance(one, TensorType) and isinstance(other, TensorType):
        if len(one.shape) != len(other.shape):
            return VARIED
        pairs = zip(one.shape, other.shape, strict=True)
        return TensorType(tuple(a if a == b else None for a, b in pairs), one.dtype)
    if isinstance(one, (tuple, list)) and isinstance(other, (tuple, list)):
        # Rounds may differ in number; a list of none tells nothing of its items.
        return tuple(common(a, b) for a, b in zip(one, other, strict=False))
    return one if one == other else other
