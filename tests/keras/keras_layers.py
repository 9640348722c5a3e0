"""What Keras makes of the same calls: symbolic ones, and on real data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from typing import Any

import keras
import numpy as np

from kauxgen.catalog import Kind, kinds
from kauxgen.tensor import TensorType
from layer_cases import Case, Layer


def make(name: str, args: Mapping[str, Any]) -> Any:
    """Make the Keras layer of a kind."""
    values = {
        key: make(value.name, value.args) if isinstance(value, Layer) else value
        for key, value in args.items()
    }
    return getattr(keras.layers, name)(**values)


def call(layer: Any, kind: Kind, tensors: Sequence[Any], **mode: Any) -> list[Any]:
    """Call a layer the way its entry says, and list what comes out."""
    as_list = kind.call == ("*",) or kind.listed
    outputs = layer(list(tensors), **mode) if as_list else layer(*tensors, **mode)
    return list(outputs) if isinstance(outputs, tuple | list) else [outputs]


def stated(layer: Any, case: Case) -> list[TensorType]:
    """Give what Keras states before it has data, or raise as it does."""
    pairs = zip(case.shapes, case.types, strict=True)
    inputs = [keras.KerasTensor(shape, dtype) for shape, dtype in pairs]
    outputs = call(layer, kinds("layer")[case.name], inputs)
    return [TensorType(tuple(output.shape), output.dtype) for output in outputs]


def values_of(case: Case) -> list[Any]:
    """Make data of a case's shapes, 9 where a size is open; integers are zeros.

    The batch is seldom as large as another size, lest a mistake fits it by chance.
    """
    random = np.random.default_rng(0)
    shapes = (
        [shape[0] or (11 if len(shape) < 5 else 3), *(size or 9 for size in shape[1:])]
        for shape in case.shapes
    )
    return [
        random.uniform(0.5 * ("float" in dtype), 0.9, shape).astype(dtype)
        for shape, dtype in zip(shapes, case.types, strict=True)
    ]


def results(layer: Any, case: Case, *, training: bool) -> list[Any]:
    """Call a layer on data; some layers fail only in training."""
    mode = {"training": training} if layer._call_has_training_arg else {}
    return call(layer, kinds("layer")[case.name], values_of(case), **mode)


def found_on_data(layer: Any, case: Case) -> list[Any] | None:
    """Give what a call on data gives, None if it fails."""
    try:
        return results(layer, case, training=True)
    except Exception:  # Keras and its backends raise what they like.
        return None


def agree(stated: Iterable[TensorType], found: Iterable[Any]) -> bool:
    """Tell whether data are what was stated."""
    return all(map(_is_like, stated, found))


def _is_like(stated: TensorType, found: Any) -> bool:
    shape = tuple(found.shape)
    if len(stated.shape) != len(shape) or 0 in shape:
        return False
    if stated.dtype != keras.backend.standardize_dtype(found.dtype):
        return False
    return all(one in (None, two) for one, two in zip(stated.shape, shape, strict=True))


def trainable_weights(layer: Any) -> dict[str, Any]:
    """Give a layer's weights by path, without its name and without counted names."""
    return {
        re.sub(r"_\d+(?=/)", "", weight.path.partition("/")[2]): weight
        for weight in layer.trainable_weights
    }


def attribute(layer: Any, path: str) -> Any:
    """Follow an attribute path such as `cell.kernel`."""
    return reduce(getattr, path.split("."), layer)


def counts(layer: Any) -> tuple[int, int]:
    """Count the numbers in a layer's weights, trainable ones and others."""
    trainable, others = (
        sum(int(np.prod(weight.shape)) for weight in weights)
        for weights in (layer.trainable_weights, layer.non_trainable_weights)
    )
    return trainable, others
