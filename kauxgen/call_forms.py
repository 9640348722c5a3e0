"""Inputs in the form that a layer's call takes them."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from kauxgen import catalog
from kauxgen.nodes import LayerNode, Node


def call_arguments(
    node: Node, original: Node, inputs: list[ast.expr]
) -> tuple[list[ast.expr], dict[str, ast.expr]]:
    """Part the inputs of a layer's call; those of an import stay named."""
    named = isinstance(original, LayerNode) and original.layer.imported
    if named and isinstance(node.inputs, Mapping):
        return [], dict(zip(node.inputs, inputs, strict=True))
    return layer_arguments(node, original, inputs), {}


def layer_arguments(
    node: Node, original: Node, inputs: list[ast.expr]
) -> list[ast.expr]:
    """Put inputs in the form that a layer's call takes: some take one list."""
    kind = original.layer if isinstance(original, LayerNode) else None
    entry = catalog.find("layer", kind.name) if kind else None
    if entry is None or not (entry.listed or entry.call == ("*",)):
        return inputs
    one_list = isinstance(node.inputs, tuple) and len(node.inputs) == 1
    return inputs if one_list and len(inputs) == 1 else [ast.List(inputs)]
