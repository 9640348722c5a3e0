"""The rule about layers that cannot be frozen alone (KX506)."""

from __future__ import annotations

from collections.abc import Iterator

from kauxgen import callees
from kauxgen.finding import Finding
from kauxgen.modes import kinds
from kauxgen.nodes import LayerNode, walk
from kauxgen.spec import Spec
from kauxgen.values import Kind

_LATE = ("MultiHeadAttention", "GroupQueryAttention")
"""Layers that make those inside them when they are built, and then trainable."""


def frozen_attention(pointer: str, kind: str) -> Finding:
    """KX506: an attention layer that is frozen alone.

    Keras makes the layers inside an attention layer when it is built, and does not tell
    them that they are frozen: an optimizer would move them. A network is frozen as a
    whole, when all of its layers are there.

    Wrong:
        {"name": "attended", "layer": "MultiHeadAttention", "trainable": false,
         "args": {"num_heads": 2, "key_dim": 8}}

    Right:
        {"networks": {"attend": {"inputs": {"x": {"shape": [7, 8]}},
         "trainable": false, "layers": [{"name": "attended",
         "layer": "MultiHeadAttention", "...": "..."}]}}}
    """
    message = f"{kind} cannot be frozen alone: its inner layers would be trained"
    return Finding(pointer, "KX506", message, "put it into a network that is frozen")


RULES = (frozen_attention,)


def _inside(node: LayerNode, spec: Spec) -> Iterator[Kind]:
    """Yield the kind of a layer, and all that it holds, in layers of `define` too."""
    yield from kinds(node.layer)
    for own in callees.own_layers(node.layer, spec):
        for scope in callees.within(own, spec):
            for one in walk(scope.nodes):
                if isinstance(one, LayerNode):
                    yield from kinds(one.layer)


def check(spec: Spec) -> Iterator[Finding]:
    """Yield the layers that cannot be frozen alone."""
    for scope in spec.scopes:
        for node in walk(scope.nodes):
            if isinstance(node, LayerNode) and not node.trainable:
                late = [one for one in _inside(node, spec) if one.name in _LATE]
                yield from (
                    frozen_attention(f"{node.at}/trainable", kind.name) for kind in late
                )
