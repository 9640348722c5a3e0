"""The generated modules train as published, and offer what a caller expects."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

import rendering
import training
from data import data, reads_y
from kauxgen.proving import gaps, keyed
from oracle import OBJECTIVES
from oracle_case import Case

BITS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], "float32")
XOR = np.array([[0], [1], [1], [0]], "float32")

every = pytest.mark.parametrize(("name", "style"), rendering.cases())


def solves_xor(seed: int) -> bool:
    """Train on the four points, without dropout; tell whether all are right."""
    keras.utils.set_random_seed(seed)
    model = rendering.build("xor_bce", "loop", {"dropout_rate": 0.0})
    rendering.module("xor_bce", "loop").train(model, BITS, XOR, verbose=0)
    return bool(np.all(np.round(model(BITS)) == XOR))


@pytest.mark.xdist_group("xor_bce")
def test_xor_is_solved() -> None:
    """At least 9 of 10 seeds solve XOR in the spec's 500 epochs."""
    assert sum(solves_xor(seed) for seed in range(10)) >= 9


@every
def test_history_names_every_term_and_metric(name: str, style: str) -> None:
    """`train` returns a History with one number per name and epoch."""
    spec = rendering.spec(name)
    terms = [*spec.get("losses", ()), *spec.get("penalties", ())]
    named = {term["name"] for term in terms if "name" in term}
    named |= {_metric_name(one) for one in spec.get("metrics", ())}
    own = spec.get("define", {}).get("layers", {}).values()
    named |= {term["name"] for layer in own for term in layer.get("penalties", ())}
    if "regularizers" in spec.get("define", {}):
        named.add("regularization")
    logs = training.fitted(name, style).logs
    assert {key for key in logs if not key.startswith("val_")} == {"loss", *named}
    assert {value.shape for value in logs.values()} == {(2,)}


