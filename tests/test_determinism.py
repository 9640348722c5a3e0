"""The same text on every machine: hash seeds and processes change nothing."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from kauxgen import compiler, rules, styles

ROOT = Path(__file__).parents[1]
SPECS = sorted((ROOT / "specs").glob("*.json"))
RENDER = """
import hashlib, sys
from pathlib import Path
from kauxgen import compiler, rules, styles
for name in sys.argv[1:]:
    data = Path(name).read_bytes()
    loaded = compiler.load(data, "spec.json")
    for style in styles.STYLES:
        if not rules.portability(loaded.checked, style):
            text = compiler.render(loaded, style)
            print(hashlib.sha256(text.encode()).hexdigest())
"""


@cache
def rendered_here() -> list[str]:
    """Hash every module that this process renders."""
    return [
        hashlib.sha256(compiler.render(loaded, style).encode()).hexdigest()
        for loaded in [compiler.load(one.read_bytes(), "spec.json") for one in SPECS]
        for style in styles.STYLES
        if not rules.portability(loaded.checked, style)
    ]


@pytest.mark.xdist_group("determinism")
@pytest.mark.parametrize("seed", ["0", "1", "4711"])
def test_another_hash_seed_gives_the_same_text(seed: str) -> None:
    there = subprocess.run(
        [sys.executable, "-c", RENDER, *map(str, SPECS)],
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert there.stdout.split() == rendered_here()
    assert len(rendered_here()) > 2 * len(SPECS)
