"""What is known of a model without running it: connections, places of terms, counts.

That the counts and shapes are Keras's is held by `tests/keras/test_counts.py`.
"""

from __future__ import annotations

from functools import cache

import pytest

from kauxgen import compiler, resources
from kauxgen.overview import Overview, Row, Spot, overview


@cache
def of(name: str) -> Overview:
    """Describe an example."""
    path = resources.EXAMPLES / f"{name}.json"
    return overview(compiler.load(path.read_bytes(), path.name).checked)


def row(name: str, path: str, part: str = "main") -> Row:
    """Find a row of an example by its path in a part."""
    parts = {
        each.name if each.kind == "network" else each.kind: each
        for each in of(name).parts
    }
    rows = (*parts[part].inputs, *parts[part].walk())
    return next(each for each in rows if "/".join(each.path) == path)


def test_rounds_are_gathered() -> None:
    """A repeat is one row; its body's rows hold all rounds."""
    repeat, dense = row("reconstruction_regressor", "hidden"), row(
        "reconstruction_regressor", "hidden/dense"
    )
    assert (repeat.times, dense.rounds) == (5, 5)
    assert repeat.count == dense.count
    assert dense.count.total == 8 * 30 + 30 + 4 * (30 * 30 + 30)
    assert dense.distinct == ((dense.outputs[0],),)
    widths = [
        shapes[0].shape[-1]
        for shapes in row("simsiam_small", "maps/conv", "encoder").distinct
    ]
    assert widths == [16, 32, 64]


def test_connections_are_what_the_spec_says() -> None:
    """What stands above is named, and of expressions the tensors that they read."""
    assert row("vae", "hidden", "encoder").inputs == ("image",)
    assert row("vae", "z", "encoder").inputs == ("z_mean", "z_log_var", "epsilon")
    assert row("vae", "reconstruction").inputs == ("code.z",)
    assert row("switch_router", "attention").inputs == ("placed",)
    assert row("resnet", "stage/rest/unit/joined").inputs == ("second", "x")


def test_terms_stand_where_they_are_read() -> None:
    """A path behind a call marks the call, and the tensor in the network."""
    (kl,) = row("vae", "z_mean", "encoder").marks
    assert (kl.title, kl.weight, kl.role) == ("kl", "kl_weight", "penalty")
    assert kl in row("vae", "code").marks
    assert Spot("/networks/encoder", ("z_mean",)) in kl.on
    (loss,) = row("vae", "image").marks
    assert loss.targets == (Spot("", ("image",)),)
    (decay,) = row("xor_regularized", "answer").marks[1:]
    assert decay.role == "penalty"


def test_shared_weights_count_once() -> None:
    """A second call names the first, as Keras counts it."""
    first, second = row("simsiam_small", "first_code"), row(
        "simsiam_small", "second_code"
    )
    assert second.shares == ("first_code",)
    assert (first.count.total > 0, second.count.total) == (True, 0)
    assert of("simsiam_small").count.total == 40_592


PUBLISHED = {
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


@pytest.mark.parametrize("name", PUBLISHED)
def test_models_have_the_published_numbers_of_parameters(name: str) -> None:
    assert of(name).count.total == PUBLISHED[name]


@pytest.mark.parametrize("name", NETWORKS)
def test_networks_have_the_published_numbers_of_parameters(name: str) -> None:
    found = {part.name: part.count.total for part in of(name).networks}
    assert found == NETWORKS[name]


def test_phases_say_what_they_update() -> None:
    """Of a step the phases name networks, terms and how much they train."""
    critic, generator = of("wgan_gp").phases
    assert (critic.updates, critic.repeat, generator.updates) == (
        ("critic",),
        3,
        ("generator",),
    )
    assert [term.title for term in critic.terms] == ["critic_loss", "gradient_penalty"]
    assert critic.trained.total == 4_305_409
