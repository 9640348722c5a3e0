"""The Wasserstein GAN with gradient penalty by hand, after the example of Keras.

The example, "WGAN-GP overriding `Model.train_step`", has no eager loop.
"""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf
from keras import layers, ops

NOISE, CRITIC_STEPS, WEIGHT = 128, 3, 10.0


def conv_block(x: Any, filters: int, name: str) -> Any:
    """Halve a map."""
    name = f"critic_{name}"
    x = layers.Conv2D(filters, 5, strides=2, padding="same", name=f"{name}_conv")(x)
    return layers.LeakyReLU(negative_slope=0.2)(x)


def upsample_block(x: Any, filters: int, name: str) -> Any:
    """Double a map."""
    x = layers.UpSampling2D()(x)
    x = layers.Conv2D(
        filters, 3, padding="same", use_bias=False, name=f"generator_{name}_conv"
    )(x)
    return layers.BatchNormalization(name=f"generator_{name}_norm")(x)


def critic() -> Any:
    """Build the critic."""
    image = keras.Input((28, 28, 1))
    x = conv_block(layers.ZeroPadding2D(2)(image), 64, "down1")
    x = layers.Dropout(0.3)(conv_block(x, 128, "down2"))
    x = layers.Dropout(0.3)(conv_block(x, 256, "down3"))
    x = layers.Flatten()(conv_block(x, 512, "down4"))
    x = layers.Dropout(0.2)(x)
    return keras.Model(image, layers.Dense(1, name="critic_score")(x))


def generator() -> Any:
    """Build the generator."""
    noise = keras.Input((NOISE,))
    x = layers.Dense(4 * 4 * 256, use_bias=False, name="generator_dense")(noise)
    x = layers.BatchNormalization(name="generator_norm")(x)
    x = layers.Reshape((4, 4, 256))(layers.LeakyReLU(negative_slope=0.2)(x))
    for index, filters in enumerate((128, 64)):
        x = upsample_block(x, filters, f"grown_{index}_up")
        x = layers.LeakyReLU(negative_slope=0.2)(x)
    x = layers.Activation("tanh")(upsample_block(x, 1, "pixels"))
    return keras.Model(noise, layers.Cropping2D(2)(x))


class WganGp(keras.Model):
    """The example's model; `tracked` keeps running means, as `fit` shows others."""

    def __init__(self, tracked=False, **kwargs):
        super().__init__(name="wgan_gp", **kwargs)
        self.generator = generator()
        self.discriminator = critic()
        self.seed_generator = keras.random.SeedGenerator(0)
        names = ("critic_loss", "gradient_penalty", "generator_loss")
        self.trackers = [keras.metrics.Mean(name=name) for name in names * tracked]

    @property
    def metrics(self):
        return self.trackers

    def call(self, noise):
        return self.generator(noise)

    def compile(self, d_optimizer, g_optimizer, **options):
        super().compile(optimizer=None, **options)
        self.d_optimizer = d_optimizer
        self.g_optimizer = g_optimizer
        d_optimizer.build(self.discriminator.trainable_variables)
        g_optimizer.build(self.generator.trainable_variables)

    def gradient_penalty(self, size, real_images, fake_images):
        """Return how far the critic's slopes between the images are from one."""
        alpha = keras.random.uniform((size, 1, 1, 1), seed=self.seed_generator)
        interpolated = real_images + alpha * (fake_images - real_images)
        with tf.GradientTape() as gp_tape:
            gp_tape.watch(interpolated)
            pred = self.discriminator(interpolated, training=True)
        grads = gp_tape.gradient(pred, interpolated)
        norm = ops.sqrt(ops.sum(ops.square(grads), axis=(1, 2, 3)))
        return ops.mean((norm - 1.0) ** 2)

    def latent(self, size):
        """Draw noise."""
        return keras.random.normal((size, NOISE), seed=self.seed_generator)

    def train_step(self, real_images):
        size = ops.shape(real_images)[0]
        for _ in range(CRITIC_STEPS):
            noise = self.latent(size)
            with tf.GradientTape() as tape:
                fake_images = self.generator(noise, training=True)
                gp = self.gradient_penalty(size, real_images, fake_images)
                fake_logits = self.discriminator(fake_images, training=True)
                real_logits = self.discriminator(real_images, training=True)
                d_cost = ops.mean(fake_logits) - ops.mean(real_logits)
                d_loss = d_cost + gp * WEIGHT
            variables = self.discriminator.trainable_variables
            d_gradient = tape.gradient(d_loss, variables)
            self.d_optimizer.apply(d_gradient, variables)
            for tracker, value in zip(self.trackers, (d_cost, gp), strict=False):
                tracker.update_state(value, size)
        noise = self.latent(size)
        with tf.GradientTape() as tape:
            generated_images = self.generator(noise, training=True)
            gen_img_logits = self.discriminator(generated_images, training=True)
            g_loss = -ops.mean(gen_img_logits)
        variables = self.generator.trainable_variables
        gen_gradient = tape.gradient(g_loss, variables)
        self.g_optimizer.apply(gen_gradient, variables)
        if not self.trackers:
            return {"d_loss": d_loss, "g_loss": g_loss}
        self.trackers[2].update_state(g_loss, size)
        return {metric.name: metric.result() for metric in self.metrics}


def stepped(*, tracked: bool = True, **options: Any) -> Any:
    """Compile the example's model."""
    model = WganGp(tracked)
    model(ops.zeros((1, NOISE)))
    adam = {"learning_rate": 2e-4, "beta_1": 0.5, "beta_2": 0.9}
    model.compile(
        keras.optimizers.Adam(**adam), keras.optimizers.Adam(**adam), **options
    )
    return model
