"""The health of terms: measured right, in every style, and without a trace."""

from __future__ import annotations

import math
import random
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

import rendering
import step_trials
import training
from data import data
from kauxgen import compiler
from kauxgen.proving import gaps, keyed
from kauxgen.training.health.probe import Probe, measurable

PARAMS = {
    "vae": rendering.PARAMS["vae"],
    "twin": rendering.PARAMS["twin"],
    "xor_regularized": rendering.PARAMS["xor_regularized"],
}


def built(name: str, style: str) -> tuple[Any, Probe]:
    """Build a model with the start weights that styles share, and its probe."""
    loaded = compiler.load(rendering.text(name), name)
    model = rendering.build(name, style, PARAMS[name])
    keyed.restore(model, training.start(name))
    for variable in model.variables:
        if variable.name == "step":
            variable.assign(3)
    batch = data(name).first_batch().arrays()
    return model, Probe(loaded, model, batch, PARAMS[name])


@pytest.mark.parametrize("name", PARAMS)
def test_every_style_measures_the_same(name: str) -> None:
    """Two styles that hold weights in classes and in graphs, and one with a step."""
    with training.eagerly():
        found = [
            {
                f"{term}.{key}": value
                for term, one in built(name, style)[1].measure().items()
                for key, value in (
                    ("share", one.share),
                    ("norm", one.gradient_norm),
                    *one.networks.items(),
                )
            }
            for style in ("subclass", "functional", "loop")
        ]
    assert not gaps.differences(found[1], found[0])
    assert not gaps.differences(found[2], found[0])


def test_the_measures_are_those_of_a_tape_written_by_hand() -> None:
    """The terms of twin, from the formulas of its spec."""
    model, probe = built("twin", "subclass")
    params = PARAMS["twin"]
    rows = data("twin").first_batch()
    with tf.GradientTape(persistent=True) as tape:
        codes = [model.encoder(rows.x[side]) for side in ("left", "right")]
        codes = [one[0] if isinstance(one, (list, tuple)) else one for one in codes]
        gap = tf.reduce_mean(tf.square(codes[0] - codes[1]))
        kernels = [
            one for one in model.encoder.trainable_variables if one.name == "kernel"
        ]
        decay = sum(tf.reduce_mean(tf.square(one)) for one in kernels)
        # After three of four steps of the warm-up.
        parts = {
            "alignment": 0.75 * params["alignment_weight"] * gap,
            "decay": params["decay_weight"] * decay,
        }
    own = model.encoder.trainable_variables
    with training.eagerly():
        found = probe.measure()
    for name, value in parts.items():
        gradients = [one for one in tape.gradient(value, own) if one is not None]
        norm = math.sqrt(sum(float(tf.reduce_sum(one**2)) for one in gradients))
        assert found[name].gradient_norm == pytest.approx(norm, rel=1e-4)
        assert found[name].networks.keys() == {"encoder"}
        assert found[name].share / found["decay"].share == pytest.approx(
            float(value / parts["decay"]), rel=1e-4
        )
    assert sum(one.share for one in found.values()) == pytest.approx(1)
    assert sum(one.gradient_share for one in found.values()) == pytest.approx(1)
    assert found["matching"].networks.keys() == {"encoder", "layers"}


def state(model: Any) -> list[tuple[str, bytes]]:
    """Copy all that a model and its optimizer hold."""
    every = [*model.variables, *model.optimizer.variables]
    return [(one.name, np.asarray(one).tobytes()) for one in every]


@pytest.mark.parametrize("style", ["functional", "train_step"])
def test_a_run_is_bit_equal_with_and_without_measuring(style: str) -> None:
    """Draws, shuffled rows, statistics and Adam's state: nothing moves by a bit."""
    name = "xor_regularized"
    x = data(name).arrays()
    runs = []
    for measured in (False, True):
        model, probe = built(name, style)
        keras.utils.set_random_seed(5)
        watching = keras.callbacks.LambdaCallback(
            on_epoch_end=lambda epoch, logs, probe=probe: probe.measure()
        )
        with training.eagerly():
            history = rendering.module(name, style).train(
                model,
                *x,
                epochs=2,
                batch_size=8,
                verbose=0,
                callbacks=[watching] if measured else [],
            )
        draws = (float(tf.random.uniform(())), np.random.rand(), random.random())
        runs.append((state(model), history.history, draws))
    for without, measured in zip(runs[0], runs[1], strict=True):
        assert without == measured


def test_phases_are_measured_by_what_they_update() -> None:
    """A critic's terms have no gradient of the generator; each phase sums to one."""
    trial = step_trials.read(step_trials.paths()["wgan_gp"])
    model = trial.build("loop")
    batch = trial.rows_of(trial.batch)[: step_trials.BATCH]
    with training.eagerly():
        probe = Probe(trial.loaded, model, (batch,), trial.params)
        found = probe.measure()
    assert {name: set(one.networks) for name, one in found.items()} == {
        "critic_loss": {"critic"},
        "gradient_penalty": {"critic"},
        "generator_loss": {"generator"},
    }
    assert found["generator_loss"].gradient_share == 1
    phase = ("critic_loss", "gradient_penalty")
    assert sum(found[name].share for name in phase) == pytest.approx(1)


def test_only_what_a_step_style_can_write_is_measured() -> None:
    spec = rendering.spec("vae")
    assert measurable(compiler.load(spec))
    assert not measurable(compiler.load({**spec, "backend": "jax"}))
