"""The Wasserstein GAN with gradient penalty in JAX alone."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from forms import Data, Weights
from jax import random
from jax.nn import leaky_relu
from pure_jax import Params, adam, conv, dense

RATES = {"down2": 0.3, "down3": 0.3, "flat": 0.2}
BEGIN, UPDATE = adam(2e-4, 0.5, 0.9)


def norm(p: Params, name: str, x: Any) -> tuple[Any, tuple[Any, Any]]:
    """Normalize a batch; return its mean and variance for the running ones too."""
    axes = tuple(range(x.ndim - 1))
    mean, variance = x.mean(axes), x.var(axes)
    scaled = (x - mean) * jax.lax.rsqrt(variance + 1e-3) * p[f"{name}_gamma"]
    return scaled + p[f"{name}_beta"], (mean, variance)


def generator(p: Params, noise: Any) -> tuple[Any, list[Any]]:
    """Map noise to images; return the statistics of its three normalizations too."""
    x, first = norm(p, "generator_norm", noise @ p["generator_dense_kernel"])
    found, x = [first], leaky_relu(x, 0.2).reshape(-1, 4, 4, 256)
    for name in ("grown_0_up", "grown_1_up", "pixels"):
        x = x.repeat(2, axis=1).repeat(2, axis=2)
        x = conv(p, f"generator_{name}_conv", x, 1)
        x, more = norm(p, f"generator_{name}_norm", x)
        found.append(more)
        x = jnp.tanh(x) if name == "pixels" else leaky_relu(x, 0.2)
    return x[:, 2:-2, 2:-2], found


def dropped(key: Any, name: str, x: Any, on: bool) -> Any:
    """Drop a part of the values."""
    if not on or name not in RATES:
        return x
    kept = random.bernoulli(key, 1 - RATES[name], x.shape)
    return jnp.where(kept, x / (1 - RATES[name]), 0)


def critic(p: Params, x: Any, key: Any, on: bool) -> Any:
    """Score images."""
    x = jnp.pad(x, ((0, 0), (2, 2), (2, 2), (0, 0)))
    for index, drawn in enumerate(random.split(key, 4), 1):
        name = f"down{index}"
        x = leaky_relu(conv(p, f"critic_{name}_conv", x, 2), 0.2)
        x = dropped(drawn, name, x, on)
    x = dropped(key, "flat", x.reshape(len(x), -1), on)
    return dense(p, "critic_score", x)


def draws(key: Any, size: int) -> tuple[Any, Any]:
    """Draw noise, and where between two images to look."""
    one, other = random.split(key)
    return random.normal(one, (size, 128)), random.uniform(other, (size, 1, 1, 1))


def critic_loss(p: Params, g: Params, real: Any, key: Any, on: bool) -> Any:
    """Compute the critic's loss, its terms, and the generator's statistics."""
    noise, between = draws(key, len(real))
    fake, found = generator(g, noise)
    mix = real + between * (fake - real)
    keys = random.split(key, 3)
    slope = jax.grad(lambda x: critic(p, x, keys[0], on).sum())(mix)
    length = jnp.sqrt(jnp.sum(slope**2, axis=(1, 2, 3)))
    penalty = jnp.mean((length - 1) ** 2)
    fakes, reals = critic(p, fake, keys[1], on), critic(p, real, keys[2], on)
    cost = fakes.mean() - reals.mean()
    return cost + 10 * penalty, (cost, penalty, found)


def generator_loss(g: Params, p: Params, key: Any, size: int, on: bool) -> Any:
    """Compute the generator's loss and its statistics."""
    fake, found = generator(g, draws(key, size)[0])
    return -critic(p, fake, key, on).mean(), found


def step(on: bool, state: Any, real: Any) -> Any:
    """Update the critic three times and the generator once."""
    p, g, of_p, of_g, running, key, sums = state
    costs = []
    for _ in range(3):
        key, drawn = random.split(key)
        (_, (*terms, found)), slopes = jax.value_and_grad(critic_loss, has_aux=True)(
            p, g, real, drawn, on
        )
        p, of_p = UPDATE(p, slopes, of_p)
        running = moved(running, found)
        costs.append(terms)
    key, drawn = random.split(key)
    (loss, found), slopes = jax.value_and_grad(generator_loss, has_aux=True)(
        g, p, drawn, len(real), on
    )
    g, of_g = UPDATE(g, slopes, of_g)
    cost, penalty = (sum(one) / 3 for one in zip(*costs, strict=True))
    sums = jax.tree.map(jnp.add, sums, (cost, penalty, loss))
    return p, g, of_p, of_g, moved(running, found), key, sums


def moved(running: Any, found: Any) -> Any:
    """Move the running statistics."""
    return jax.tree.map(lambda old, new: 0.99 * old + 0.01 * new, running, found)


class Trainer:
    """The GAN of JAX; a step in one call."""

    def __init__(self, start: Weights, dropout: bool) -> None:
        """Compile the step."""
        p, g = (
            {k: jnp.asarray(v) for k, v in start.items() if k.startswith(network)}
            for network in ("critic", "generator")
        )
        sizes = (4096, 128, 64, 1)
        running = [(jnp.zeros(size), jnp.ones(size)) for size in sizes]
        self.state = (p, g, BEGIN(p), BEGIN(g), running, random.key(0))
        self.step = jax.jit(lambda state, real: step(dropout, state, real))

    def run(self, data: Data, shuffle: bool) -> None:
        """Train one epoch."""
        order = np.arange(len(data.x))
        if shuffle:
            np.random.shuffle(order)
        x, state = jnp.asarray(data.x), (*self.state, (jnp.zeros(()),) * 3)
        for rows in order.reshape(-1, data.batch_size):
            state = self.step(state, x[rows])
        *state, sums = state
        self.state = tuple(state)
        self.logs = [float(one) / data.steps for one in sums]

    def weights(self) -> Weights:
        """Copy the weights."""
        both = {**self.state[0], **self.state[1]}
        return {name: np.array(value) for name, value in both.items()}
