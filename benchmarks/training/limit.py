"""The limit of the machine: the products and convolutions of one training step alone.

They are read off the graph of a generated train step with their shapes and attributes,
and run on constants, an epoch in one call, all at once where they can be.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import generated
import keras
import numpy as np
import tensorflow as tf
from forms import Data

HEAVY = {
    "MatMul": ("a", "b"),
    "Conv2D": ("input", "filter"),
    "Conv2DBackpropInput": ("input_sizes", "filter", "out_backprop"),
    "Conv2DBackpropFilter": ("input", "filter_sizes", "out_backprop"),
}
KEPT = ("transpose_a", "transpose_b", "strides", "padding", "data_format", "dilations")


def operations(name: str, data: Data) -> list[tuple[str, dict[str, Any]]]:
    """Find the heavy operations of a step: their names and what they take."""
    made = generated.module(name, "train_step", 1)
    model = made.compile_model(made.build_model())
    batch = tuple(array[: data.batch_size] for array in data.arrays)
    model.train_on_batch(*batch)
    given = batch if len(batch) > 1 else batch[0]
    specs = keras.tree.map_structure(
        lambda array: tf.TensorSpec(array.shape, array.dtype), given
    )
    step = tf.function(lambda rows: model.train_step(rows))
    graph = step.get_concrete_function(specs).graph
    found = list(_heavy(graph))
    if not found:
        raise SystemExit(f"{name}: no product in the graph of its step")
    return found


def _heavy(graph: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    for operation in graph.get_operations():
        if operation.type in HEAVY:
            names = zip(HEAVY[operation.type], operation.inputs, strict=True)
            gives = operation.outputs[0].shape.as_list()
            inputs = {name: _constant(name, tensor, gives) for name, tensor in names}
            kept = {n: _attribute(operation, n) for n in KEPT if _has(operation, n)}
            yield operation.type, {**inputs, **kept}


def _constant(name: str, tensor: Any, gives: list[int]) -> Any:
    if name.endswith("_sizes"):
        return tf.constant(gives)
    draw = np.random.default_rng(0)
    return tf.constant(draw.normal(size=tensor.shape).astype("float32"))


def _has(operation: Any, name: str) -> bool:
    return name in operation.node_def.attr


def _attribute(operation: Any, name: str) -> Any:
    value = operation.get_attr(name)
    return value.decode() if isinstance(value, bytes) else value


class Limit:
    """Runs the operations of so many steps."""

    def __init__(self, name: str, data: Data) -> None:
        """Compile them; the operands are arguments, or they would be folded."""
        self.found = operations(name, data)
        self.operands = [
            {k: v for k, v in given.items() if tf.is_tensor(v) and "_sizes" not in k}
            for _, given in self.found
        ]
        self.function = tf.function(self.many)

    def many(self, operands: Any, count: Any) -> Any:
        """Compute so many steps in one call."""
        total = tf.zeros([len(self.found)])
        for _ in tf.range(count):
            total += self.once(operands)
        return total

    def once(self, operands: Any) -> Any:
        """Compute each, and one number of each."""
        values = []
        for (kind, given), own in zip(self.found, operands, strict=True):
            result = getattr(tf.raw_ops, kind)(**{**given, **own})
            values.append(tf.reshape(result, [-1])[0])
        return tf.stack(values)

    def run(self, data: Data, shuffle: bool) -> None:
        """Run the operations of an epoch."""
        self.function(self.operands, tf.constant(data.steps)).numpy()

    def weights(self) -> dict[str, np.ndarray]:
        """Train nothing."""
        return {}
