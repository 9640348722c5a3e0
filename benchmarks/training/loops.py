"""Loops by hand: eager, compiled, and with many steps in a call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from forms import SEVERAL, Data

Step = Callable[..., Any]
Epoch = Callable[[Data, bool], object]


def batches(data: Data, shuffle: bool) -> tf.data.Dataset:
    """Cut arrays into batches; a short last one counts.

    Without `tf.data`'s tuner, which often holds the end of an epoch up until it wakes.
    All forms of Keras take these batches, but for those that are given arrays and the
    eager loop that draws its rows.
    """
    whole = data.arrays if len(data.arrays) > 1 else data.x
    rows = tf.data.Dataset.from_tensor_slices(whole)
    if shuffle:
        rows = rows.shuffle(len(data.x))
    options = tf.data.Options()
    options.autotune.enabled = False
    return rows.batch(data.batch_size).prefetch(2).with_options(options)


def parts(batch: Any) -> tuple[Any, ...]:
    """List what a batch holds."""
    return batch if isinstance(batch, tuple) else (batch,)


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
            step(*parts(batch))
            if number % 100 == 0:
                float(means[0].result())

    return epoch


def called(model: Any, steps: int) -> Any:
    """Make what calls callbacks as `fit` does: the history, and no progress bar."""
    return keras.callbacks.CallbackList(
        add_history=True, model=model, epochs=1, steps=steps, verbose=0
    )


def compiled(model: Any, step: Step, bare: bool = False) -> Epoch:
    """Call a compiled step for every batch; `bare` without callbacks."""
    function = tf.function(step)

    def epoch(data: Data, shuffle: bool) -> dict[str, float]:
        callbacks = called(model, data.steps)
        callbacks.on_train_begin()
        callbacks.on_epoch_begin(0)
        model.reset_metrics()
        for number, batch in enumerate(batches(data, shuffle)):
            if bare:
                logs = function(*parts(batch))
            else:
                callbacks.on_train_batch_begin(number)
                logs = function(*parts(batch))
                callbacks.on_train_batch_end(number, logs)
        return ended(callbacks, logs)

    return epoch


def several(model: Any, step: Step) -> Epoch:
    """Call a compiled function that takes many batches off an iterator."""

    @tf.function
    def steps(iterator: Any, count: Any) -> Any:
        for _ in tf.range(count - 1):
            step(*parts(next(iterator)))
        return step(*parts(next(iterator)))

    def epoch(data: Data, shuffle: bool) -> dict[str, float]:
        callbacks = called(model, data.steps)
        callbacks.on_train_begin()
        callbacks.on_epoch_begin(0)
        model.reset_metrics()
        iterator = iter(batches(data, shuffle))
        for first in range(0, data.steps, SEVERAL):
            count = min(SEVERAL, data.steps - first)
            callbacks.on_train_batch_begin(first)
            logs = steps(iterator, tf.constant(count))
            callbacks.on_train_batch_end(first + count - 1, logs)
        return ended(callbacks, logs)

    return epoch


def ended(callbacks: Any, logs: Any) -> dict[str, float]:
    """End the epoch; give its means."""
    callbacks.on_epoch_end(0, logs)
    callbacks.on_train_end()
    return {name: float(value) for name, value in logs.items()}
