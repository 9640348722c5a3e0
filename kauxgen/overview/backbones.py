"""How many numbers backbones have in their weights, from `schemas/backbones.json`.

The file is written out of Keras by `benchmarks/application_weights.py`.
"""

from __future__ import annotations

from math import prod
from typing import Any

from kauxgen import catalog, resources
from kauxgen.nodes import ApplicationNode
from kauxgen.overview.values import Count
from kauxgen.trace import LayerCall

_KNOWN = {
    "include_top",
    "weights",
    "input_shape",
    "pooling",
    "classes",
    "classifier_activation",
}
"""The arguments with which the counts are known; others make other backbones."""


def backbone_count(node: ApplicationNode, call: LayerCall, trainable: bool) -> Count:
    """Count the weights of a backbone, frozen as its node says."""
    entry = resources.schema("backbones").get(call.kind)
    if entry is None or not call.args.keys() <= _KNOWN:
        return Count(known=False)
    more = int(call.inputs[0].shape[-1] or 0) - 3
    pairs = zip(entry["base"], entry["channel"], strict=True)
    moved, others = (base + more * each for base, each in pairs)
    moved += _top(entry, call)
    if not trainable:
        return Count(0, moved + others)
    frozen = 0
    if node.frozen_before:
        if node.frozen_before not in entry["before"]:
            return Count(known=False)
        first = entry["before"][node.frozen_before][0]
        frozen = first + more * entry["channel"][0] * bool(first)
    return Count(moved - frozen, others + frozen)


def _top(entry: dict[str, Any], call: LayerCall) -> int:
    """Count the weights of the top, which may read every position of the last maps."""
    if not call.args.get("include_top", True):
        return 0
    constant, per_class, position = entry["top"]
    known = catalog.applications()[call.kind]
    sizes = call.inputs[0].shape[1:3]
    maps = prod(size or 0 for size in known.maps("", sizes))
    return int(constant + per_class * call.args.get("classes", 1000) + position * maps)
