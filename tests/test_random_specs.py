"""Random valid specs compile in every style, the same each time, stable under black."""

from __future__ import annotations

import ast

import black
import pytest

from kauxgen import compiler, rules, styles
from kauxgen.finding import SpecError
from random_specs import spec

SEEDS = range(40)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_grown_spec_compiles(seed: int) -> None:
    """A style may only refuse what `portability` says it cannot express."""
    loaded = compiler.load(spec(seed))
    for style in styles.STYLES:
        if rules.portability(loaded.checked, style):
            with pytest.raises(SpecError, match="KX6"):
                compiler.render(loaded, style)
            continue
        text = compiler.render(loaded, style)
        assert compiler.compile_text(spec(seed), style=style) == text
        assert black.format_str(text, mode=black.Mode(line_length=88)) == text
        ast.parse(text)


def test_every_style_takes_most_of_them() -> None:
    """Were all refused, the test above would hold nothing."""
    taken = {
        style: sum(
            not rules.portability(compiler.load(spec(seed)).checked, style)
            for seed in SEEDS
        )
        for style in styles.STYLES
    }
    assert min(taken.values()) > len(SEEDS) // 2
