"""The four models in JAX alone: functions of a dictionary of weights, Adam by hand."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from forms import Data, Weights
from jax import lax, random
from jax.nn import relu, selu, sigmoid

Params = dict[str, Any]
Loss = Callable[[Params, tuple[Any, ...], Any], tuple[Any, tuple[Any, ...]]]


def dense(p: Params, name: str, x: Any) -> Any:
    """Apply a dense layer."""
    return x @ p[f"{name}_kernel"] + p[f"{name}_bias"]


def conv(p: Params, name: str, x: Any, strides: int) -> Any:
    """Apply a convolution with padding "same"."""
    y = lax.conv_general_dilated(
        x,
        p[f"{name}_kernel"],
        (strides, strides),
        "SAME",
        dimension_numbers=("NHWC", "HWIO", "NHWC"),
    )
    return y + p[f"{name}_bias"] if f"{name}_bias" in p else y


def vae(p: Params, batch: tuple[Any, ...], key: Any) -> Any:
    """Compute the loss of the autoencoder and its terms."""
    (x,) = batch
    hidden = relu(dense(p, "encoder_hidden", x))
    z_mean, z_log_var = (
        dense(p, f"encoder_{n}", hidden) for n in ("z_mean", "z_log_var")
    )
    z = z_mean + jnp.exp(0.5 * z_log_var) * random.normal(key, z_mean.shape)
    hidden = relu(dense(p, "decoder_hidden", z))
    pixels = sigmoid(dense(p, "decoder_pixels", hidden))
    reconstruction = jnp.mean((x - pixels) ** 2)
    kl = -0.5 * jnp.mean(z_log_var - z_mean**2 - jnp.exp(z_log_var) + 1)
    return reconstruction + kl, (reconstruction, kl)


def cifar_l2(p: Params, batch: tuple[Any, ...], key: Any) -> Any:
    """Compute the loss of the classifier and its terms."""
    x, y = batch
    energies = []
    for name in ("features1", "features2", "features3"):
        x = relu(conv(p, name, x, 2))
        energies.append(jnp.mean(jnp.sum(x**2, axis=(1, 2, 3))))
    logits = dense(p, "probabilities", x.mean(axis=(1, 2)))
    chosen = jnp.take_along_axis(jax.nn.log_softmax(logits), y[:, None], 1)
    cross_entropy = -jnp.mean(chosen)
    accuracy = jnp.mean(logits.argmax(-1) == y)
    return cross_entropy + 0.1 * sum(energies), (cross_entropy, *energies, accuracy)


def reconstruction_regressor(p: Params, batch: tuple[Any, ...], key: Any) -> Any:
    """Compute the loss of the regressor and its terms."""
    x, y = batch
    hidden = x
    for index in range(5):
        hidden = selu(dense(p, f"hidden_{index}", hidden))
    reconstruction = jnp.mean((dense(p, "reconstruct", hidden) - x) ** 2)
    gap = dense(p, "prediction", hidden) - y
    error = jnp.mean(gap**2)
    terms = (error, reconstruction, jnp.mean(jnp.abs(gap)))
    return error + 0.05 * reconstruction, terms


def adam(
    rate: float, b1: float = 0.9, b2: float = 0.999, nesterov: bool = False
) -> Any:
    """Make Adam or Nadam, as Keras computes them."""

    def start(p: Params) -> Any:
        m, v = (jax.tree.map(jnp.zeros_like, p) for _ in range(2))
        return m, v, jnp.zeros(()), jnp.ones(())

    def update(p: Params, gradients: Params, state: Any) -> tuple[Params, Any]:
        m, v, t, product = state
        t = t + 1
        m = jax.tree.map(lambda m, g: b1 * m + (1 - b1) * g, m, gradients)
        v = jax.tree.map(lambda v, g: b2 * v + (1 - b2) * g * g, v, gradients)
        if nesterov:
            now, then = (b1 * (1 - 0.5 * 0.96**s) for s in (t, t + 1))
            product = product * now
            ahead, back = then / (1 - product * then), (1 - now) / (1 - product)
        else:
            ahead, back = 1 / (1 - b1**t), 0.0
        # Keras's Adam adds its epsilon before the correction, its Nadam after it.
        epsilon = 1e-7 if nesterov else 1e-7 / jnp.sqrt(1 - b2**t)
        p = jax.tree.map(
            lambda w, m, v, g: w
            - rate * (ahead * m + back * g) / (jnp.sqrt(v / (1 - b2**t)) + epsilon),
            *(p, m, v, gradients),
        )
        return p, (m, v, t, product)

    return start, update


OPTIMIZERS = {
    "vae": adam(1e-3),
    "cifar_l2": adam(1e-3),
    "reconstruction_regressor": adam(1e-3, nesterov=True),
}


NUMBERS = {"vae": 3, "cifar_l2": 6, "reconstruction_regressor": 4}
"""How many numbers are reported: the loss and its terms."""


def step(loss: Loss, update: Any, state: Any, batch: tuple[Any, ...]) -> Any:
    """Update the weights by one batch, and the sums of the terms."""
    params, moments, key, sums = state
    key, drawn = random.split(key)
    (total, terms), gradients = jax.value_and_grad(loss, has_aux=True)(
        params, batch, drawn
    )
    params, moments = update(params, gradients, moments)
    sums = jax.tree.map(jnp.add, sums, (total, *terms))
    return params, moments, key, sums


class Trainer:
    """A model of JAX: `scanned` runs an epoch in one call, else a step in one."""

    def __init__(self, name: str, start: Weights, scanned: bool) -> None:
        """Compile the step."""
        begin, update = OPTIMIZERS[name]
        params = {key: jnp.asarray(value) for key, value in start.items()}
        self.state = (params, begin(params), random.key(0))
        self.zeros = tuple(jnp.zeros(()) for _ in range(NUMBERS[name]))
        one = partial(step, globals()[name], update)
        self.epoch = self.scan if scanned else self.loop
        self.held: dict[int, Any] = {}

        def some(state: Any, arrays: Any, rows: Any) -> Any:
            return one(state, tuple(array[rows] for array in arrays))

        def every(state: Any, arrays: Any, order: Any) -> Any:
            def body(state: Any, rows: Any) -> Any:
                return some(state, arrays, rows), None

            return lax.scan(body, state, order)[0]

        self.some = jax.jit(some, donate_argnums=0)
        self.every = jax.jit(every, donate_argnums=0)

    def run(self, data: Data, shuffle: bool) -> None:
        """Train one epoch."""
        if id(data) not in self.held:
            self.held = {id(data): tuple(jnp.asarray(a) for a in data.arrays)}
        order = np.arange(len(data.x))
        if shuffle:
            np.random.shuffle(order)
        zeros = tuple(jnp.zeros(()) for _ in self.zeros)
        orders = order.reshape(-1, data.batch_size)
        *state, sums = self.epoch((*self.state, zeros), self.held[id(data)], orders)
        self.state = tuple(state)
        self.logs = [float(one) / data.steps for one in sums]

    def loop(self, state: Any, arrays: Any, orders: Any) -> Any:
        """Call the step for every batch."""
        for rows in orders:
            state = self.some(state, arrays, rows)
        return state

    def scan(self, state: Any, arrays: Any, orders: Any) -> Any:
        """Call the epoch."""
        return self.every(state, arrays, orders)

    def weights(self) -> Weights:
        """Copy the weights."""
        return {name: np.array(value) for name, value in self.state[0].items()}
