"""`kauxgen verify` as users run it: a process for each backend, and what they say."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys
from pathlib import Path

import rendering
from kauxgen import compiler
from kauxgen.proving.modules import Modules

SPEC = {
    "kauxgen": 1,
    "name": "noisy",
    "inputs": {"x": {"shape": [3]}},
    "layers": [
        {"name": "kept", "layer": "Dropout", "args": {"rate": 0.3}},
        {"name": "answer", "layer": "Dense", "args": {"units": 2}},
    ],
    "losses": [{"name": "error", "loss": "MeanSquaredError", "on": "answer"}],
    "penalties": [{"name": "size", "penalty": "l2_activity", "on": "answer"}],
    "training": {"optimizer": {"optimizer": "SGD"}},
}
BROKEN = {
    **SPEC,
    "name": "broken",
    "imports": {"halved": "raising:halved"},
    "layers": [*SPEC["layers"], {"name": "half", "expr": "halved(answer)"}],
    "losses": [{"name": "error", "loss": "MeanSquaredError", "on": "half"}],
}
RAISES = "def halved(x):\n    raise ValueError('no half')\n"


def verify(folder: Path, name: str, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kauxgen", "verify", f"{name}.json", *options]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def test_backends_agree_but_for_what_they_draw(tmp_path: Path) -> None:
    """Dropout draws: training is not compared across backends, and this is said."""
    (tmp_path / "noisy.json").write_text(json.dumps(SPEC))
    made = verify(tmp_path, "noisy", "--backend", "tensorflow", "--backend", "jax")
    assert made.returncode == 0, made.stdout + made.stderr
    assert "noisy.json on TensorFlow: functional, subclass, train_step, loop" in (
        made.stdout
    )
    assert "noisy.json on JAX: functional, subclass" in made.stdout
    assert "not compared: training beside TensorFlow: it draws" in made.stdout


def test_a_failing_import_is_said_once_and_where(tmp_path: Path) -> None:
    text = json.dumps(BROKEN)
    (tmp_path / "broken.json").write_text(text)
    (tmp_path / "raising.py").write_text(RAISES)
    made = verify(tmp_path, "broken", "--backend", "tensorflow")
    assert made.returncode == 1
    column = text.index('{"name": "half"') + 1
    assert f"broken.json:1:{column}: KX841 functional on TensorFlow" in made.stderr
    assert "of functional, subclass, train_step and loop: ValueError: no half" in (
        made.stderr
    )
    assert "1 error in 1 spec" in made.stderr


def test_only_what_is_as_run_is_compiled_by_xla() -> None:
    """A loop says itself how its steps are compiled; XLA draws other numbers."""
    spec = json.loads(rendering.text("xor_bce"))
    spec["training"]["jit_compile"] = True
    made = Modules(compiler.load(spec))
    text = {one: inspect.getsource(made.of(one)) for one in ("loop", "train_step")}
    assert "jit_compile=False" in text["loop"]
    assert "jit_compile=True" in inspect.getsource(made.as_run("loop"))
    assert made.as_run("train_step") is made.of("train_step")
    assert "jit_compile=True" in text["train_step"]
