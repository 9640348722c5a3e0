"""What networks and shared layers keep from call to call: draws and statistics."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from kauxgen import expression, naming
from kauxgen.callees import own_layers, within
from kauxgen.frozen import frozen
from kauxgen.modes import (
    application_has_modes,
    drawing_calls,
    draws,
    kinds,
    layer_has_modes,
)
from kauxgen.naming import Level
from kauxgen.nodes import (
    ApplicationNode,
    BlockNode,
    ExprNode,
    LayerNode,
    NetworkNode,
    Node,
    ReuseNode,
    walk,
)
from kauxgen.spec import Scope, Spec
from kauxgen.values import Expr, Kind

Keys = frozenset[str]


@frozen
class State:
    """Which calls of a spec move which state: names of networks, pointers of layers."""

    spec: Spec

    def kept(self, scope: Scope) -> bool:
        """Say whether layers or draws of a scope keep something from call to call."""
        return any(self.keeps(node) for node in walk(scope.nodes))

    def keeps(self, node: Node) -> bool:
        """Say whether a node itself keeps something from call to call."""
        if isinstance(node, LayerNode):
            moves = node.training is not False
            moves = moves and layer_has_modes(node.layer, self.spec)
            return moves or self.draws(node.layer)
        if isinstance(node, ApplicationNode):
            moves = node.training is not False
            return moves and application_has_modes(node.application)
        if isinstance(node, BlockNode):
            return self.kept(self.spec.blocks[node.block])
        return isinstance(node, ExprNode) and bool(drawing_calls(node.expr.tree))

    def lasting(self, kind: Kind) -> bool:
        """Say whether a layer has modes, or draws in every mode."""
        return layer_has_modes(kind, self.spec) or self.draws(kind)

    def draws(self, kind: Kind) -> bool:
        """Say whether expressions in a layer of `define` draw, whatever the mode."""
        return any(
            bool(drawing_calls(expr.tree))
            for own in own_layers(kind, self.spec)
            for scope in within(own, self.spec)
            for expr in _read(scope)
        )

    def network(self, name: str) -> Keys:
        """Return the networks whose state a call of a network moves."""
        scope = self.spec.networks[name]
        inner = [self.network(one) for one in sorted(self.called(scope.nodes))]
        own = {name} if self.kept(scope) else set()
        return frozenset(own).union(*inner)

    def counts(self, name: str) -> bool:
        """Say whether a call of a network moves statistics, of its own or of others."""
        level = self.spec.networks[name].nodes
        return any(map(self.counting, walk(level))) or any(
            map(self.counts, self.called(level))
        )

    def counting(self, node: Node) -> bool:
        """Say whether a node itself moves statistics, other than counts of draws."""
        if isinstance(node, BlockNode):
            return any(map(self.counting, walk(self.spec.blocks[node.block].nodes)))
        if not isinstance(node, LayerNode) or node.training is False:
            return False
        own = [*own_layers(node.layer, self.spec)]
        inside = (scope for one in own for scope in within(one, self.spec))
        return any(
            any(map(self.counting, walk(scope.nodes))) for scope in inside
        ) or any(
            layer_has_modes(one, self.spec) and not draws(one)
            for one in kinds(node.layer)
            if not own
        )

    def called(self, level: Level) -> set[str]:
        """Return the networks that nodes call or differentiate."""
        found: set[str] = set()
        for node in walk(level):
            found |= {node.network} if isinstance(node, NetworkNode) else set()
            found |= (
                self.mentioned(node.expr.tree) if isinstance(node, ExprNode) else set()
            )
        return found

    def mentioned(self, tree: ast.expr) -> set[str]:
        """Return the networks that an expression calls or differentiates."""
        words = {name.id for name in expression.names(tree)}
        words |= {str(expression.call_name(call)) for call in expression.calls(tree)}
        return words & self.spec.networks.keys()

    def moved(self, node: Node, level: Level) -> Keys:
        """Return the state that a node of a list moves."""
        if isinstance(node, (LayerNode, ReuseNode)):
            return self.layer(node, level)
        return frozenset().union(*map(self.network, self.called((node,))))

    def layer(self, node: LayerNode | ReuseNode, level: Level) -> Keys:
        """Return the layer that a node calls, if it is called again and keeps state."""
        name = node.layer if isinstance(node, ReuseNode) else node.name
        made = naming.find(level, name)
        if not isinstance(made, LayerNode) or not self.lasting(made.layer):
            return frozenset()
        again = any(isinstance(n, ReuseNode) and n.layer == name for n in level)
        return frozenset([made.at]) if again else frozenset()


def _read(scope: Scope) -> Iterator[Expr]:
    """Yield the expressions of a block or layer."""
    nodes = walk(scope.nodes)
    yield from (node.expr for node in nodes if isinstance(node, ExprNode))
    yield from scope.outputs
    for term in scope.penalties:
        yield from (one for _, one in term.operands if isinstance(one, Expr))
        yield from (step for _, step in term.let)
        yield from [term.expr] if term.expr is not None else []


def shared(spec: Spec, extra: Iterable[ast.expr] = ()) -> frozenset[str]:
    """Return the networks that move state which another call moves too."""
    state = State(spec)
    counts: dict[str, int] = {}
    calls = [
        *_calls(state),
        *(name for tree in extra for name in _written(state, tree)),
    ]
    for name in calls:
        for key in state.network(name):
            counts[key] = counts.get(key, 0) + 1
    return frozenset(
        name
        for name in spec.networks
        if any(counts[k] > 1 for k in state.network(name) if k in counts)
    )


def _calls(state: State) -> Iterator[str]:
    """Yield the networks that are called, once a call; twice inside a repeat."""
    for scope in state.spec.scopes:
        for node, levels in naming.levels_of(scope.nodes):
            times = 2 if len(levels) > 1 else 1
            found = [node.network] if isinstance(node, NetworkNode) else []
            if isinstance(node, ExprNode):
                found = list(_written(state, node.expr.tree))
            yield from found * times


def _written(state: State, tree: ast.expr) -> Iterator[str]:
    for call in expression.calls(tree):
        name = str(expression.call_name(call))
        if name in state.spec.networks:
            yield name
        operands = map(expression.named_network, call.args)
        yield from (name for name in operands if name in state.spec.networks)
