"""Exceptions that Keras and TensorFlow really raise lead to the spec's lines."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from kauxgen import compiler
from kauxgen.finding import Diagnostic
from kauxgen.tracing import traceback

SPEC = {
    "kauxgen": 1,
    "name": "words",
    "imports": {"shrink": "spec_of_words:shrink"},
    "inputs": {"word": {"shape": [3], "dtype": "int32"}},
    "layers": [
        {
            "name": "table",
            "layer": "Embedding",
            "args": {"input_dim": 5, "output_dim": 4},
        },
        {"name": "flat", "layer": "Flatten"},
        {"name": "code", "layer": "Dense", "args": {"units": 6}},
        {"name": "logits", "layer": "Dense", "args": {"units": 3}},
    ],
    "losses": [
        {
            "name": "entropy",
            "loss": "SparseCategoricalCrossentropy",
            "args": {"from_logits": True},
            "on": "logits",
        }
    ],
    "penalties": [{"name": "small", "expr": "mean(shrink(code))", "weight": 0.1}],
    "training": {"optimizer": {"optimizer": "SGD"}},
}
MINE = """\
tired = False


def shrink(code):
    if tired:
        raise RuntimeError("shrink is tired")
    return code * code
"""
WORDS = np.zeros((4, 3), "int32")
LABELS = np.zeros((4,), "int32")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give a folder with the spec, a module of it in every style, and its import."""
    made = tmp_path_factory.mktemp("words")
    (made / "words.json").write_text(json.dumps(SPEC, indent=1), encoding="utf-8")
    (made / "spec_of_words.py").write_text(MINE, encoding="utf-8")
    loaded = compiler.load((made / "words.json").read_bytes(), "words.json")
    for style in ("functional", "subclass", "train_step", "loop"):
        text = compiler.render(loaded, style, "words.json")
        (made / f"words_{style}.py").write_text(text, encoding="utf-8")
    sys.path.insert(0, str(made))
    yield made
    sys.path.remove(str(made))


def module(folder: Path, style: str) -> ModuleType:
    path = folder / f"words_{style}.py"
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def compiled(made: ModuleType) -> Any:
    return made.compile_model(made.build_model())


def raised(action: Callable[[], object]) -> tuple[Diagnostic, str]:
    """Return where an exception leads, and its traceback with places in it."""
    with pytest.raises((ValueError, RuntimeError, tf.errors.OpError)) as caught:
        action()
    failed = traceback.of(caught.value).failed
    assert failed is not None, traceback.annotate(caught.value)
    return failed, traceback.annotate(caught.value)


def test_data_of_a_wrong_shape_lead_to_what_takes_them(folder: Path) -> None:
    wide = np.zeros((4, 7), "int32")
    given = module(folder, "functional")
    failed, _ = raised(
        lambda: given.train(compiled(given), wide, LABELS, batch_size=4, verbose=0)
    )
    assert failed.pointer == "/inputs"
    assert "expected shape=(None, 3), found shape=(4, 7)" in failed.message
    # Keras says only what it was calling, and adds the reason below.
    model = module(folder, "subclass").build_model()
    failed, shown = raised(lambda: model(wide))
    assert failed.pointer == "/layers/2"
    assert failed.message.startswith("ValueError: Input 0 with name")
    assert (
        failed.line
        == 1 + Path(failed.path).read_text().split('"code"')[0].count("\n") - 1
    )
    assert "words_subclass.py" in failed.help
    assert shown.count(f"{failed.path}:{failed.line}:{failed.column}") == 2
    # In the graph of a loop autograph has taken the function apart.
    given = module(folder, "loop")
    failed, _ = raised(
        lambda: given.train(compiled(given), wide, LABELS, batch_size=4, verbose=0)
    )
    assert failed.pointer.startswith("/layers/") or failed.pointer == "/inputs"
    assert "found shape=(4, 7)" in failed.message


def test_values_out_of_range_lead_out_of_a_graph(folder: Path) -> None:
    given = module(folder, "train_step")
    failed, _ = raised(
        lambda: given.train(
            compiled(given), WORDS, LABELS + 99, batch_size=4, verbose=0
        )
    )
    assert failed.pointer == "/losses/0"
    assert "label value of 99" in failed.message
    given = module(folder, "loop")
    failed, _ = raised(
        lambda: given.train(
            compiled(given), WORDS + 99, LABELS, batch_size=4, verbose=0
        )
    )
    assert failed.pointer == "/layers/0"
    assert "is not in [0, 5)" in failed.message


def test_an_import_that_raises_leads_to_what_calls_it(folder: Path) -> None:
    given = module(folder, "loop")
    model = compiled(given)
    mine: Any = importlib.import_module("spec_of_words")
    mine.tired = True
    try:
        failed, shown = raised(
            lambda: given.train(model, WORDS, LABELS, batch_size=4, verbose=0)
        )
    finally:
        mine.tired = False
    assert failed.pointer == "/penalties/0"
    assert failed.message == "RuntimeError: shrink is tired"
    assert "spec_of_words.py" in shown
