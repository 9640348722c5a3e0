"""The data of `kauxgen train`, without Keras: what is needed, made and refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kauxgen import compiler, resources
from kauxgen.training.data import needs, synthetic
from kauxgen.training.data.needs import Needs

SHARE, SIGNED, NUMBER = (0, 1), (-1, 1), (-6, 6)
IMAGE = ((28, 28, 1), "float32", SHARE)
COLOR = ((32, 32, 3), "float32", SHARE)
BITS = {"bits": ((2,), "float32", NUMBER), "y": ((1,), "float32", SHARE)}
HOUSE = {"features": ((8,), "float32", NUMBER), "y": ((1,), "float32", NUMBER)}

EXAMPLES: dict[str, dict[str, tuple[tuple[int, ...], str, tuple[int, int]]]] = {
    "barlow_twins_small": {"first": COLOR, "second": COLOR},
    "cifar_l2": {"image": COLOR, "y": ((), "int32", (0, 9))},
    "conv_vae": {"image": IMAGE},
    "ctc_reader": {
        "image": ((64, 16, 1), "float32", SHARE),
        "label": ((4,), "int32", (0, 9)),
    },
    "custom_gradient": {
        "left": ((2,), "float32", NUMBER),
        "right": ((2,), "float32", NUMBER),
        "y.product": ((2,), "float32", NUMBER),
        "y.domain": ((1,), "float32", NUMBER),
    },
    "cyclegan_small": {
        "real_x": ((32, 32, 3), "float32", SIGNED),
        "real_y": ((32, 32, 3), "float32", SIGNED),
    },
    "dcgan": {"real": IMAGE},
    "ddim_small": {"image": COLOR},
    "dqn_update": {
        "state": ((4,), "float32", NUMBER),
        "action": ((), "int32", (0, 1)),
        "reward": ((), "float32", NUMBER),
        "next_state": ((4,), "float32", NUMBER),
        "done": ((), "float32", NUMBER),
    },
    "fine_tune": {
        "image": ((64, 64, 3), "float32", SHARE),
        "y": ((), "int32", (0, 4)),
    },
    "knowledge_distillation": {"image": IMAGE, "label": ((), "int32", (0, 9))},
    "penalties_tour": {"image": ((8, 8, 1), "float32", SHARE)},
    "reconstruction_regressor": HOUSE,
    "regression_step": HOUSE,
    "resnet": {"image": COLOR, "y": ((), "int32", (0, 9))},
    "siamese_contrastive": {
        "left": IMAGE,
        "right": IMAGE,
        "y": ((1,), "float32", SHARE),
    },
    "simsiam_small": {"first": COLOR, "second": COLOR},
    "switch_router": {
        "text": ((200,), "int32", (0, 19999)),
        "y": ((), "int32", (0, 1)),
    },
    "twin": {
        "left": ((16,), "float32", NUMBER),
        "right": ((16,), "float32", NUMBER),
        "y": ((1,), "float32", SHARE),
    },
    "vae": {"image": ((784,), "float32", SHARE)},
    "vae_annealed": {"image": ((784,), "float32", SHARE)},
    "vq_vae": {"image": IMAGE},
    "wgan_gp": {"real": ((28, 28, 1), "float32", SIGNED)},
    "xor_bce": BITS,
    "xor_bce_mse": BITS,
    "xor_regularized": BITS,
}
"""What the examples take: the shape of a row, its type, and the ends of its values."""


def needed(spec: str | dict[str, Any]) -> Needs:
    """Work out what an example, or a spec as JSON, needs."""
    if isinstance(spec, str):
        text = Path(resources.EXAMPLES, f"{spec}.json").read_text(encoding="utf-8")
        spec = json.loads(text)
    loaded = compiler.load(spec)
    return needs.of(loaded.checked, loaded.document)


@pytest.mark.parametrize("name", EXAMPLES)
def test_synthetic_data_are_what_an_example_takes(name: str) -> None:
    made = synthetic.make(needed(name), seed=0, rows=32)
    found = {key: (one.shape[1:], one.dtype.name) for key, one in made.items()}
    assert found == {key: (one[0], one[1]) for key, one in EXAMPLES[name].items()}
    for key, (_, _, (low, high)) in EXAMPLES[name].items():
        assert low <= made[key].min() < made[key].max() <= high
        assert len(made[key]) == 32


def test_every_example_is_listed() -> None:
    assert {path.stem for path in resources.EXAMPLES.glob("*.json")} == set(EXAMPLES)
