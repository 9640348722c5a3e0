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
