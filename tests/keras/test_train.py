"""`kauxgen train`: its folder, and that a run goes on as if nothing had happened."""

from __future__ import annotations

import html
import json
import os
import random
import re
import shlex
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import numpy as np
import pytest

import runs
from kauxgen.training import recording

EPOCHS = "12"
"""Long enough to be killed in, and for `ReduceLROnPlateau` to act behind it."""

RUNS = {
    "functional": ("noisy.json", "--style", "functional"),
    "loop": ("noisy.json", "--style", "loop"),
    "step": ("adversaries.json",),
}
ENDS = {
    "functional": signal.SIGKILL,
    "loop": signal.SIGKILL,
    "step": signal.SIGINT,
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Train all runs without a break, in one process."""
    folder = tmp_path_factory.mktemp("whole")
    runs.write(folder)
    runs.run(folder, *(asked(name) for name in RUNS))
    return folder


def asked(name: str) -> list[str]:
    return ["train", *RUNS[name], "--epochs", EPOCHS, "--out", name]


FIRST = "loop"
"""The run that is killed in its first epoch, when it has no history."""


def under_way(run: Path) -> bool:
    """Say whether a run is in an epoch behind the first, or that one in its first."""
    if run.name == FIRST:
        return (run / "checkpoint" / "state.npz").exists()
    return (run / "history.json").exists() and bool(recording.read(run).epochs)


def stop(folder: Path, name: str) -> tuple[int, str, str]:
    """Begin a run, and end it at a random moment."""
    held = folder / "held"
    if name == FIRST:
        held.touch()
    process = runs.begin(folder, asked(name))
    while process.poll() is None and not under_way(folder / name):
        time.sleep(0.01)
    time.sleep(random.SystemRandom().uniform(0, 0.1))
    process.send_signal(ENDS[name])
    out, errors = process.communicate(timeout=200)
    held.unlink(missing_ok=True)
    return process.returncode, out, errors


def test_a_run_that_was_stopped_goes_on_exactly(whole: Path, tmp_path: Path) -> None:
    """What goes on has every variable, epoch and log of what was not stopped."""
    runs.write(tmp_path)
    for name, end in ENDS.items():
        status, out, errors = stop(tmp_path, name)
        if name == FIRST:
            assert not (tmp_path / name / "history.json").exists()
        else:
            assert len(recording.read(tmp_path / name).epochs) < int(EPOCHS)
        if end is signal.SIGKILL:
            assert status == -end, errors
            assert not (tmp_path / name / "model.keras").exists()
        else:
            assert (status, "Traceback" in errors) == (130, False)
            assert "to go on: kauxgen train --resume step\n" in out
            assert (tmp_path / name / "model.keras").exists()
    runs.run(tmp_path, *(["train", "--resume", name] for name in RUNS))
    for name in RUNS:
        for file in ("checkpoint/state.npz", "model.weights.h5"):
            same = (tmp_path / name / file).read_bytes()
            assert same == (whole / name / file).read_bytes(), f"{name}/{file}"
        logs = [one.logs for one in recording.read(tmp_path / name).epochs]
        assert logs == [one.logs for one in recording.read(whole / name).epochs]
        shown(tmp_path / name)
        assert (tmp_path / name / "terms.png").stat().st_size


def shown(folder: Path) -> None:
    """The report of a run has all of its epochs, its terms, and how it is loaded."""
    page = html.unescape((folder / "report.html").read_text("utf-8"))
    history = recording.read(folder)
    assert page.count('<th scope="row">') == len(history.epochs) + len(history.logs)
    for term in history.names.terms:
        assert f"<b>{term.name}</b>" in page
        assert f"{term.place}<" in page
    (code,) = re.findall(r"<pre>(import keras.*?)</pre>", page, re.DOTALL)
    readme = (folder / "README.md").read_text("utf-8")
    assert textwrap.indent(code, "    ") in readme
    (said,) = re.findall(r"<pre>kauxgen (train .*?)</pre>", page)
    assert shlex.split(said)[1].endswith(RUNS[folder.name][0])


ALONE = """
import sys
sys.modules["kauxgen"] = None
import keras, numpy as np
import adversaries
model = adversaries.inference_model(keras.models.load_model("model.keras"))
anew = adversaries.build_model()
anew.load_weights("model.weights.h5")
noise = np.linspace(-1, 1, 12, dtype="float32").reshape(4, 3)
found = model.predict(noise, verbose=0)
again = adversaries.inference_model(anew).predict(noise, verbose=0)
assert np.array_equal(again, found)
np.save("found.npy", found)
"""


def test_the_folder_alone_predicts_the_same(whole: Path) -> None:
    """Without kauxgen, and without anything beside the folder."""
    folder = whole / "step"
    environment = {**os.environ, "PYTHONPATH": ""}
    command = [sys.executable, "-c", ALONE]
    subprocess.run(command, cwd=folder, env=environment, check=True, timeout=200)
    with np.load(folder / "checkpoint" / "state.npz") as file:
        head = json.loads(file["head"].tobytes())
        kept = {
            name: np.frombuffer(file[f"v{index}"].tobytes(), kind).reshape(shape)
            for index, (name, shape, kind) in enumerate(head["variables"])
        }
    slow = [array for name, array in kept.items() if name.startswith("slow")]
    first, first_bias, last, last_bias = slow
    noise = np.linspace(-1, 1, 12, dtype="float32").reshape(4, 3)
    expected = (noise @ first + first_bias) @ last + last_bias
    np.testing.assert_allclose(np.load(folder / "found.npy"), expected, rtol=1e-5)