@pytest.mark.parametrize(
    ("name", "style"),
    rendering.cases(["cifar_l2", "reconstruction_regressor", "twin", "vae"]),
)
def test_progress_bar_shows_every_log(
    name: str, style: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The bar counts the batches and shows every term and metric by name."""
    logs = training.train(name, style, verbose=1).logs
    shown = capsys.readouterr().out
    assert "3/3" in shown
    assert not [key for key in logs if f"{key}: " not in shown]


@pytest.mark.parametrize(
    ("name", "style"),
    rendering.cases(["reconstruction_regressor", "twin", "vae", "xor_bce"]),
)
def test_a_dataset_of_batches_is_taken(name: str, style: str) -> None:
    """A dataset gives what the arrays give, with sample weights where `y` is read."""
    rows = data(name)
    weight = rows.sample_weight if reads_y(name) else None
    batches = tf.data.Dataset.from_tensor_slices(
        keras.utils.pack_x_y_sample_weight(rows.x, rows.y, weight)
    ).batch(rows.batch_size)
    model = rendering.build(name, style, rendering.PARAMS[name])
    keyed.restore(model, training.start(name))
    rendering.module(name, style).train(
        model, batches, epochs=1, shuffle=False, verbose=0
    )
    if reads_y(name):
        wanted = training.weighted(name, style).weights
    else:
        wanted, *_ = training.fitted(name, style).after
    assert not gaps.differences(keyed.values(model), wanted)


@pytest.mark.parametrize(
    ("name", "style"), rendering.cases(["reconstruction_regressor"])
)
def test_callbacks_see_the_logs_and_stop_the_training(name: str, style: str) -> None:
    """Callbacks of the caller run in every style, from the epoch it names.

    One that stops the training in the middle of an epoch stops it there.
    """
    seen, numbers, batches = [], [], []

    def stop(batch: int, logs: dict[str, float]) -> None:
        batches.append(batch)
        model.stop_training = numbers == [1]

    def end(epoch: int, logs: dict[str, float]) -> None:
        seen.append(logs)
        numbers.append(epoch)

    model = rendering.build(name, style, rendering.PARAMS[name])
    logs = training.resume(
        name,
        style,
        model,
        data(name),
        epochs=5,
        initial_epoch=1,
        callbacks=[
            keras.callbacks.LambdaCallback(on_train_batch_end=stop, on_epoch_end=end)
        ],
        validation_data=data(name).arrays(),
    ).logs
    assert numbers == [1, 2]
    assert len(batches) > 2
    assert batches == [*range(len(batches) - 1), 0]
    assert [sorted(one) for one in seen] == [sorted(logs)] * 2
    assert {len(value) for value in logs.values()} == {2}


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.xdist_group("regression_step")
def test_regression_step_equals_fit(weighted: bool) -> None:
    """The step of our own trains as Keras's does, epoch by epoch."""
    weight = data("regression_step").sample_weight if weighted else None
    runs = [
        training.train("regression_step", style, epochs=3, sample_weight=weight)
        for style in ("functional", "train_step")
    ]
    fitted, stepped = runs
    assert "train_step" not in type(fitted.model).__dict__
    assert "train_step" in type(stepped.model).__dict__
    assert not gaps.differences(stepped.logs, fitted.logs)
    assert not gaps.differences(stepped.weights, fitted.weights)


@pytest.mark.parametrize(("name", "style"), rendering.cases(["resnet"]))
def test_resnet_predicts_the_same_after_reload(
    name: str, style: str, tmp_path: Path
) -> None:
    """A weights file holds everything that a prediction needs."""
    model = training.fitted(name, style).model
    images = data(name).x
    model.save_weights(tmp_path / "resnet.weights.h5")
    again = rendering.build(name, style, rendering.PARAMS[name])
    assert not np.array_equal(again(images), model(images))
    again.load_weights(tmp_path / "resnet.weights.h5")
    np.testing.assert_array_equal(again(images), model(images))


@pytest.mark.parametrize(("name", "style"), rendering.cases(["vae"]))
def test_vae_learns(name: str, style: str) -> None:
    """The loss falls on synthetic images that two numbers describe."""
    generator = np.random.default_rng(0)
    codes, basis = generator.normal(size=(256, 2)), generator.normal(size=(2, 784))
    images = (1 / (1 + np.exp(-codes @ basis))).astype("float32")
    keras.utils.set_random_seed(0)
    model = rendering.build(name, style, {})
    history = rendering.module(name, style).train(model, images, verbose=0).history
    first, second, third = history["loss"]
    assert third < second < first
    assert third < 0.9 * first


@pytest.mark.parametrize("style", ["functional", "subclass"])
@pytest.mark.xdist_group("reconstruction_regressor")
def test_losses_are_readable_after_a_call(style: str) -> None:
    """`model.losses` holds the weighted penalty of the last call."""
    name = "reconstruction_regressor"
    model = rendering.build(name, style, rendering.PARAMS[name])
    keyed.restore(model, training.start(name))
    first = data(name).first_batch()
    model(first.x)
    (found,) = model.losses
    params = rendering.all_params(name)
    ones = np.ones(len(first.y))
    case = Case(first.x, first.y, ones, training.start(name), params)
    wanted = 0.2 * OBJECTIVES[name](case)["reconstruction"]
    assert params["reconstruction_weight"] == 0.2
    assert float(found) == pytest.approx(wanted, rel=gaps.RELATIVE)


@pytest.mark.parametrize(("name", "style"), rendering.cases(["xor_regularized"]))
def test_a_settable_weight_may_be_set_while_training(name: str, style: str) -> None:
    """Setting the variable between two trainings changes the total at once."""
    model = rendering.build(name, style, rendering.PARAMS[name])
    training.resume(name, style, model, data(name))
    (weight,) = [
        one
        for one in model.non_trainable_weights
        if one.shape == () and float(one) == pytest.approx(0.02)
    ]
    weight.assign(5.0)
    logs = training.resume(name, style, model, data(name)).logs
    total = logs["cross_entropy"] + logs["regularization"] + 5.0 * logs["answer_kernel"]
    assert logs["loss"] == pytest.approx(total, rel=gaps.RELATIVE)


def _metric_name(metric: dict[str, str]) -> str:
    kind = metric.get("metric", "")
    words = "".join(f"_{one.lower()}" if one.isupper() else one for one in kind)
    return metric.get("name", words.lstrip("_"))
