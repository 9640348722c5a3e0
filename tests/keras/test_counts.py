"""What kauxgen knows of all examples without running them is what Keras builds.

`tests/test_overview.py` holds the same numbers against published ones.
"""

from __future__ import annotations

import json

import pytest

import overviews
import rendering
import saved_files
import step_trials
from kauxgen import compiler

SPECS = sorted(path.stem for path in rendering.SPECS.glob("*.json"))


def styles(name: str) -> tuple[str, ...]:
    """Name the styles of a spec: those that write steps alone take one."""
    stepped = "step" in json.loads(rendering.text(name))
    return step_trials.STYLES if stepped else rendering.STYLES


@pytest.mark.parametrize(
    ("name", "style"),
    [
        pytest.param(name, style, marks=pytest.mark.xdist_group(name))
        for name in SPECS
        for style in styles(name)
    ],
)
def test_layers_and_counts_are_those_that_keras_builds(name: str, style: str) -> None:
    """All layers: their class, their outputs, their weights; and the file of all."""
    loaded = compiler.load(rendering.text(name))
    with overviews.watched() as seen:
        model = rendering.module(name, style).build_model()
    assert overviews.differences(loaded, model, seen) == {}
    assert overviews.known(loaded, style) == overviews.counts(model)
    assert saved_files.differences(loaded, style, model) == {}
    if style == rendering.STYLES[0]:
        built = overviews.layers(model)
        assert {id(built[key]) for key in overviews.expected(loaded)} <= seen.keys()
