"""Which blocks and layers of `define` nodes use, directly or through others."""

from __future__ import annotations

from collections.abc import Iterator

from kauxgen.nodes import BlockNode, LayerNode, Node, walk
from kauxgen.spec import Scope, Spec
from kauxgen.values import Kind


def own_layers(kind: Kind, spec: Spec) -> Iterator[Scope]:
    """Yield the layer of `define` that a layer is, or those that a wrapper holds."""
    if kind.name in spec.layers:
        yield spec.layers[kind.name]
    for value in kind.args.values():
        if isinstance(value, Kind) and value.family == "layer":
            yield from own_layers(value, spec)


def used_by(node: Node, spec: Spec) -> Iterator[Scope]:
    """Yield the blocks and layers that a node itself uses."""
    if isinstance(node, BlockNode) and node.block in spec.blocks:
        yield spec.blocks[node.block]
    elif isinstance(node, LayerNode):
        yield from own_layers(node.layer, spec)


def within(scope: Scope, spec: Spec) -> list[Scope]:
    """Return a list of nodes and all blocks and layers inside it, each once."""
    found = [scope]
    for one in found:
        for node in walk(one.nodes):
            found += [each for each in used_by(node, spec) if each not in found]
    return found
