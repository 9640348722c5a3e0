"""Large specs cost as much more as they are larger: counted in calls, not in time."""

from __future__ import annotations

import runpy
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from kauxgen import compiler
from kauxgen.overview import overview

SCALE = runpy.run_path(str(Path(__file__).parents[1] / "benchmarks" / "scale.py"))
NODES = 150
MOST = 2.15
"""Twice as many nodes cost twice as many calls; the rest is room for rounding."""


def calls(action: Callable[[], object]) -> int:
    """Count the functions that an action calls, built-in ones too."""
    count = 0

    def seen(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal count
        count += event.endswith("call")

    before = sys.getprofile()
    sys.setprofile(seen)
    try:
        action()
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("shape", SCALE["SHAPES"])
def test_calls_grow_as_nodes_do(shape: str) -> None:
    """Checking and describing visit each node a fixed number of times."""

    def work(text: str) -> object:
        return overview(compiler.load(text).checked)

    small, large = (SCALE["spec"](shape, nodes) for nodes in (NODES, 2 * NODES))
    work(small)  # reads the catalog
    assert calls(lambda: work(large)) < MOST * calls(lambda: work(small))


def test_a_square_is_seen() -> None:
    """The count would tell what grows faster."""

    def square(nodes: int) -> object:
        return [abs(other) for _ in range(nodes) for other in range(nodes)]

    assert calls(lambda: square(40)) > MOST * calls(lambda: square(20))
