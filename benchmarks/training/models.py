"""The four models: their data, and all forms of each that are measured."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from functools import partial
from typing import Any

import generated
import keras
import loops
import numpy as np
from forms import SEVERAL, Data, Form, KerasTrainer, Weights, model_weights

MODELS = ("vae", "cifar_l2", "reconstruction_regressor", "wgan_gp")
BATCH = {"vae": 64, "cifar_l2": 64, "reconstruction_regressor": 32, "wgan_gp": 64}
STEPS = {"vae": 128, "cifar_l2": 64, "reconstruction_regressor": 256, "wgan_gp": 2}
EAGER = {"vae": 16, "cifar_l2": 16, "reconstruction_regressor": 16}
"""How many steps one turn has, and how many of the eager loop."""
TURNS = {"vae": 41, "cifar_l2": 21, "reconstruction_regressor": 41, "wgan_gp": 9}

ONE, FEW = "a step a call", f"{SEVERAL} steps a call"
ARRAYS = "of arrays"
"""Ends the names of forms that `fit` cuts batches for, as the tutorials do."""
LIBRARIES = "another library"


def data(name: str) -> Data:
    """Draw data in the sizes of the real data: seeded, between 0 and 1."""
    draw = np.random.default_rng(0)
    size = BATCH[name]
    rows = size * STEPS[name]
    shapes = {"vae": (784,), "cifar_l2": (32, 32, 3), "reconstruction_regressor": (8,)}
    x = draw.random((rows, *shapes.get(name, (28, 28, 1))), dtype="float32")
    if name == "cifar_l2":
        return Data(x, draw.integers(0, 10, rows).astype("int32"), size)
    if name == "reconstruction_regressor":
        return Data(x, draw.normal(size=(rows, 1)).astype("float32"), size)
    return Data(x, None, size)


def start(name: str) -> Weights:
    """Draw the weights that all forms start from, as Keras draws them."""
    keras.utils.set_random_seed(0)
    model = generated.module(name, generated.styles(name)[0], 1).build_model()
    return {key: np.array(one) for key, one in model_weights(model).items()}


def forms(name: str) -> list[Form]:
    """List all forms of a model: ours, by hand, and other libraries'."""
    return [*_ours(name), *_by_hand(name), *_others(name)]


def _ours(name: str) -> Iterator[Form]:
    for steps, calls in ((1, ONE), (SEVERAL, FEW)):
        if name == "wgan_gp" and steps > 1:
            continue
        styles = generated.styles(name)
        ways = [(style, calls, False) for style in styles]
        for style, words, arrays in (*ways, (styles[0], f"{calls}, {ARRAYS}", True)):
            scheme = {"train_step": "own step", "loop": "loop"}.get(style, "fit")
            yield Form(
                f"{style}, {words}",
                "kauxgen",
                f"{scheme}, {words}",
                partial(_generated, name, style, steps, arrays=arrays),
            )


def _generated(
    name: str,
    style: str,
    steps: int,
    weights: Weights,
    plain: bool,
    arrays: bool = False,
) -> KerasTrainer:
    return _plain(generated.trainer(name, style, steps, weights, arrays), plain)


def _by_hand(name: str) -> Iterator[Form]:
    hand = importlib.import_module(f"hand_{name}")
    if name == "wgan_gp":
        yield _fitted("example's train_step", "tutorial", hand.stepped, tracked=False)
        label = f"own step, {ONE}"
        yield _fitted(label, label, hand.stepped)
        label = f"{label}, {ARRAYS}"
        yield _fitted(label, label, hand.stepped, arrays=True)
        step = partial(_loop, hand, loops.compiled)
        yield Form(f"compiled loop, {ONE}", "by hand", f"loop, {ONE}", step)
        return
    few = {"steps_per_execution": SEVERAL}
    eager = partial(_eager, name, hand)
    yield Form("eager loop", "by hand", "tutorial", eager, EAGER[name])
    for kind, make in (("fit", hand.fitted), ("own step", hand.stepped)):
        yield _fitted(f"{kind}, {ONE}", f"{kind}, {ONE}", make)
        yield _fitted(f"{kind}, {FEW}", f"{kind}, {FEW}", make, **few)
    for calls, options in ((ONE, {}), (FEW, few)):
        label = f"fit, {calls}, {ARRAYS}"
        yield _fitted(label, label, hand.fitted, arrays=True, **options)
    xla = {**few, "jit_compile": True}
    yield _fitted(f"fit, {FEW}, XLA", f"fit, {FEW}", hand.fitted, **xla)
    for calls, cut in ((ONE, loops.compiled), (FEW, loops.several)):
        made = partial(_loop, hand, cut)
        yield Form(f"compiled loop, {calls}", "by hand", f"loop, {calls}", made)
    bare = partial(_loop, hand, partial(loops.compiled, bare=True))
    yield Form("compiled loop, no callbacks", "by hand", "bare loop", bare)


def _others(name: str) -> Iterator[Form]:
    if name == "wgan_gp":
        jax = importlib.import_module("pure_jax_gan").Trainer
        torch = importlib.import_module("pure_torch_gan").Trainer
        yield Form("JAX", "JAX", LIBRARIES, lambda w, p: jax(w, not p), steps=1)
        yield Form("PyTorch", "PyTorch", LIBRARIES, lambda w, p: torch(w, not p))
        return
    jax = importlib.import_module("pure_jax").Trainer
    torch = importlib.import_module("pure_torch").Trainer
    for words, scanned in ((ONE, False), ("an epoch a call", True)):
        made = lambda w, plain, scanned=scanned: jax(name, w, scanned)  # noqa: E731
        yield Form(f"JAX, {words}", "JAX", LIBRARIES, made)
    yield Form("PyTorch", "PyTorch", LIBRARIES, lambda w, plain: torch(name, w))


def _fitted(
    label: str, scheme: str, make: Any, arrays: bool = False, **options: Any
) -> Form:
    def made(weights: Weights, plain: bool) -> KerasTrainer:
        model = make(**options)

        def epoch(data: Data, shuffle: bool) -> Any:
            if not arrays:
                return model.fit(loops.batches(data, shuffle), verbose=0).history
            given = {"batch_size": data.batch_size, "shuffle": shuffle, "verbose": 0}
            return model.fit(*data.arrays, epochs=1, **given).history

        return _plain(KerasTrainer(model, epoch, weights), plain)

    return Form(label, "by hand", scheme, made)


def _eager(name: str, hand: Any, weights: Weights, plain: bool) -> KerasTrainer:
    model, step, means = hand.tutorial()
    book = name == "reconstruction_regressor"
    cut = loops.random_batches if book else loops.batches
    return _plain(KerasTrainer(model, loops.eager(step, means, cut), weights), plain)


def _loop(hand: Any, cut: Any, weights: Weights, plain: bool) -> KerasTrainer:
    model = hand.stepped()

    def step(*batch: Any) -> Any:
        return model.train_step(batch if len(batch) > 1 else batch[0])

    return _plain(KerasTrainer(model, cut(model, step), weights), plain)


def _plain(trainer: KerasTrainer, plain: bool) -> KerasTrainer:
    """Take the dropout out, where forms of unlike draws are compared."""
    for layer in trainer.model._flatten_layers():
        if plain and isinstance(layer, keras.layers.Dropout):
            layer.rate = 0.0
    return trainer
