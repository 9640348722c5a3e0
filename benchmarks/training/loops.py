"""Loops over batches as people write them by hand: eager, compiled, several steps a call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf
from forms import SEVERAL, Data

Step = Callable[..., Any]
Epoch = Callable[[Data, bool], object]


def batches(data: Data, shuffle: bool) -> tf.data.Dataset:
    """Cut arrays into batches, as the guides of TensorFlow do."""
    rows = tf.data.Dataset.from_tensor_slices(data.arrays)
    if shuffle:
        rows = rows.shuffle(len(data.x))
    return rows.batch(data.batch_size, drop_remainder=True).prefetch(tf.data.AUTOTUNE)


def random_batches(data: Data, shuffle: bool) -> Any:
    """Draw batches of random rows, as the book's explicit loop does."""
    for step in range(data.steps):
        first = step * data.batch_size
        rows = np.arange(first, first + data.batch_size)
        if shuffle:
            rows = np.random.randint(len(data.x), size=data.batch_size)
        yield tuple(array[rows] for array in data.arrays)


def eager(step: Step, means: list[Any], cut: Callable[..., Any] = batches) -> Epoch:
    """Call a step that nothing compiles, and read a running loss now and then."""

    def epoch(data: Data, shuffle: bool) -> None:
        for mean in means:
            mean.reset_state()
        for number, batch in enumerate(cut(data, shuffle)):
            step(*batch)
            if number % 100 == 0:
                float(means[0].result())

    return epoch


def compiled(step: Step, means: list[Any], jit_compile: bool = False) -> Epoch:
    """Call a compiled step for every batch."""
    function = tf.function(step, jit_compile=jit_compile)

    def epoch(data: Data, shuffle: bool) -> dict[str, float]:
        for mean in means:
            mean.reset_state()
        for batch in batches(data, shuffle):
            function(*batch)
        return {mean.name: float(mean.result()) for mean in means}

    return epoch


def several(step: Step, means: list[Any], jit_compile: bool = False) -> Epoch:
    """Call a compiled function that takes many batches off an iterator."""
    inner = tf.function(step, jit_compile=True) if jit_compile else step

    @tf.function
    def steps(iterator: Any, count: Any) -> None:
        for _ in tf.range(count):
            inner(*next(iterator))

    def epoch(data: Data, shuffle: bool) -> dict[str, float]:
        for mean in means:
            mean.reset_state()
        iterator = iter(batches(data, shuffle))
        for first in range(0, data.steps, SEVERAL):
            steps(iterator, tf.constant(min(SEVERAL, data.steps - first)))
        return {mean.name: float(mean.result()) for mean in means}

    return epoch
