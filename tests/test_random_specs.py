"""Random valid specs compile in every style, the same each time, stable under black."""

from __future__ import annotations

import ast
from typing import Any

import black
import pytest

import random_steps
from kauxgen import compiler, rules, styles
from kauxgen.finding import SpecError
from random_specs import spec

SEEDS = range(40)


GROWN = [
    pytest.param(grow(seed), id=f"{title}-{seed}")
    for title, grow in (("model", spec), ("step", random_steps.spec))
    for seed in SEEDS
]


@pytest.mark.parametrize("grown", GROWN)
def test_a_grown_spec_compiles(grown: dict[str, Any]) -> None:
    """A style may only refuse what `portability` says it cannot express."""
    loaded = compiler.load(grown)
    for style in styles.STYLES:
        if rules.portability(loaded.checked, style):
            with pytest.raises(SpecError, match="KX6"):
                compiler.render(loaded, style)
            continue
        text = compiler.render(loaded, style)
        assert compiler.compile_text(grown, style=style) == text
        assert black.format_str(text, mode=black.Mode(line_length=88)) == text
        ast.parse(text)


def test_a_seed_grows_one_spec() -> None:
    """What is compiled twice above is one spec, not two that happen to be alike."""
    assert [spec(seed) for seed in SEEDS] == [spec(seed) for seed in SEEDS]
    steps = [random_steps.spec(seed) for seed in SEEDS]
    assert steps == [random_steps.spec(seed) for seed in SEEDS]


def test_both_step_styles_take_every_step() -> None:
    for seed in SEEDS:
        checked = compiler.load(random_steps.spec(seed)).checked
        refused = [one for one in styles.STYLES if rules.portability(checked, one)]
        assert refused == ["functional", "subclass"]


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
