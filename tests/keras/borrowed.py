"""A small package of a user's own, written to a folder that Python imports from."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

BLOCKS = '''
import keras
from keras import ops


@keras.saving.register_keras_serializable(package="borrowed")
class Gate(keras.layers.Layer):
    """Half of a projection opens the other half; drops out in training."""

    def __init__(self, units, rate=0.0, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.rate = rate
        self.seed_generator = keras.random.SeedGenerator(5)

    def build(self, shape):
        wide = (shape[-1], 2 * self.units)
        self.kernel = self.add_weight(shape=wide, name="kernel")

    def call(self, x, training=False):
        opened, value = ops.split(ops.matmul(x, self.kernel), 2, axis=-1)
        gated = ops.sigmoid(opened) * value
        if not training or not self.rate:
            return gated
        return keras.random.dropout(gated, self.rate, seed=self.seed_generator)

    def get_config(self):
        return {**super().get_config(), "units": self.units, "rate": self.rate}


@keras.saving.register_keras_serializable(package="borrowed")
class Mixer(keras.layers.Layer):
    """Tells its two inputs apart by name alone, and has no mode."""

    def build(self, left_shape, right_shape):
        self.share = self.add_weight(shape=(), initializer="ones", name="kernel")

    def call(self, left, right):
        return self.share * left - 2.0 * right


def warp(x, by=0.5):
    """Reads the batch's size, which a graph does not know."""
    rows = ops.cast(ops.shape(x)[0], x.dtype)
    return ops.tanh(by * x) / ops.sqrt(rows)


def steep(y_true, y_pred):
    return ops.mean(ops.abs(y_true - y_pred) ** 3, axis=-1)


def steep_by(power):
    def loss(y_true, y_pred):
        return ops.mean(ops.abs(y_true - y_pred) ** power, axis=-1)

    return loss


class Steep(keras.losses.Loss):
    def __init__(self, power=2.0, **kwargs):
        super().__init__(**kwargs)
        self.power = power

    def call(self, y_true, y_pred):
        return steep_by(self.power)(y_true, y_pred)


class Closeness(keras.metrics.MeanMetricWrapper):
    def __init__(self, name="closeness", **kwargs):
        super().__init__(closeness, name=name, **kwargs)


def closeness(y_true, y_pred):
    return ops.mean(ops.exp(-ops.abs(y_true - y_pred)), axis=-1)
'''
CALLBACKS = '''
import keras


class Counting(keras.callbacks.Callback):
    """Counts the epochs of all trainings."""

    epochs = 0

    def on_epoch_end(self, epoch, logs=None):
        Counting.epochs += 1
'''
WEIGHTS = '''
import keras
from keras import ops


@keras.saving.register_keras_serializable(package="borrowed")
def cubes(w):
    return ops.sum(ops.abs(w) ** 3)


@keras.saving.register_keras_serializable(package="borrowed")
class Cubes(keras.regularizers.Regularizer):
    def __init__(self, rate=0.1):
        self.rate = rate

    def __call__(self, w):
        return self.rate * cubes(w)

    def get_config(self):
        return {"rate": self.rate}


@keras.saving.register_keras_serializable(package="borrowed")
class Ramp(keras.initializers.Initializer):
    def __call__(self, shape, dtype=None):
        count = 1
        for size in shape:
            count *= size
        return ops.reshape(ops.arange(count, dtype="float32") / count, shape)


@keras.saving.register_keras_serializable(package="borrowed")
class Bounded(keras.constraints.Constraint):
    def __init__(self, most=1.0):
        self.most = most

    def __call__(self, w):
        return ops.clip(w, -self.most, self.most)

    def get_config(self):
        return {"most": self.most}


@keras.saving.register_keras_serializable(package="borrowed")
class Descent(keras.optimizers.SGD):
    """Plain descent under a name of one's own."""
'''
_FOLDER = tempfile.TemporaryDirectory(prefix="kauxgen_borrowed_")


def write() -> None:
    """Write the package, and let Python find it."""
    package = Path(_FOLDER.name, "kauxgen_borrowed")
    if package.exists():
        return
    package.mkdir()
    texts = {"blocks": BLOCKS, "callbacks": CALLBACKS, "weights": WEIGHTS}
    for name, text in {"__init__": "", **texts}.items():
        (package / f"{name}.py").write_text(text, encoding="utf-8")
    sys.path.insert(0, _FOLDER.name)
