"""Random valid specs compile in every style, the same each time, stable under black."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import black
import pytest

import kauxgen
import random_specs
import random_steps
from kauxgen import compiler, rules, styles
from kauxgen.finding import SpecError
from random_defines import texts

_KEYS = """
layer expr network block repeat reuse carry next zip over as training trainable
count like weights let outputs penalties reduce when schedule variable emit gradient
role inference losses metrics gradients sam centralize blocks regularizers
initializers batch forward phases update assign state initial ema every evaluation
tape
"""
KEYS = _KEYS.split()
_WORDS = """
grad stop_gradient normal_like reversed row pair jacobian gradient_norm
TimeDistributed LSTM Spread Fork y label ExponentialDecay batch_size
"""
WORDS = _WORDS.split()
pytestmark = pytest.mark.xdist_group("random_specs")

MODELS, STEPS = range(14, 28), range(14)
GROWN = [
    pytest.param(grow, seed, id=f"{title}-{seed}")
    for title, grow, seeds in (
        ("model", random_specs.spec, MODELS),
        ("step", random_steps.spec, STEPS),
    )
    for seed in seeds
]
grown = pytest.mark.parametrize(("grow", "seed"), GROWN)


@cache
def loaded(grow: Any, seed: int) -> compiler.Loaded:
    """Grow and check a spec once."""
    return compiler.load(grow(seed))


@cache
def text(grow: Any, seed: int, style: str) -> str | None:
    """Render a spec once; None where the style says that it cannot express it."""
    spec = loaded(grow, seed)
    if rules.portability(spec.checked, style):
        return None
    return compiler.render(spec, style)


@grown
def test_a_grown_spec_compiles(grow: Any, seed: int) -> None:
    """A style may only refuse what `portability` says it cannot express."""
    for style in styles.STYLES:
        if text(grow, seed, style) is None:
            with pytest.raises(SpecError, match="KX6"):
                compiler.render(loaded(grow, seed), style)


@grown
def test_its_text_is_the_same_again(grow: Any, seed: int) -> None:
    """One style a seed, from the JSON on; the styles take turns."""
    taken = [style for style in styles.STYLES if text(grow, seed, style)]
    if taken:
        style = taken[seed % len(taken)]
        again = compiler.compile_text(grow(seed), style=style)
        assert again == text(grow, seed, style)


@grown
def test_black_leaves_it(grow: Any, seed: int) -> None:
    """One style a seed, from the other end than the test above."""
    taken = [style for style in styles.STYLES if text(grow, seed, style)]
    if taken:
        made = text(grow, seed, taken[-1 - seed % len(taken)]) or ""
        assert black.format_str(made, mode=black.Mode(line_length=88)) == made


def test_no_name_is_unused_or_unknown(tmp_path: Path) -> None:
    """Ruff reads all modules: no import, variable or class too many, none missing."""
    for case in GROWN:
        for style in styles.STYLES:
            made = text(*case.values, style)
            if made is not None:
                ast.parse(made)
                (tmp_path / f"{case.id}_{style}.py").write_text(made, encoding="utf-8")
    for name in ("idle_rounds", "fixed_slopes"):
        nasty = Path("tests/keras/nasty", f"{name}.json").read_text("utf-8")
        for style in styles.STYLES:
            made = kauxgen.compile_spec(nasty, style=style)
            (tmp_path / f"{name}_{style}.py").write_text(made, encoding="utf-8")
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache"]
    chosen = ["--select", "F,RUF059", "--preview", "--output-format", "concise"]
    run = subprocess.run(
        [*command, *chosen, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_a_seed_grows_one_spec() -> None:
    """What is compiled twice above is one spec, not two that happen to be alike."""
    for grow in (random_specs.spec, random_steps.spec):
        assert [grow(seed) for seed in range(40)] == [grow(seed) for seed in range(40)]


def test_they_use_the_whole_language() -> None:
    """What no seed grows, the tests above say nothing about."""
    grown = [case.values[0](case.values[1]) for case in GROWN]
    read = {word for line in texts(grown) for word in re.findall(r"\w+", line)}
    assert set(KEYS) <= set(_keys(grown))
    assert set(WORDS) <= read


def _keys(value: Any) -> Iterator[str]:
    parts = value.values() if isinstance(value, dict) else value
    if isinstance(value, dict):
        yield from value
    if isinstance(value, (dict, list)):
        for part in parts:
            yield from _keys(part)


def test_every_style_takes_most_of_them() -> None:
    """Were all refused, the tests above would hold nothing."""
    found = Counter(
        style
        for seed in MODELS
        for style in styles.STYLES
        if text(random_specs.spec, seed, style)
    )
    assert min(found[style] for style in styles.STYLES) > len(MODELS) // 3
