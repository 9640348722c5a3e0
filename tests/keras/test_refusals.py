"""Keras refuses the models of the early errors too, when it builds or trains them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow

from early_cases import CASES, Json
from kauxgen import catalog

REFUSALS = (ValueError, TypeError, IndexError, tensorflow.errors.InvalidArgumentError)
REFUSED = [case for case in CASES if case.get("keras")]


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case["name"])
def test_keras_refuses_it_too(case: Json) -> None:
    with pytest.raises(REFUSALS):
        compare(case, build(case))


def test_keras_builds_what_is_only_a_warning() -> None:
    """So that it is right to write the code, and to say something."""
    for case in CASES:
        if case.get("code", "KX47").startswith("KX47"):
            compare(case, build(case))


def build(case: Json) -> Any:
    """Call the layers and operations of a case on symbolic tensors; give the last."""
    dtype = case.get("dtype", "float32")
    tensors: dict[str, Any] = {
        f"x{at}": keras.Input(tuple(shape), dtype=dtype)
        for at, shape in enumerate(case["inputs"])
    }
    layers: dict[str, Any] = {}
    above = tensors["x0"]
    for node in case["nodes"]:
        given = [tensors[name] for name in node.get("inputs", ())] or [above]
        if "expr" in node:
            above = eval(node["expr"], {**vars(keras.ops), **tensors})
        else:
            layer = layers.get(node.get("reuse", ""))
            layer = made(node) if layer is None else layer
            above = layer(*given) if spreads(node, given) else layer(given)
            layers[node["name"]] = layer
        tensors[node["name"]] = above
    return above


def made(node: Mapping[str, Any]) -> Any:
    """Make a layer, wrapped ones before their wrappers."""
    args = {
        name: made(value) if isinstance(value, dict) else value
        for name, value in node.get("args", {}).items()
    }
    return getattr(keras.layers, node["layer"])(**args)


def spreads(node: Mapping[str, Any], given: list[Any]) -> bool:
    """Say whether a layer takes its tensors one by one, and not as a list."""
    kind = catalog.find("layer", node.get("layer", "Dense"))
    assert kind is not None
    return kind.call != ("*",) and not kind.listed


def compare(case: Json, found: Any) -> None:
    """Compute the loss of a case on arrays; without a `target` they have one shape."""
    if "loss" not in case:
        return
    loss = case["loss"]
    shape = tuple(2 if size is None else size for size in found.shape)
    labels = loss["loss"].startswith("Sparse")
    target = case.get("target", {"shape": shape[1:-1] if labels else shape[1:]})
    truth = np.zeros((2, *target["shape"]), target.get("dtype", "float32"))
    judge = getattr(keras.losses, loss["loss"])(**loss.get("args", {}))
    judge(truth, np.full(shape, 0.3, "float32"))
