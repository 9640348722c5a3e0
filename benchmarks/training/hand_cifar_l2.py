"""The classifier that keeps its feature maps small, by hand.

The eager loop is that of the guide "Writing a training loop from scratch"; penalties
stand in layers, as in "Making new layers and models via subclassing".
"""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf
from keras import layers, ops

WEIGHT = 0.1


class Energy(layers.Layer):
    """Adds the energy of a map to the losses; `tracked` keeps its mean."""

    def __init__(self, tracked, **kwargs):
        super().__init__(**kwargs)
        self.tracker = keras.metrics.Mean(name=self.name) if tracked else None

    def call(self, features):
        energy = ops.mean(ops.sum(ops.square(features), axis=(1, 2, 3)))
        self.add_loss(WEIGHT * energy)
        if self.tracker is not None:
            self.tracker.update_state(energy, ops.shape(features)[0])
        return features


class Classifier(keras.Model):
    """The same with a train step of its own, and a mean of each term."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.cross_entropy = keras.losses.SparseCategoricalCrossentropy()
        names = ("loss", "cross_entropy", "energy1", "energy2", "energy3")
        self.trackers = [keras.metrics.Mean(name=name) for name in names]
        self.accuracy = keras.metrics.SparseCategoricalAccuracy(name="accuracy")

    def train_step(self, data):
        x, y = data
        size = ops.shape(x)[0]
        with tf.GradientTape() as tape:
            probabilities, *features = self(x, training=True)
            terms = [ops.mean(ops.sum(ops.square(f), axis=(1, 2, 3))) for f in features]
            cross_entropy = self.cross_entropy(y, probabilities)
            loss = cross_entropy + WEIGHT * (terms[0] + terms[1] + terms[2])
        gradients = tape.gradient(loss, self.trainable_weights)
        self.optimizer.apply(gradients, self.trainable_weights)
        values = (loss, cross_entropy, *terms)
        for tracker, value in zip(self.trackers, values, strict=True):
            tracker.update_state(value, size)
        self.accuracy.update_state(y, probabilities)
        return {metric.name: metric.result() for metric in self.metrics}


def network(penalty: Any = lambda index: lambda features: features) -> Any:
    """Give image, probabilities and the three maps, with something behind each map."""
    x = image = keras.Input((32, 32, 3))
    maps = []
    for index, filters in enumerate((8, 16, 32), 1):
        conv = layers.Conv2D(
            filters,
            4,
            strides=2,
            padding="same",
            activation="relu",
            name=f"features{index}",
        )
        x = penalty(index)(conv(x))
        maps.append(x)
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dense(10, activation="softmax", name="probabilities")(x)
    return image, x, maps


def penalized(tracked: bool) -> Any:
    """Build the model whose layers add the penalties."""
    image, outputs, _ = network(lambda i: Energy(tracked, name=f"energy{i}"))
    return keras.Model(image, outputs, name="cifar_l2")


def tutorial() -> tuple[Any, Any, list[Any]]:
    """Give the model, the guide's step, and what it shows."""
    model = penalized(tracked=False)
    optimizer = keras.optimizers.Adam(learning_rate=1e-3)
    optimizer.build(model.trainable_weights)
    loss_fn = keras.losses.SparseCategoricalCrossentropy()
    loss_metric = keras.metrics.Mean(name="loss")
    train_acc_metric = keras.metrics.SparseCategoricalAccuracy()

    def step(x_batch_train, y_batch_train):
        with tf.GradientTape() as tape:
            probabilities = model(x_batch_train, training=True)
            loss_value = loss_fn(y_batch_train, probabilities)
            loss_value += sum(model.losses)
        grads = tape.gradient(loss_value, model.trainable_weights)
        optimizer.apply(grads, model.trainable_weights)
        loss_metric.update_state(loss_value)
        train_acc_metric.update_state(y_batch_train, probabilities)

    return model, step, [loss_metric, train_acc_metric]


def fitted(**options: Any) -> Any:
    """Compile the model for `fit`, with a mean of each term."""
    model = penalized(tracked=True)
    model.compile(
        keras.optimizers.Adam(learning_rate=1e-3),
        keras.losses.SparseCategoricalCrossentropy(),
        metrics=[
            keras.metrics.SparseCategoricalCrossentropy(name="cross_entropy"),
            keras.metrics.SparseCategoricalAccuracy(name="accuracy"),
        ],
        **options,
    )
    return model


def stepped(**options: Any) -> Any:
    """Compile the model with its own train step."""
    image, probabilities, maps = network()
    model = Classifier(image, [probabilities, *maps], name="cifar_l2")
    model.compile(keras.optimizers.Adam(learning_rate=1e-3), **options)
    model.optimizer.build(model.trainable_weights)
    return model
