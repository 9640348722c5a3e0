"""The weights that a layer will have, by path and by attribute."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from kauxgen.catalog import Kind, Weight, kinds
from kauxgen.shapes.wrapping import default_name

Paths = Mapping[str, str]
NONE: Mapping[str, Paths] = MappingProxyType({})


def layer_weights(
    name: str, args: Mapping[str, Any], own: Mapping[str, Paths] = NONE
) -> Paths:
    """Give the trainable weights of a layer: path to attribute path.

    Paths are Keras's own without the layer's name, `kernel` or `lstm_cell/kernel`; a
    wrapped layer stands in them under the name that Keras gives it. `own` are those of
    further layers, by name.
    """
    if name in own:
        return own[name]
    kind = kinds("layer")[name]
    always = {
        path: weight.attribute
        for path, weight in kind.weights.items()
        if _exists(kind, weight, args)
    }
    return {**always, **_wrapped(kind, args, own)}


def _exists(kind: Kind, weight: Weight, args: Mapping[str, Any]) -> bool:
    if not weight.when:
        return True
    value = args.get(weight.when, kind.args[weight.when].default)
    if isinstance(weight.value, tuple):
        return value in weight.value
    return bool(value) if weight.value is None else bool(value == weight.value)


def _wrapped(kind: Kind, args: Mapping[str, Any], own: Mapping[str, Paths]) -> Paths:
    if not kind.wraps:
        return {}
    inner = args["layer"]
    weights = layer_weights(inner.name, inner.args, own)
    return {
        f"{prefix}{default_name(inner.name)}/{path}": f"{attribute}.{inner_attribute}"
        for prefix, attribute in kind.wraps
        for path, inner_attribute in weights.items()
    }
