"""Layers of `define`: values known in closed form, configurations, training."""

from __future__ import annotations

import keras
import numpy as np
import pytest

import rendering
import training
from data import data
from kauxgen.proving import gaps
from kauxgen.proving.subject import Subject
from oracle_case import Case
from oracle_layers import chosen_codes, nearest, vq_features

ROWS = 12
QUANTIZER = ("vq_vae", {"codes": 5, "width": 3})
"""The spec and the arguments of a small quantizer."""


def made(
    spec: str, kind: str, style: str = "functional", **args: object
) -> keras.Layer:
    """Make a layer of a spec's module."""
    return getattr(rendering.module(spec, style), kind)(**args)


def points(*shape: int) -> np.ndarray:
    """Draw data."""
    return np.random.default_rng(0).normal(size=shape).astype("float32")


@pytest.mark.xdist_group("vq_vae")
@pytest.mark.parametrize("style", rendering.STYLES)
def test_codes_of_zero_leave_the_energy_of_the_input(style: str) -> None:
    """With a codebook of zeros both errors are the mean square of what enters."""
    layer = made("vq_vae", "VectorQuantizer", style, **QUANTIZER[1])
    x = points(ROWS, 3)
    layer.build(x.shape)
    layer.codebook.assign(np.zeros((3, 5)))
    output, commitment, codebook_error = layer(x)
    assert float(commitment) == pytest.approx(np.mean(x**2), rel=1e-6)
    assert float(codebook_error) == float(commitment)
    np.testing.assert_allclose(output, np.zeros_like(x), atol=1e-6)


@pytest.mark.xdist_group("vq_vae")
def test_codes_are_found_again() -> None:
    """What is a code already passes unchanged, at no cost."""
    layer = made("vq_vae", "VectorQuantizer", **QUANTIZER[1])
    codes = points(3, 5)
    layer.build((None, 3))
    layer.codebook.assign(codes)
    output, commitment, _ = layer(codes.T)
    assert float(commitment) == pytest.approx(0, abs=1e-12)
    np.testing.assert_allclose(output, codes.T, rtol=1e-6)


@pytest.mark.xdist_group("switch_router")
@pytest.mark.parametrize("style", rendering.STYLES)
@pytest.mark.parametrize("experts", [2, 7])
def test_balance_of_an_undecided_router_is_one(style: str, experts: int) -> None:
    """Equal probabilities give n^2 mean(share / n) = 1, whoever is chosen."""
    layer = made("switch_router", "Switch", style, width=4, experts=experts, units=3)
    tokens = points(2, 5, 4)
    layer.build(tokens.shape)
    layer(tokens)
    layer.router.kernel.assign(np.zeros((4, experts)))
    layer.router.bias.assign(np.zeros(experts))
    _, balance = layer(tokens, training=True)
    assert float(balance) == pytest.approx(1, rel=1e-6)


@pytest.mark.parametrize(("name", "style"), rendering.cases(["vq_vae"]))
def test_gradient_of_the_codebook(name: str, style: str) -> None:
    """A code is pulled to the mean of what chose it; the others stay where they are."""
    models, start = rendering.models(name), training.start(name)
    far = start["quantized_codebook"] + 10 * np.eye(6, dtype="float32")[0]
    given = {**start, "quantized_codebook": far}
    subject = Subject(
        models.loaded,
        models.styles,
        models.modules,
        models.params,
        given,
        rows=data(name),
    )
    _, gradients = subject.gradient_step(style)
    weights = {key: one.astype("float64") for key, one in given.items()}
    first = data(name).first_batch()
    case = Case(first.x.astype("float64"), None, None, weights, {})
    codebook, features = weights["quantized_codebook"], vq_features(case)
    missed = nearest(features, codebook) - features
    chosen = np.eye(codebook.shape[1])[chosen_codes(features, codebook)]
    wanted = 2 * np.einsum("bhwd,bhwc->dc", missed, chosen) / missed.size
    got = {"codebook": gradients["quantized_codebook"]}
    assert gaps.differences(got, {"codebook": wanted}) == {}
    assert (chosen.sum((0, 1, 2)) == 0).tolist() == [True, *[False] * 5]


@pytest.mark.xdist_group("switch_router")
@pytest.mark.parametrize(
    ("name", "kind", "args"),
    [
        ("vq_vae", "VectorQuantizer", {"codes": 5, "width": 3, "beta": 0.7}),
        (
            "switch_router",
            "Switch",
            {"width": 4, "experts": 2, "units": 3, "balance_weight": 0.5, "seed": 9},
        ),
        ("switch_router", "Positions", {"tokens": 6, "width": 4}),
    ],
)
def test_a_configuration_holds_every_argument(
    name: str, kind: str, args: dict[str, object]
) -> None:
    """`from_config` of `get_config` makes the same layer, frozen or not."""
    layer = made(name, kind, **args, trainable=False, name="kept")
    config = layer.get_config()
    assert {key: config[key] for key in args} == args
    again = type(layer).from_config(config)
    assert again.get_config() == config
    assert again.name == "kept"
    assert not again.trainable


@pytest.mark.xdist_group("switch_router")
def test_a_clone_of_the_graph_computes_the_same() -> None:
    """The file's way of naming layers serves `clone_model` too."""
    name, style = "switch_router", "functional"
    model = training.fitted(name, style).model
    again = keras.models.clone_model(model)
    again.set_weights(model.get_weights())
    np.testing.assert_array_equal(again(data(name).x), model(data(name).x))


@pytest.mark.parametrize(("name", "style"), rendering.cases(["vq_vae"]))
def test_vq_vae_learns(name: str, style: str) -> None:
    """The error of the pixels falls on a handful of images."""
    keras.utils.set_random_seed(0)
    model = rendering.build(name, style, rendering.PARAMS[name])
    logs = training.resume(name, style, model, data(name), epochs=8).logs
    assert logs["reconstruction_error"][-1] < 0.9 * logs["reconstruction_error"][0]


@pytest.mark.parametrize(("name", "style"), rendering.cases(["switch_router"]))
def test_switch_router_learns(name: str, style: str) -> None:
    """Texts of one word are told from texts of another."""
    keras.utils.set_random_seed(0)
    model = rendering.build(name, style, rendering.PARAMS[name])
    label = np.arange(48) % 2
    text = np.repeat(3 + 4 * label[:, None], 6, axis=1).astype("int32")
    train = rendering.module(name, style).train
    logs = train(model, text, label, epochs=40, batch_size=16, verbose=0).history
    assert logs["cross_entropy"][-1] < 0.3 < logs["cross_entropy"][0]
