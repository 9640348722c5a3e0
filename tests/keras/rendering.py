"""Specs rendered in a style and imported, once per session; models built of them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import keras
import pytest

import kauxgen
from kauxgen import compiler
from kauxgen.proving import modules as proving
from kauxgen.proving.models import Models
from kauxgen.proving.modules import Modules

SPECS = Path(__file__).parents[2] / "specs"
STYLES = ("functional", "subclass", "train_step", "loop")
INEXPRESSIBLE: dict[str, tuple[str, ...]] = {}
"""The styles that a spec cannot be written in; `test_styles_are_as_listed` holds it."""

PARAMS: dict[str, dict[str, Any]] = {
    "barlow_twins_small": {"width": 6, "redundancy_weight": 0.02},
    "cifar_l2": {"feature_weight": 0.02},
    "conv_vae": {"latent_dim": 3, "seed": 3},
    "ctc_reader": {"symbols": 3, "classes": 7},
    "custom_gradient": {},
    "fine_tune": {"classes": 3, "matching_weight": 0.3, "seed": 3},
    "penalties_tour": {"light": 0.02, "seed": 3},
    "reconstruction_regressor": {"depth": 3, "reconstruction_weight": 0.2},
    "regression_step": {"units": 6},
    "resnet": {"widths": [3, 4], "units_per_stage": 3, "classes": 5},
    "siamese_contrastive": {"margin": 1.5, "embedding_dim": 5},
    "simsiam_small": {"width": 6, "hidden": 5},
    "switch_router": {
        "vocabulary": 30,
        "tokens": 6,
        "width": 4,
        "experts": 3,
        "expert_units": 5,
        "balance_weight": 0.2,
        "seed": 3,
    },
    "twin": {
        "input_dim": 6,
        "widths": [9, 5],
        "code_dim": 4,
        "warmup": 4,
        "activity_weight": 0.05,
        "decay_weight": 0.03,
        "alignment_weight": 0.5,
    },
    "vae": {
        "original_dim": 20,
        "intermediate_dim": 8,
        "latent_dim": 4,
        "kl_weight": 0.3,
        "seed": 3,
    },
    "vae_annealed": {
        "original_dim": 20,
        "intermediate_dim": 8,
        "latent_dim": 4,
        "kl_weight": 0.3,
        "warm_up": 4,
        "seed": 3,
    },
    "vq_vae": {"codes": 6, "width": 4, "beta": 0.5, "data_variance": 0.4},
    "xor_bce": {"hidden_units": 5, "dropout_rate": 0.3, "seed": 3},
    "xor_bce_mse": {"dropout_rate": 0.3, "ratio": 0.6, "seed": 3},
    "xor_regularized": {
        "dropout_rate": 0.3,
        "rate": 0.01,
        "kernel_weight": 0.02,
        "seed": 3,
    },
}
"""Params of the models under test: small, and not the defaults that might be kept."""


def names() -> list[str]:
    """List the specs by name; those with a step have a harness of their own."""
    found = sorted(path.stem for path in SPECS.glob("*.json"))
    return [name for name in found if "step" not in spec(name)]


def styles(name: str) -> list[str]:
    """List the styles that a spec can be written in; the first is the reference."""
    return [style for style in STYLES if style not in INEXPRESSIBLE.get(name, ())]


def cases(chosen: Iterable[str] = (), *, others: bool = False) -> list[Any]:
    """Parametrize over specs and styles, all or (`others`) without the reference."""
    return [
        pytest.param(
            name, style, id=f"{name}-{style}", marks=pytest.mark.xdist_group(name)
        )
        for name in chosen or names()
        for style in styles(name)[others:]
    ]


def specs(chosen: Iterable[str] = ()) -> list[Any]:
    """Parametrize over specs."""
    return [
        pytest.param(name, id=name, marks=pytest.mark.xdist_group(name))
        for name in chosen or names()
    ]


def text(name: str) -> str:
    """Read a spec's file."""
    return (SPECS / f"{name}.json").read_text(encoding="utf-8")


@cache
def spec(name: str) -> dict[str, Any]:
    """Read a spec."""
    return json.loads(text(name))


@cache
def modules(name: str) -> Modules:
    """Give the modules of a spec: each is rendered and imported once a session."""
    return Modules(compiler.load(text(name)))


def module(name: str, style: str) -> ModuleType:
    """Render a spec to a file and import it under the name `<spec>_<style>`."""
    return modules(name).of(style)


def load(text: str, style: str) -> ModuleType:
    """Render a spec's text to a file and import it under the name `<spec>_<style>`."""
    title = f"{json.loads(text)['name']}_{style}"
    return proving.load(kauxgen.compile_spec(text, style=style), title)


def defaults(name: str, style: str) -> dict[str, Any]:
    """Read the params, and the seed, that a module takes, with their defaults."""
    return proving.defaults(module(name, style))


def all_params(name: str) -> dict[str, Any]:
    """Give the params of a model under test, also those that keep their default."""
    return {**spec(name).get("params", {}), **PARAMS.get(name, {})}


def build(name: str, style: str, params: dict[str, Any]) -> keras.Model:
    """Build and compile a model; some params are `build_model`'s, some compiled."""
    assert params.keys() <= defaults(name, style).keys()
    return models(name).build(style, params)


def recompile(
    name: str, style: str, model: keras.Model, params: dict[str, Any]
) -> None:
    """Compile a model with its params, without XLA, which rounds otherwise."""
    models(name).compile(style, model, params)


def models(name: str) -> Models:
    """Give what builds the models of a spec."""
    loaded = modules(name).loaded
    return Models(loaded, tuple(styles(name)), modules(name), PARAMS.get(name, {}))
