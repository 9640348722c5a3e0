"""Numbers of the generators of a scope: seeds in the order of its text."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from kauxgen import code, naming
from kauxgen.modes import drawing_calls, draws, kinds
from kauxgen.naming import Level
from kauxgen.nodes import BlockNode, ExprNode, LayerNode, Node, RepeatNode, walk
from kauxgen.spec import Scope, Spec
from kauxgen.values import Expr, Value


@dataclass
class Seeds:
    """Numbers the generators of a scope in the order of its text, rounds unrolled."""

    spec: Spec
    scope: Scope
    offsets: dict[str | int, ast.expr] = field(default_factory=dict)
    indices: dict[str, str] = field(default_factory=dict)

    def all(self) -> ast.expr:
        """Give offsets to all of the scope; return how many generators there are."""
        base = self.count(self.scope.nodes, code.literal(0), ())
        for output in self.scope.outputs:
            for call in drawing_calls(output.tree):
                self.offsets[id(call)] = base
                base = code.add(base, code.literal(1))
        return base

    def count(self, nodes: Level, base: ast.expr, outer: tuple[str, ...]) -> ast.expr:
        """Give the nodes offsets from `base`; return the offset behind them."""
        for node in nodes:
            if isinstance(node, RepeatNode):
                base = self.rounds(node, base, outer)
                continue
            for key, size in self.generators(node):
                self.offsets[key] = base
                base = code.add(base, size)
        return base

    def rounds(
        self, node: RepeatNode, base: ast.expr, outer: tuple[str, ...]
    ) -> ast.expr:
        """Give a repeat's body offsets in every round; return the one behind all."""
        index = self.index(node, outer)
        self.indices[node.at] = index
        once = Seeds(self.spec, self.scope).count(
            node.body, code.literal(0), (*outer, index)
        )
        start = code.add(base, code.multiply(code.name(index), once))
        self.count(node.body, start, (*outer, index))
        return code.add(base, code.multiply(rounds_of(node), once))

    def index(self, node: RepeatNode, outer: tuple[str, ...]) -> str:
        """Return the variable of a repeat's round numbers."""
        taken = {*self.spec.params, *outer, *self.scope.params}
        taken |= {
            name for inner in walk(self.scope.nodes) for name in naming.produced(inner)
        }
        taken |= {entry.name for entry in self.scope.inputs}
        taken |= {weight.name for weight in self.scope.weights}
        taken |= {
            name
            for inner in walk(self.scope.nodes)
            if isinstance(inner, RepeatNode)
            for name in inner.given
        }
        return "index" if "index" not in taken else f"{node.name}_index"

    def generators(self, node: Node) -> Iterator[tuple[str | int, ast.expr]]:
        """Yield what draws in a node, with how many generators it needs."""
        if isinstance(node, LayerNode):
            for kind in kinds(node.layer):
                own = self.spec.layers.get(kind.name)
                if own is not None:
                    yield from self.inside(own, kind.at, kind.args)
                elif draws(kind):
                    yield kind.at, code.literal(1)
        elif isinstance(node, ExprNode):
            for call in drawing_calls(node.expr.tree):
                yield id(call), code.literal(1)
        elif isinstance(node, BlockNode):
            yield from self.inside(self.spec.blocks[node.block], node.at, node.args)

    def inside(
        self, scope: Scope, at: str, args: Mapping[str, Value]
    ) -> Iterator[tuple[str, ast.expr]]:
        """Yield the generators of a block or layer, as many as its arguments make."""
        size = Seeds(self.spec, scope).all()
        if not (isinstance(size, ast.Constant) and size.value == 0):
            yield at, _with_arguments(size, {**scope.params, **args})


def _with_arguments(size: ast.expr, args: Mapping[str, Value]) -> ast.expr:
    """Write a number of generators with a block's arguments in place of its params."""

    class Arguments(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.AST:
            value = args.get(node.id)
            if value is None:
                return node
            return value.tree if isinstance(value, Expr) else code.literal(value)

    copied = ast.parse(ast.unparse(size), mode="eval").body
    written: ast.expr = Arguments().visit(copied)
    return written


def rounds_of(node: RepeatNode) -> ast.expr:
    """Return how many rounds a repeat has, as code."""
    if node.count is not None:
        return (
            node.count.tree
            if isinstance(node.count, Expr)
            else code.literal(node.count)
        )
    if isinstance(node.over, Expr):
        return code.length(node.over.tree)
    assert isinstance(node.over, tuple)
    return code.literal(len(node.over))
