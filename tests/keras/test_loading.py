"""What is said of old weights is what Keras does with them, for edits both ways."""

from __future__ import annotations

from pathlib import Path

import pytest

import loading
import loading_pairs
import rendering
from kauxgen.changes import weights
from kauxgen.proving import gaps, keyed


@pytest.mark.parametrize("family", loading_pairs.families())
def test_verdicts_are_what_keras_does(family: str) -> None:
    """Raised or not, and for each weight which one of the file it gets."""
    wrong = {}
    for pair in loading_pairs.pairs(family):
        for style in pair.styles:
            old, new = loading.built(pair.old, style), loading.built(pair.new, style)
            for one, other, at, names in (
                (old, new, pair.pairs, pair.renamed),
                (new, old, pair.back, pair.names_back),
            ):
                if one is None or other is None:
                    continue
                said = weights.verdict(one.checked, other.checked, style, pairs=at)
                told = loading.differences(one, other, said, names)
                if told:
                    wrong[pair.name, style, other is new] = told, said
    assert list(wrong.items())[:4] == []


CROSSED = (
    ("functional", "subclass"),
    ("subclass", "train_step"),
    ("train_step", "loop"),
)


@pytest.mark.parametrize("family", ["branches", "networks", "rounds"])
def test_weights_of_another_style(family: str) -> None:
    """One spec in two styles: classes name by attributes, graphs by order."""
    spec = loading_pairs.base(family)
    wrong = {}
    for styles in CROSSED:
        for style, other in (styles, styles[::-1]):
            old, new = loading.built(spec, style), loading.built(spec, other)
            assert old
            assert new
            said = weights.verdict(old.checked, new.checked, other, old_style=style)
            told = loading.differences(old, new, said, {})
            if told:
                wrong[style, other] = told, said
            if "functional" not in styles and "subclass" not in styles:
                assert said.loads == "all"
    assert wrong == {}


@pytest.mark.parametrize("style", ["functional", "train_step"])
def test_the_state_of_an_optimizer_is_passed_over(style: str, tmp_path: Path) -> None:
    """A file of a compiled model loads into one that is not compiled."""
    params = rendering.PARAMS["xor_bce"]
    old = rendering.build("xor_bce", style, params)
    old.save_weights(tmp_path / "old.weights.h5")
    new = rendering.module("xor_bce", style).build_model(**params)
    assert gaps.differences(keyed.values(new), keyed.values(old)) != {}
    new.load_weights(tmp_path / "old.weights.h5")
    assert gaps.differences(keyed.values(new), keyed.values(old)) == {}
