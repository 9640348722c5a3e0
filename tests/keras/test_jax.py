"""Gradients on JAX, in a process of its own, against derivatives worked out by hand."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

import derived
from kauxgen import compiler

STYLES = ("functional", "subclass")
SCRIPT = """
import json, sys
import keras, numpy as np
import heights
given = {key: [np.asarray(one, "float32") for one in value]
         for key, value in json.load(sys.stdin).items()}
model = heights.compile_model(heights.build_model())
model.set_weights([*given["weights"], *model.get_weights()[len(given["weights"]):]])
x = dict(zip(("x", "c"), given["x"]))
y = dict(zip(("slope", "bend", "a", "b", "fixed"), given["y"]))
before = [np.asarray(one).tolist() for one in model(x)]
logs = heights.train(model, x, y, batch_size=len(x["x"]), verbose=0).history
after = [np.asarray(one).tolist() for one in model.get_weights()]
print(json.dumps([keras.backend.backend(), before, logs, after]))
"""


@dataclass(frozen=True)
class Ran:
    """What a process printed: outputs, the logs of a batch, the weights behind it."""

    outputs: list[np.ndarray]
    logs: dict[str, list[float]]
    after: list[np.ndarray]


def run(backend: str, style: str, folder: Path) -> Ran:
    """Render for a backend, and train one batch in a process that has it."""
    spec = {**derived.SPEC, "backend": backend}
    text = compiler.compile_text(json.dumps(spec), style=style)
    (folder / "heights.py").write_text(text, encoding="utf-8")
    ones = np.ones((derived.ROWS, derived.WIDTH)).tolist()
    given = {
        "weights": [one.tolist() for one in derived.weights()],
        "x": [one.tolist() for one in derived.inputs().values()],
        "y": [ones] * len(derived.OUTPUTS),
    }
    environment = {**os.environ, "KERAS_BACKEND": backend, "JAX_PLATFORMS": "cpu"}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        cwd=folder,
        env=environment,
        check=False,
    )
    assert not done.returncode, done.stderr
    found, outputs, logs, after = json.loads(done.stdout.splitlines()[-1])
    assert found == backend
    return Ran([*map(np.asarray, outputs)], logs, [*map(np.asarray, after)])


@pytest.mark.parametrize("style", STYLES)
def test_jax_gives_the_same_gradients(style: str, tmp_path: Path) -> None:
    ran = run("jax", style, tmp_path)
    wanted = derived.by_hand(derived.weights())
    for name, value in zip(derived.OUTPUTS, ran.outputs, strict=True):
        np.testing.assert_allclose(value, wanted[name], rtol=1e-4, atol=1e-5)
    for name, value in derived.terms(derived.weights()).items():
        np.testing.assert_allclose(ran.logs[name], [value], rtol=1e-4)


@pytest.mark.parametrize("style", STYLES)
def test_jax_trains_as_tensorflow_does(style: str, tmp_path: Path) -> None:
    """Training differentiates the gradients once more."""
    ran = [run(backend, style, tmp_path) for backend in ("jax", "tensorflow")]
    for got, wanted in zip(ran[0].after, ran[1].after, strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-4, atol=1e-6)
    assert not np.allclose(ran[0].after[0], derived.weights()[0], atol=1e-4)
