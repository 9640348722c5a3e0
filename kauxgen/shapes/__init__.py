"""What comes out of a layer, and which weights it will have, before Keras is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from types import MappingProxyType
from typing import Any

from kauxgen.shapes.call import Call, Rule, Weights, called
from kauxgen.shapes.paths import layer_weights
from kauxgen.shapes.table import RULES
from kauxgen.tensor import Shape, TensorType

__all__ = [
    "RULES",
    "Call",
    "Rule",
    "layer_call",
    "layer_outputs",
    "layer_weights",
    "multiply_accumulates",
    "parameter_count",
    "weight_shapes",
]

NONE: Mapping[str, Rule] = MappingProxyType({})
"""No layers beside those of Keras."""


def layer_call(
    name: str,
    args: Mapping[str, Any],
    inputs: Sequence[TensorType],
    own: Mapping[str, Rule] = NONE,
) -> Call:
    """Make the call of a layer, to be asked for outputs first, then for weights.

    The arguments are those of `layer_outputs`; `Misfit` is raised where it is asked.
    """
    return _call(name, args, inputs, own)


def layer_outputs(
    name: str,
    args: Mapping[str, Any],
    inputs: Sequence[TensorType],
    own: Mapping[str, Rule] = NONE,
) -> TensorType | tuple[TensorType, ...]:
    """Give what comes out of a layer; raise `Misfit` if the tensors do not suit it.

    `args` are evaluated values, without defaults, lists as tuples; a wrapped layer is
    an object with a `name` and `args`. `inputs` stand in the order of `Kind.call`.
    `own` are rules of further layers, by name.
    """
    return _call(name, args, inputs, own).outputs()


def weight_shapes(
    name: str,
    args: Mapping[str, Any],
    inputs: Sequence[TensorType],
    own: Mapping[str, Rule] = NONE,
) -> Mapping[str, Shape]:
    """Give the shapes of a layer's trainable weights by path, as in `layer_weights`."""
    call = _call(name, args, inputs, own)
    call.outputs()
    return call.weights()


def parameter_count(
    name: str,
    args: Mapping[str, Any],
    inputs: Sequence[TensorType],
    own: Mapping[str, Rule] = NONE,
) -> tuple[int, int]:
    """Count the numbers in a layer's weights, trainable ones and others."""
    call = _call(name, args, inputs, own)
    call.outputs()
    return _count(call.weights()), _count(call.states())


def multiply_accumulates(
    name: str,
    args: Mapping[str, Any],
    inputs: Sequence[TensorType],
    own: Mapping[str, Rule] = NONE,
) -> int | None:
    """Count a layer's multiply-accumulates for one sample, as `shapes.macs` does.

    None where the layer has no standard count (`Rule.macs` is None, as for layers that
    only move values), or where a size that the count needs is unknown.
    """
    call = _call(name, args, inputs, own)
    call.outputs()
    return call.macs()


def _call(
    name: str,
    args: Mapping[str, Any],
    inputs: Sequence[TensorType],
    own: Mapping[str, Rule],
) -> Call:
    return called(name, args, inputs, {**RULES, **own} if own else RULES)


def _count(weights: Weights) -> int:
    return sum(prod(size or 0 for size in shape) for shape in weights.values())
