"""The same text on every machine: hash seeds and processes change nothing."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kauxgen import compiler, styles

ROOT = Path(__file__).parents[1]
SPECS = sorted((ROOT / "specs").glob("*.json"))
RENDER = """
import hashlib, sys
from pathlib import Path
from kauxgen import compiler, styles
for name in sys.argv[1:]:
    data = Path(name).read_bytes()
    for style in styles.STYLES:
        text = compiler.compile_text(data, "spec.json", style)
        print(hashlib.sha256(text.encode()).hexdigest())
"""


@pytest.mark.parametrize("seed", ["0", "1", "4711"])
def test_another_hash_seed_gives_the_same_text(seed: str) -> None:
    here = [
        hashlib.sha256(
            compiler.compile_text(spec.read_bytes(), "spec.json", style).encode()
        ).hexdigest()
        for spec in SPECS
        for style in styles.STYLES
    ]
    there = subprocess.run(
        [sys.executable, "-c", RENDER, *map(str, SPECS)],
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert there.stdout.split() == here
