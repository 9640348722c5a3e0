"""Models have the published numbers of parameters."""

from __future__ import annotations

import keras
import pytest

import rendering
from step_trials import STYLES

MODELS = {
    "barlow_twins_small": 27_744,
    "cifar_l2": 11_010,
    "conv_vae": 69_076 + 65_089,
    "ctc_reader": 42_091,
    "fine_tune": 14_714_688 + 513 * 5,
    "siamese_contrastive": 5_324,
    "simsiam_small": 40_592,
    "xor_bce": 17,
    "reconstruction_regressor": 4_269,
    "switch_router": 688_160,
    "vae": 107_472,
    "vq_vae": 49_937,
}
"""Of `vq_vae` as published: 19,856 + 2,048 + 28,033. `switch_router` shares with the
published one the embeddings, 646,400, attention, 8,416, two normalizations, 128, and
the router, 330; its 10 experts of 50 units are 32,820, and its logits 66."""

NETWORKS = {
    "conv_vae": {"encoder": 69_076, "decoder": 65_089},
    "dcgan": {"discriminator": 74_625, "generator": 1_339_905},
    "knowledge_distillation": {"teacher": 1_433_610, "student": 20_490},
    "wgan_gp": {"critic": 4_305_409, "generator": 910_660},
}
"""Of networks; statistics count too."""

STEPPED = [name for name in NETWORKS if "step" in rendering.spec(name)]
PARTED = [name for name in NETWORKS if name not in STEPPED]


def counts(name: str, model: keras.Model) -> dict[str, int]:
    """Count the parameters of the networks of a model."""
    parts = {layer.name: layer for layer in model.layers}
    return {network: parts[network].count_params() for network in NETWORKS[name]}


@pytest.mark.parametrize(("name", "style"), rendering.cases(MODELS))
def test_models(name: str, style: str) -> None:
    """With its default params a model is as large as published."""
    assert rendering.build(name, style, {}).count_params() == MODELS[name]


@pytest.mark.parametrize(("name", "style"), rendering.cases(PARTED))
def test_networks(name: str, style: str) -> None:
    """Each network is as large as published."""
    assert counts(name, rendering.build(name, style, {})) == NETWORKS[name]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", rendering.specs(STEPPED))
def test_networks_of_a_step(name: str, style: str) -> None:
    """Each network is as large as published."""
    model = rendering.module(name, style).build_model()
    assert counts(name, model) == NETWORKS[name]
