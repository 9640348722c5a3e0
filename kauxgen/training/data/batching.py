"""Batches of arrays in the order of each epoch, for `tf.data` and for other backends.

Shuffling `tf.data`'s way hands rows over one by one. Here the order of an epoch is
drawn at once, and every batch is one gathering of rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import keras
import numpy as np

from kauxgen.frozen import frozen
from kauxgen.training.data.values import Form, names_in

Array = Any
_UNUSED = "_"


@frozen
class Order:
    """The order of `rows` rows by epoch; as they stand if `seed` is None."""

    rows: int
    seed: int | None

    def of(self, epoch: int) -> Array:
        """Draw the order of an epoch, which depends on the seed and the epoch alone."""
        if self.seed is None:
            return np.arange(self.rows)
        return np.random.default_rng([self.seed, epoch]).permutation(self.rows)


class Reorder(keras.callbacks.Callback):
    """Sets the order of the rows when an epoch begins."""

    def __init__(self, order: Order, assign: Callable[[Array], object]) -> None:
        """Keep the orders, and what takes each."""
        super().__init__()
        self.order = order
        self.assign = assign

    def on_epoch_begin(self, epoch: int, logs: object = None) -> None:
        """Hand the order of the epoch on."""
        self.assign(self.order.of(epoch))


class Rows(keras.utils.PyDataset):
    """Batches by number, for backends that know no `tf.data`."""

    def __init__(
        self, form: Form, arrays: Mapping[str, Array], order: Array, batch_size: int
    ) -> None:
        """Keep arrays, and the order in which batches take their rows."""
        super().__init__()
        self.form = form
        self.arrays = arrays
        self.order = order
        self.batch_size = batch_size

    def assign(self, order: Array) -> None:
        """Take another order of the rows."""
        self.order = order

    def __len__(self) -> int:
        """Count the batches of an epoch."""
        return -(-len(self.order) // self.batch_size)

    def __getitem__(self, index: int) -> Any:
        """Gather a batch."""
        start = index * self.batch_size
        chosen = self.order[start : start + self.batch_size]
        taken = {name: array[chosen] for name, array in self.arrays.items()}
        return fill(
            self.form, {**taken, _UNUSED: np.zeros((len(chosen), 1), "float32")}
        )


def cut(
    form: Form,
    arrays: Mapping[str, Array],
    order: Order,
    batch_size: int,
    initial_epoch: int,
) -> tuple[Any, keras.callbacks.Callback]:
    """Make batches of arrays, and the callback that puts each epoch's rows in order."""
    used = {name: arrays[name] for name in names_in(form)}
    first = order.of(initial_epoch)
    if keras.backend.backend() == "tensorflow":
        data, assign = _dataset(form, used, first, batch_size)
        return data, Reorder(order, assign)
    rows = Rows(form, used, first, batch_size)
    return rows, Reorder(order, rows.assign)


def _dataset(
    form: Form, arrays: Mapping[str, Array], order: Array, batch_size: int
) -> tuple[Any, Callable[[Array], object]]:
    """Make a dataset that gathers its batches by a variable with the order of rows."""
    import tensorflow as tf

    # On an accelerator every batch would be copied back to be gathered.
    with tf.device("cpu"):
        tensors = {name: tf.constant(array) for name, array in arrays.items()}
        chosen = tf.Variable(order, trainable=False)

    def batch(index: Any) -> Any:
        rows = chosen[index * batch_size : (index + 1) * batch_size]
        taken = {name: tf.gather(one, rows) for name, one in tensors.items()}
        return fill(form, {**taken, _UNUSED: tf.zeros((tf.size(rows), 1))})

    steps = -(-len(order) // batch_size)
    numbers = tf.data.Dataset.range(steps)
    options = tf.data.Options()
    # The tuner's thread sleeps in doubling periods, and often misses an epoch's end.
    options.autotune.enabled = False
    return numbers.map(batch).prefetch(2).with_options(options), chosen.assign


def fill(form: Form, taken: Mapping[str, Any]) -> Any:
    """Put arrays in the places of their names."""
    if isinstance(form, str):
        return taken[form]
    if isinstance(form, Mapping):
        return {key: fill(one, taken) for key, one in form.items()}
    return tuple(fill(one, taken) for one in form)
