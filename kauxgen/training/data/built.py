"""What a model trains on whose spec is not known: read off the built model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import keras

from kauxgen.training.data.needs import Needs
from kauxgen.training.data.values import LABELS, Form, Need, Values

_ONE = "x"


def of(model: Any, takes_y: bool) -> Needs | None:
    """Work out what a built and compiled model trains on; None if it does not say.

    A model of several inputs takes them by name. `takes_y` is whether its `train` does;
    targets have the shape of the output, or are its classes, as the loss tells.
    """
    inputs = _inputs(model)
    if not inputs:
        return None
    named: Mapping[str, Form] = {one.name: one.name for one in inputs}
    x = named if len(inputs) > 1 else inputs[0].name
    if _takes_batches(model):
        return None
    target = _target(model, inputs) if takes_y else None
    if takes_y and target is None:
        return None
    targets = (target,) if target else ()
    return Needs(inputs, targets, x, "y" if takes_y else None, x)


def _inputs(model: Any) -> tuple[Need, ...]:
    """List the inputs of a graph, or the shapes that a class was built for."""
    tensors = getattr(model, "inputs", None)
    if tensors:
        return tuple(_need(one.name, one.shape, one.dtype) for one in tensors)
    config = model.get_build_config() or {}
    shapes = config.get("input_shape", config.get("shapes_dict", ()))
    if isinstance(shapes, Mapping):
        return tuple(_need(name, shape) for name, shape in shapes.items())
    single = shapes and not isinstance(shapes[-1], (list, tuple))
    return (_need(_ONE, shapes),) if single else ()


def _need(name: str, shape: Any, dtype: str = "float32") -> Need:
    return Need(name, tuple(shape[1:]), str(dtype))


def _takes_batches(model: Any) -> bool:
    """Tell whether a model trains in phases: what it takes then, no call says."""
    return any(name.endswith("_objective") for name in dir(type(model)))


def _target(model: Any, inputs: Sequence[Need]) -> Need | None:
    """Work out the targets of a model with one output; None if it has several."""
    tensors = [keras.KerasTensor((None, *one.shape), one.dtype) for one in inputs]
    named = {one.name: tensor for one, tensor in zip(inputs, tensors, strict=True)}
    output = model.compute_output_spec(tensors[0] if len(tensors) == 1 else named)
    if not isinstance(output, keras.KerasTensor):
        return None
    shape = tuple(output.shape[1:])
    loss = getattr(model, "loss", None)
    words = loss if isinstance(loss, str) else type(loss).__name__
    if words.lower().startswith("sparse"):
        values = Values(LABELS, 0, shape[-1] - 1)
        return Need("y", shape[:-1], "int32", values)
    return Need("y", shape)
