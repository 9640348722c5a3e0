"""The examples of the construct pages run, and two styles of them agree."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

import trials
from kauxgen.proving import gaps, keyed
from kept import kept

FOLDER = Path(__file__).parents[2] / "docs" / "constructs"
ELSEWHERE = {"imports": "its modules are a reader's own: test_borrowed.py has some"}
PAGES = [
    path.stem
    for path in sorted(FOLDER.glob("*.md"))
    if path.stem not in {"README", *ELSEWHERE}
]


@kept
def trial(page: str) -> trials.Trial:
    """Read the example of a page once: its renders and runs are kept."""
    text = (FOLDER / f"{page}.md").read_text(encoding="utf-8")
    (spec,) = re.findall(r"^```json\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return trials.Trial(spec, traced=False)


def by_turns(page: str) -> bool:
    """Say whether several optimizers train the example."""
    step = trial(page).spec.step
    return step is not None and len(step.phases) > 1


def together(page: str, style: str) -> Any:
    """Keep the runs of a page in one process."""
    group = pytest.mark.xdist_group(f"example_{page}")
    return pytest.param(page, style, id=f"{page}-{style}", marks=group)


TRAINED = [
    together(page, style)
    for page in PAGES
    for style in trial(page).styles
    if by_turns(page) or style == trial(page).loaded.style
]


def another(page: str) -> list[str]:
    """Name the style that the first one is compared with, the page's own if it can be.

    All styles are compared on the specs of the repository and on the nasty ones.
    """
    own, others = trial(page).loaded.style, trial(page).styles[1:]
    return [] if by_turns(page) else [own] if own in others else others[:1]


COMPARED = [together(page, style) for page in PAGES for style in another(page)]


@pytest.mark.parametrize(("page", "style"), TRAINED)
def test_an_example_trains(page: str, style: str) -> None:
    """As a reader would run it: its own optimizer, an epoch of two batches."""
    example = trial(page)
    module = example.module(style)
    keras.utils.set_random_seed(3)
    model = module.compile_model(module.build_model())
    before = keyed.values(model)
    fitted = module.train(model, *example.rows, epochs=1, batch_size=4, verbose=0)
    assert all(np.isfinite(value[0]) for value in fitted.history.values())
    after = keyed.values(model)
    moved = [key for key in before if not np.array_equal(before[key], after[key])]
    assert set(moved) & set(keyed.trainable(model))


@pytest.mark.parametrize(("page", "style"), COMPARED)
def test_an_example_agrees(page: str, style: str) -> None:
    """Logs and weights after two batches, eagerly, the last one short."""
    example = trial(page)
    got, wanted = example.fitted(style), example.fitted(example.styles[0])
    assert gaps.differences(got.logs, wanted.logs) == {}
    assert gaps.differences(got.weights, wanted.weights) == {}
