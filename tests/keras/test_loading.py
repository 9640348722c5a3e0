"""What is said of old weights is what Keras does with them, for edits both ways."""

from __future__ import annotations

import pytest

import loading
import loading_pairs
from kauxgen.changes import weights


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
