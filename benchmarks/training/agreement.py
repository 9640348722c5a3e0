"""Whether all forms of a model compute the same numbers; only then are they timed."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator
from typing import Any
from unittest import mock

import jax
import keras
import numpy as np
import tensorflow as tf
import torch
from forms import Data, Form, Trainer, Weights

STEPS = 3
KERAS, OTHERS = 2e-4, 5e-3
"""How far the change of a weight may be off, relative to its largest change."""


def check(form: Form, start: Weights, data: Data, wanted: Weights | None) -> Weights:
    """Train a few steps in order, with draws that all libraries share."""
    rows = data.first(STEPS)
    with fixed(), eagerly():
        trainer = form.make(start, True)
        trainer.run(rows, False)
    got = trainer.weights()
    if wanted is not None:
        limit = OTHERS if form.origin in ("JAX", "PyTorch") else KERAS
        off = {key: difference(start[key], got[key], wanted[key]) for key in start}
        worst = max(off, key=off.__getitem__)
        if not off[worst] <= limit:
            raise SystemExit(f"{form.name}: {worst} is off by {off[worst]:.1e}")
    return got


def difference(start: Any, got: Any, wanted: Any) -> float:
    """Give how far the change of a weight is off: as a norm, relative to its change."""
    change = np.linalg.norm(wanted - start)
    return float(np.linalg.norm(got - wanted) / max(change, 1e-12))


@contextlib.contextmanager
def eagerly() -> Iterator[None]:
    """Run without tracing: what is compiled afterwards draws as ever."""
    tf.config.run_functions_eagerly(True)
    try:
        with warnings.catch_warnings():
            # It says that the input pipeline is compiled nevertheless.
            warnings.filterwarnings("ignore", message="Even though the")
            yield
    finally:
        tf.config.run_functions_eagerly(False)


@contextlib.contextmanager
def fixed() -> Iterator[None]:
    """Let every draw give the same numbers, whatever library draws."""
    numbers = np.random.default_rng(1).normal(size=1 << 20).astype("float32")
    parts = np.random.default_rng(2).random(1 << 16).astype("float32")

    def draw(of: Any) -> Any:
        return lambda *shape: of[: int(np.prod(shape))].reshape(shape)

    normal, uniform = draw(numbers), draw(parts)

    def shaped(of: Any) -> Any:
        return lambda shape, **_: tf.reshape(
            tf.constant(of)[: tf.reduce_prod(shape)], shape
        )

    with contextlib.ExitStack() as stack:
        for place, name, new in (
            (keras.random, "normal", shaped(numbers)),
            (keras.random, "uniform", shaped(parts)),
            (
                jax.random,
                "normal",
                lambda key, shape: jax.numpy.asarray(normal(*shape)),
            ),
            (
                jax.random,
                "uniform",
                lambda key, shape: jax.numpy.asarray(uniform(*shape)),
            ),
            (torch, "randn", lambda *s, **_: torch.from_numpy(normal(*s).copy())),
            (torch, "randn_like", lambda x: torch.from_numpy(normal(*x.shape).copy())),
            (torch, "rand", lambda *s, **_: torch.from_numpy(uniform(*s).copy())),
        ):
            stack.enter_context(mock.patch.object(place, name, new))
        yield


def never(start: Weights, plain: bool) -> Trainer:
    """Make nothing: the limit of the machine trains no model."""
    raise NotImplementedError


def warmed(form: Form, start: Weights, data: Data) -> Trainer:
    """Make a form for timing: compiled, and shuffled once."""
    trainer = form.make(start, False)
    trainer.run(data.first(form.steps), True)
    return trainer
