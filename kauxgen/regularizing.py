"""Whether an objective trains layers that have weight regularizers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kauxgen import callees, parts
from kauxgen.modes import kinds
from kauxgen.nodes import BlockNode, LayerNode, Node, walk
from kauxgen.parts import Part
from kauxgen.spec import Scope, Spec


def _regularized(spec: Spec, node: Node) -> bool:
    """Say whether a trainable layer has a weight regularizer."""
    if not isinstance(node, LayerNode) or not node.trainable:
        return False
    own = tuple(callees.own_layers(node.layer, spec))
    weights = (weight for layer in own for weight in layer.weights)
    if any(one.regularizer is not None and one.trainable for one in weights):
        return True
    if any(_regularized(spec, one) for layer in own for one in walk(layer.nodes)):
        return True
    return any(
        name.endswith("_regularizer") and value is not None
        for kind in kinds(node.layer)
        for name, value in kind.args.items()
    )


def regularizes(part: Part) -> bool:
    """Say whether the layers that an objective trains have weight regularizers."""
    if part.spec.main.kind == "evaluation":
        return False
    if part.phase is None:
        scopes = part.spec.scopes
    else:
        updated = parts.updated(part.spec, part.phase)
        scopes = tuple(part.spec.networks[name] for name in sorted(updated))
    nodes = _within(part.spec, (one for one in scopes if one.kind != "layer"))
    return any(_regularized(part.spec, node) for node in nodes)


def _within(spec: Spec, scopes: Iterable[Scope]) -> Iterator[Node]:
    """Yield the nodes of some lists, and of the blocks that they use."""
    for scope in scopes:
        for node in walk(scope.nodes):
            yield node
            if isinstance(node, BlockNode):
                yield from _within(spec, [spec.blocks[node.block]])
