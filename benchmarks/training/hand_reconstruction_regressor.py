"""The regressor with a reconstruction loss by hand, after "Hands-On Machine Learning".

Chapter 12 has the model (with `fit`) and the explicit loop over random batches.
"""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf
from keras import layers, ops

WEIGHT = 0.05


class ReconstructingRegressor(keras.Model):
    """The book's model; `tracked` keeps the mean of the reconstruction loss."""

    def __init__(self, output_dim=1, tracked=False, **kwargs):
        super().__init__(name="reconstruction_regressor", **kwargs)
        self.hidden = [
            layers.Dense(
                30,
                activation="selu",
                kernel_initializer="lecun_normal",
                name=f"hidden_{index}",
            )
            for index in range(5)
        ]
        self.out = layers.Dense(output_dim, name="prediction")
        self.reconstruction_mean = None
        if tracked:
            self.reconstruction_mean = keras.metrics.Mean(name="reconstruction")

    def build(self, batch_input_shape):
        self.reconstruct = layers.Dense(batch_input_shape[-1], name="reconstruct")
        self.built = True

    def call(self, inputs):
        Z = inputs  # noqa: N806
        for layer in self.hidden:
            Z = layer(Z)  # noqa: N806
        recon_loss = ops.mean(ops.square(self.reconstruct(Z) - inputs))
        self.add_loss(WEIGHT * recon_loss)
        if self.reconstruction_mean is not None:
            self.reconstruction_mean.update_state(recon_loss, ops.shape(inputs)[0])
        return self.out(Z)


class Regressor(keras.Model):
    """The same with a train step of its own, and a mean of each term."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.mse = keras.losses.MeanSquaredError()
        self.loss_tracker = keras.metrics.Mean(name="loss")
        self.error_tracker = keras.metrics.Mean(name="prediction_error")
        self.reconstruction_tracker = keras.metrics.Mean(name="reconstruction")
        self.mae = keras.metrics.MeanAbsoluteError(name="mean_absolute_error")

    def train_step(self, data):
        x, y = data
        size = ops.shape(x)[0]
        with tf.GradientTape() as tape:
            prediction, reconstruct = self(x, training=True)
            error = self.mse(y, prediction)
            reconstruction = ops.mean(ops.square(reconstruct - x))
            loss = error + WEIGHT * reconstruction
        gradients = tape.gradient(loss, self.trainable_weights)
        self.optimizer.apply(gradients, self.trainable_weights)
        self.loss_tracker.update_state(loss, size)
        self.error_tracker.update_state(error, size)
        self.reconstruction_tracker.update_state(reconstruction, size)
        self.mae.update_state(y, prediction)
        return {metric.name: metric.result() for metric in self.metrics}


def tutorial() -> tuple[Any, Any, list[Any]]:
    """Give the book's model, its step, and what its status bar shows."""
    model = built(ReconstructingRegressor())
    optimizer = keras.optimizers.Nadam(learning_rate=1e-3)
    optimizer.build(model.trainable_variables)
    loss_fn = keras.losses.MeanSquaredError()
    mean_loss = keras.metrics.Mean(name="mean_loss")
    metrics = [keras.metrics.MeanAbsoluteError()]

    def step(X_batch, y_batch):  # noqa: N803
        with tf.GradientTape() as tape:
            y_pred = model(X_batch, training=True)
            main_loss = tf.reduce_mean(loss_fn(y_batch, y_pred))
            loss = tf.add_n([main_loss, *model.losses])
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply(gradients, model.trainable_variables)
        mean_loss(loss)
        for metric in metrics:
            metric(y_batch, y_pred)

    return model, step, [mean_loss, *metrics]


def fitted(**options: Any) -> Any:
    """Compile the book's model for `fit`, with a mean of each term."""
    model = built(ReconstructingRegressor(tracked=True))
    model.compile(
        keras.optimizers.Nadam(learning_rate=1e-3),
        keras.losses.MeanSquaredError(),
        metrics=[
            keras.metrics.MeanSquaredError(name="prediction_error"),
            keras.metrics.MeanAbsoluteError(),
        ],
        **options,
    )
    return model


def stepped(**options: Any) -> Any:
    """Compile the model with its own train step."""
    x = features = keras.Input((8,))
    for index in range(5):
        x = layers.Dense(
            30,
            activation="selu",
            kernel_initializer="lecun_normal",
            name=f"hidden_{index}",
        )(x)
    reconstruct = layers.Dense(8, name="reconstruct")(x)
    prediction = layers.Dense(1, name="prediction")(x)
    outputs = [prediction, reconstruct]
    model = Regressor(features, outputs, name="reconstruction_regressor")
    model.compile(keras.optimizers.Nadam(learning_rate=1e-3), **options)
    model.optimizer.build(model.trainable_weights)
    return model


def built(model: Any) -> Any:
    """Make the weights."""
    model(ops.zeros((1, 8)))
    return model
