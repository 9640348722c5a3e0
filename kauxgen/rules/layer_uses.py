"""What the uses of a layer or block share: types of expressions, names for terms."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from kauxgen.checked import VARIED
from kauxgen.nodes import ExprNode, walk
from kauxgen.rules.entries import Entry, is_trained, settle
from kauxgen.spec import Scope
from kauxgen.tensor import TensorType
from kauxgen.values import Expr

Names = Mapping[str, Entry]


@dataclass
class Uses:
    """The uses of layers and blocks: what the terms of each see, and the shared types.

    What is written for all uses once may stand on nothing that holds in one use alone.
    """

    names: dict[str, dict[str, Names]] = field(default_factory=dict)
    shared: dict[ast.expr, Any] = field(default_factory=dict)

    def add(self, layer: Scope, names: Names, types: Mapping[ast.expr, Any]) -> None:
        """Note one use of a layer, after it was worked out."""
        self.see(layer, names)
        self.share((one.tree for one in _expressions(layer)), types)

    def see(self, scope: Scope, names: Names) -> None:
        """Note what the terms of a layer or block see at one use."""
        told = {n: (settle(one), is_trained(one)) for n, one in names.items()}
        self.names.setdefault(scope.at, {}).setdefault(repr(told), names)

    def of(self, scope: Scope) -> list[Names]:
        """Return what the terms of a layer or block see, one a use that differs."""
        return list(self.names.get(scope.at, {}).values())

    def share(self, read: Iterable[ast.expr], types: Mapping[ast.expr, Any]) -> None:
        """Reduce the types of some expressions to what all uses share."""
        for expr in read:
            for tree in ast.walk(expr):
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
    if one is VARIED or other is VARIED:
        return VARIED
    if isinstance(one, TensorType) and isinstance(other, TensorType):
        if len(one.shape) != len(other.shape):
            return VARIED
        pairs = zip(one.shape, other.shape, strict=True)
        return TensorType(tuple(a if a == b else None for a, b in pairs), one.dtype)
    if isinstance(one, (tuple, list)) and isinstance(other, (tuple, list)):
        # Rounds may differ in number; a list of none tells nothing of its items.
        if not one or not other:
            return one or other
        return tuple(common(a, b) for a, b in zip(one, other, strict=False))
    return one if one == other else other
