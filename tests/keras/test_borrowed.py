"""What a user imports is used by the generated modules as it is."""

from __future__ import annotations

import importlib
from typing import Any

import pytest

import borrowed
from test_nasty import trial

SPEC = "imports"

every = pytest.mark.parametrize(
    "style",
    [
        pytest.param(style, marks=pytest.mark.xdist_group(f"nasty_{SPEC}"))
        for style in trial(SPEC).styles
    ],
)


def own(module: str) -> Any:
    """Import a module of the user's package."""
    borrowed.write()
    return importlib.import_module(f"kauxgen_borrowed.{module}")


@every
def test_modules_hold_the_users_own_objects(style: str) -> None:
    module = trial(SPEC).module(style)
    assert module.Mixed is own("blocks").Mixer
    assert module.warp is own("blocks").warp
    model = trial(SPEC).build(style)
    assert type(model.optimizer) is own("weights").Descent


@every
def test_the_users_callback_sees_every_epoch(style: str) -> None:
    spec = trial(SPEC)
    before = own("callbacks").Counting.epochs
    spec.trained(style, spec.build(style), spec.rows, epochs=2)
    assert own("callbacks").Counting.epochs == before + 2


@every
def test_the_users_constraint_holds(style: str) -> None:
    kernel = trial(SPEC).fitted(style, validation_data=trial(SPEC).rows).weights
    assert abs(kernel["encoder_hidden_kernel"]).max() <= 0.4
