"""The variational autoencoder by hand: its guide's forms, and the best of Keras.

The guide is "Making new layers and models via subclassing"; the train step is that of
the example "Variational AutoEncoder".
"""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf
from keras import layers, ops


class Sampling(layers.Layer):
    """Draws a code from its mean and log variance."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.seed_generator = keras.random.SeedGenerator(0)

    def call(self, inputs):
        z_mean, z_log_var = inputs
        epsilon = keras.random.normal(ops.shape(z_mean), seed=self.seed_generator)
        return z_mean + ops.exp(0.5 * z_log_var) * epsilon


class Encoder(layers.Layer):
    """Maps images to the mean and log variance of a code, and a draw of it."""

    def __init__(self, latent_dim=32, intermediate_dim=64, **kwargs):
        super().__init__(**kwargs)
        self.hidden = layers.Dense(intermediate_dim, activation="relu", name="hidden")
        self.z_mean = layers.Dense(latent_dim, name="z_mean")
        self.z_log_var = layers.Dense(latent_dim, name="z_log_var")
        self.sampling = Sampling()

    def call(self, inputs):
        hidden = self.hidden(inputs)
        z_mean = self.z_mean(hidden)
        z_log_var = self.z_log_var(hidden)
        return z_mean, z_log_var, self.sampling((z_mean, z_log_var))


class Decoder(layers.Layer):
    """Maps a code to an image."""

    def __init__(self, original_dim=784, intermediate_dim=64, **kwargs):
        super().__init__(**kwargs)
        self.hidden = layers.Dense(intermediate_dim, activation="relu", name="hidden")
        self.pixels = layers.Dense(original_dim, activation="sigmoid", name="pixels")

    def call(self, inputs):
        return self.pixels(self.hidden(inputs))


class Vae(keras.Model):
    """The guide's model."""

    def __init__(self, **kwargs):
        super().__init__(name="vae", **kwargs)
        self.encoder = Encoder(name="encoder")
        self.decoder = Decoder(name="decoder")

    def call(self, inputs):
        z_mean, z_log_var, z = self.encoder(inputs)
        reconstructed = self.decoder(z)
        kl = -0.5 * ops.mean(z_log_var - ops.square(z_mean) - ops.exp(z_log_var) + 1)
        self.add_loss(kl)
        return reconstructed


class FitVae(keras.Model):
    """The same for `fit(x)`: it adds both terms itself, and keeps a mean of each."""

    def __init__(self, **kwargs):
        super().__init__(name="vae", **kwargs)
        self.encoder = Encoder(name="encoder")
        self.decoder = Decoder(name="decoder")
        self.mse = keras.losses.MeanSquaredError()
        self.reconstruction_tracker = keras.metrics.Mean(name="reconstruction")
        self.kl_tracker = keras.metrics.Mean(name="kl")

    def call(self, inputs):
        z_mean, z_log_var, z = self.encoder(inputs)
        reconstructed = self.decoder(z)
        reconstruction = self.mse(inputs, reconstructed)
        kl = -0.5 * ops.mean(z_log_var - ops.square(z_mean) - ops.exp(z_log_var) + 1)
        self.add_loss(reconstruction)
        self.add_loss(kl)
        size = ops.shape(inputs)[0]
        self.reconstruction_tracker.update_state(reconstruction, size)
        self.kl_tracker.update_state(kl, size)
        return reconstructed


class StepVae(keras.Model):
    """The same with a train step of its own, and a mean of each term."""

    def __init__(self, **kwargs):
        super().__init__(name="vae", **kwargs)
        self.encoder = Encoder(name="encoder")
        self.decoder = Decoder(name="decoder")
        self.mse = keras.losses.MeanSquaredError()
        self.loss_tracker = keras.metrics.Mean(name="loss")
        self.reconstruction_tracker = keras.metrics.Mean(name="reconstruction")
        self.kl_tracker = keras.metrics.Mean(name="kl")

    def call(self, inputs):
        return self.decoder(self.encoder(inputs)[-1])

    def train_step(self, data):
        size = ops.shape(data)[0]
        with tf.GradientTape() as tape:
            z_mean, z_log_var, z = self.encoder(data)
            reconstruction = self.mse(data, self.decoder(z))
            kl = -0.5 * ops.mean(
                z_log_var - ops.square(z_mean) - ops.exp(z_log_var) + 1
            )
            loss = reconstruction + kl
        gradients = tape.gradient(loss, self.trainable_weights)
        self.optimizer.apply(gradients, self.trainable_weights)
        self.loss_tracker.update_state(loss, size)
        self.reconstruction_tracker.update_state(reconstruction, size)
        self.kl_tracker.update_state(kl, size)
        return {metric.name: metric.result() for metric in self.metrics}


def tutorial() -> tuple[Any, Any, list[Any]]:
    """Give the guide's model, its step, and the mean that it shows."""
    vae = built(Vae())
    optimizer = keras.optimizers.Adam(learning_rate=1e-3)
    optimizer.build(vae.trainable_weights)
    mse_loss_fn = keras.losses.MeanSquaredError()
    loss_metric = keras.metrics.Mean(name="loss")

    def step(x_batch_train):
        with tf.GradientTape() as tape:
            reconstructed = vae(x_batch_train)
            loss = mse_loss_fn(x_batch_train, reconstructed)
            loss += sum(vae.losses)
        grads = tape.gradient(loss, vae.trainable_weights)
        optimizer.apply(grads, vae.trainable_weights)
        loss_metric(loss)

    return vae, step, [loss_metric]


def fitted(**options: Any) -> Any:
    """Compile the model for `fit`, with a mean of each term."""
    vae = built(FitVae())
    vae.compile(keras.optimizers.Adam(learning_rate=1e-3), **options)
    return vae


def stepped(**options: Any) -> Any:
    """Compile the model with its own train step."""
    vae = built(StepVae())
    vae.compile(keras.optimizers.Adam(learning_rate=1e-3), **options)
    vae.optimizer.build(vae.trainable_weights)
    return vae


def built(model: Any) -> Any:
    """Make the weights."""
    model(ops.zeros((1, 784)))
    return model
