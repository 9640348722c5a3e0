"""Two runs of one model: a KL that falls to nothing, and the remedy that keeps it."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

import rendering
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


def test_the_tutorial_collapses_and_the_remedy_does_not() -> None:
    """Of the loss alone both look fine: it goes down in every epoch."""
    collapsed, spec = trained("vae")
    losses = collapsed.values("loss")
    assert losses[-1] < losses[0]
    assert [(one.code, one.term) for one in findings.of(collapsed, spec)] == [
        ("KX830", "kl")
    ]
    alive, spec = trained("vae_annealed", kl_weight=0.01, warm_up=128)
    assert findings.of(alive, spec) == ()
    assert alive.values("kl")[-1] > 1000 * collapsed.values("kl")[-1]
    assert alive.epochs[-1].health["kl"].share > 0.01
    told = ("reconstruction", "kl")
    assert sum(alive.epochs[-1].health[name].share for name in told) > 0.999
    assert alive.values("reconstruction")[-1] < collapsed.values("reconstruction")[-1]
