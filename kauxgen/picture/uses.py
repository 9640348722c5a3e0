"""Which networks, blocks and layers of `define` are drawn where they are used.

What is used once is drawn in place. What is used more often is drawn once, beside the
model, and its uses are cards.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Iterator

from kauxgen import expression
from kauxgen.callees import own_layers
from kauxgen.nodes import (
    BlockNode,
    ExprNode,
    LayerNode,
    NetworkNode,
    Node,
    RepeatNode,
    ReuseNode,
)
from kauxgen.spec import NetworkName, Spec, Term
from kauxgen.values import Expr

Use = tuple[str, str]
"""What is used: "network", "block" or "layer", and its name."""


def in_place(spec: Spec) -> frozenset[Use]:
    """Return what is drawn where it is used."""
    count = Counter(use for scope in spec.scopes for use in _of(scope.nodes, spec))
    terms = [term for one in spec.objectives for term in (*one.terms, *one.metrics)]
    terms += [term for scope in spec.penalized for term in scope.penalties]
    count.update(use for term in terms for use in _called(_trees(term), spec))
    alike = {
        name
        for one in spec.networks.values()
        for name in (one.like, one.like and one.name)
    }
    return frozenset(
        (kind, name)
        for (kind, name), times in count.items()
        if times == 1
        and not (kind == "network" and (spec.step is not None or name in alike))
    )


def _of(nodes: Iterable[Node], spec: Spec, rounds: int = 1) -> Iterator[Use]:
    """Yield the uses in a list of nodes; a network in a repeat is called each round."""
    for node in nodes:
        if isinstance(node, NetworkNode):
            several = rounds > 1 or node.index is not None
            yield from [("network", node.network)] * (2 if several else 1)
        elif isinstance(node, BlockNode):
            yield "block", node.block
        elif isinstance(node, LayerNode):
            wrapped = node.layer.name not in spec.layers
            for own in own_layers(node.layer, spec):
                yield from [("layer", own.name)] * (2 if wrapped else 1)
        elif isinstance(node, ReuseNode) and node.kind in spec.layers:
            yield "layer", node.kind
        elif isinstance(node, ExprNode):
            yield from _called([node.expr.tree], spec)
        elif isinstance(node, RepeatNode):
            yield from _of(node.body, spec, 2)


def _called(trees: Iterable[ast.AST], spec: Spec) -> Iterator[Use]:
    """Yield the networks that expressions call; what one calls is not in place."""
    for tree in trees:
        for call in expression.calls(tree):
            name = expression.call_name(call)
            if name in spec.networks:
                yield from [("network", str(name))] * 2


def _trees(term: Term) -> Iterator[ast.AST]:
    for _, operand in term.operands:
        if isinstance(operand, (Expr, NetworkName)):
            yield operand.tree
    yield from (step.tree for _, step in term.let)
    yield from (each.tree for each in (term.target, term.expr) if each is not None)


def networks_in(tree: ast.AST, spec: Spec) -> tuple[str, ...]:
    """Return the networks that an expression calls, each once, in order."""
    called = (expression.call_name(call) for call in expression.calls(tree))
    return tuple(dict.fromkeys(str(name) for name in called if name in spec.networks))
