"""A spec whose meaning holds, with what checking found out on the way."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from kauxgen.formula import Formula
from kauxgen.frozen import frozen
from kauxgen.spec import Spec
from kauxgen.tensor import TensorType
from kauxgen.trace import Trace

Types = TensorType | tuple[TensorType, ...]


class Varied:
    """The type of an expression whose rank differs between the uses of its layer."""


VARIED = Varied()


@frozen
class WeightUse:
    """One weight that a penalty's pattern selects.

    `path` holds network, node and round numbers down to the layer; `attribute` leads
    from the layer to the weight, such as "kernel" or "cell.kernel".
    """

    path: tuple[str | int, ...]
    attribute: str


@frozen
class Checked:
    """A spec without findings.

    `types` holds the value of every expression node, as last seen: a TensorType, a
    number, or a (nested) list of them; in a layer of `define` what all uses share.
    `shapes` holds what a node, input or scope gives, by pointer: of a node its tensor
    or tensors, of an input its tensor, of a scope (network or model) its outputs.
    `values` holds computed values by pointer, with the params' defaults. `formulas` are
    the terms' by the term's pointer, `weights` what a pattern selects by the pattern's
    pointer. `trace` holds what every single use of a node gave, and all weights.
    `whole` are the pointers of computed values that are a whole number at some use.
    """

    spec: Spec
    types: Mapping[ast.expr, Any]
    shapes: Mapping[str, Types]
    values: Mapping[str, Any]
    formulas: Mapping[str, Formula]
    weights: Mapping[str, tuple[WeightUse, ...]]
    trace: Trace
    whole: frozenset[str]
