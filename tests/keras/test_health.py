"""Two runs of one model: a KL that falls to nothing, and the remedy that keeps it."""

from __future__ import annotations

import json
from typing import Any

import keras
import numpy as np
import pytest

import rendering
import training
from data import data
from kauxgen import compiler
from kauxgen.training.health import findings
from kauxgen.training.health.probe import Probe
from kauxgen.training.history import Epoch, History, Names

ROWS, BATCH, EPOCHS = 4096, 32, 8
SIZES = {"original_dim": 16, "intermediate_dim": 16, "latent_dim": 4}


def pictures() -> np.ndarray:
    """Draw smooth rows that two numbers decide, with values from 0 to 1."""
    generator = np.random.default_rng(0)
    place, phase = generator.uniform(-3, 3, (2, ROWS, 1))
    return (0.5 + 0.5 * np.sin(place + phase * np.linspace(0, 1, 16))).astype("float32")


def trained(name: str, **params: Any) -> tuple[History, compiler.Loaded]:
    """Train a spec as a run does, and measure it after every epoch."""
    params = {**SIZES, **params}
    loaded = compiler.load(rendering.text(name), f"{name}.json")
    module = rendering.module(name, "functional")
    keras.utils.set_random_seed(0)
    model = module.compile_model(module.build_model(**params))
    x = pictures()
    probe = Probe(loaded, model, (x[:32],), params)
    history = History(Names("loss"))

    def measure(epoch: int, logs: Any) -> None:
        nonlocal history
        found = Epoch(epoch + 1, dict(logs), 1.0, ROWS // BATCH, probe.measure())
        history = history.then(found)

    watching = keras.callbacks.LambdaCallback(on_epoch_end=measure)
    options = {"epochs": EPOCHS, "batch_size": BATCH, "verbose": 0}
    module.train(model, x, callbacks=[watching], **options)
    return history, loaded


QUIET = ("xor_regularized", "custom_gradient", "reconstruction_regressor")


@pytest.mark.parametrize("name", QUIET)
def test_nothing_is_said_of_short_runs_of_sound_specs(name: str) -> None:
    """Their terms are measured, and none falls, dominates or is without a gradient."""
    params = rendering.PARAMS[name]
    loaded = compiler.load(rendering.text(name), f"{name}.json")
    with training.eagerly():
        model = rendering.build(name, "subclass", params)
        probe = Probe(loaded, model, data(name).first_batch().arrays(), params)
        history = History(Names("loss"))
        for epoch in range(3):
            run = training.resume(name, "subclass", model, data(name))
            logs = {key: float(value[0]) for key, value in run.logs.items()}
            history = history.then(Epoch(epoch + 1, logs, 1.0, 3, probe.measure()))
    assert all(one.health for one in history.epochs)
    assert findings.of(history, loaded) == ()


def test_a_penalty_that_passes_no_gradient_is_found_as_measured() -> None:
    """A comparison cuts off all, a rounding one of two networks."""
    network = {
        "inputs": {"x": {"shape": [4]}},
        "layers": [{"name": "code", "layer": "Dense", "args": {"units": 3}}],
    }
    spec = {
        "kauxgen": 1,
        "name": "cut",
        "networks": {"left": network, "right": {"like": "left"}},
        "inputs": {"x": {"shape": [4]}},
        "layers": [
            {"name": "one", "network": "left"},
            {"name": "other", "network": "right", "inputs": "x"},
            {"name": "both", "layer": "Add", "inputs": ["one", "other"]},
        ],
        "losses": [{"name": "error", "loss": "MeanSquaredError", "on": "both"}],
        "penalties": [
            {"name": "chosen", "expr": "mean(cast(one > -9, 'float32'))"},
            {"name": "even", "expr": "mean(square(one - 10 * round(other)))"},
            {"name": "level", "expr": "mean(square(one - stop_gradient(other)))"},
        ],
        "training": {"optimizer": {"optimizer": "SGD"}},
    }
    loaded = compiler.load(spec, "cut.json")
    keras.utils.set_random_seed(0)
    model = rendering.load(json.dumps(spec), "functional").build_model()
    x = np.random.default_rng(0).normal(size=(32, 4)).astype("float32")
    with training.eagerly():
        health = Probe(loaded, model, (x, x[:, :3])).measure()
    history = History(Names("loss")).then(Epoch(1, {}, health=health))
    found = findings.of(history, loaded)
    assert [(one.code, one.term) for one in found] == [
        ("KX832", "chosen"),
        ("KX832", "even"),
    ]
    assert 'of the network "right", which its value comes from' in found[1].message


def test_the_tutorial_collapses_and_the_remedy_does_not() -> None:
    """Of the loss alone both look fine: it goes down in every epoch."""
    collapsed, spec = trained("vae")
    losses = collapsed.values("loss")
    assert losses[-1] < losses[0]
    assert [(one.code, one.term) for one in findings.of(collapsed, spec)] == [
        ("KX830", "kl")
    ]
    alive, spec = trained("vae_annealed", warm_up=128)
    assert findings.of(alive, spec) == ()
    assert alive.values("kl")[-1] > 1000 * collapsed.values("kl")[-1]
    assert alive.epochs[-1].health["kl"].share > 0.01
    told = ("reconstruction", "kl")
    assert sum(alive.epochs[-1].health[name].share for name in told) > 0.999
    assert alive.values("reconstruction")[-1] < collapsed.values("reconstruction")[-1]
