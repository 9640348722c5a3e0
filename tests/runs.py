"""Small specs with all that a run must keep, and processes that train them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from small_step import step

Json = dict[str, Any]

NOISY: Json = {
    "kauxgen": 1,
    "name": "noisy",
    "imports": {"Recorder": "recorders:Recorder"},
    "params": {"width": 6, "activity_weight": 0.1},
    "inputs": {"image": {"shape": [8]}},
    "layers": [
        {"name": "hidden", "layer": "Dense", "args": {"units": "=width"}},
        {"name": "norm", "layer": "BatchNormalization"},
        {"name": "dropped", "layer": "Dropout", "args": {"rate": 0.3}},
        {"name": "noisy", "expr": "dropped + 0.1 * normal_like(dropped)"},
        {"name": "answer", "layer": "Dense", "args": {"units": 8}},
    ],
    "outputs": ["answer"],
    "losses": [
        {
            "name": "reconstruction",
            "loss": "MeanSquaredError",
            "on": "answer",
            "target": "image",
        }
    ],
    "penalties": [
        {
            "name": "activity",
            "expr": "mean(square(hidden))",
            "weight": {
                "schedule": "linear",
                "args": {"start": 0.0, "end": "=activity_weight", "steps": 500},
            },
        }
    ],
    "training": {
        "optimizer": {"optimizer": "Adam", "args": {"use_ema": True}},
        "batch_size": 8,
        "epochs": 2,
        "seed": 3,
        "jit_compile": False,
        "callbacks": [
            {
                "callback": "ReduceLROnPlateau",
                "args": {"monitor": "loss", "patience": 1, "min_delta": 0.02},
            },
            {"callback": "Recorder"},
        ],
    },
}
"""Draws of two kinds, statistics, a weight that moves, a callback with a memory."""

RECORDER = '''
import os
import time

import keras


class Recorder(keras.callbacks.Callback):
    """Writes down every epoch that it sees, and how often its run saw one.

    Where there is a file `held`, the first epoch waits.
    """

    seen = 0

    def __init__(self):
        super().__init__()
        self.seen = 0

    def on_epoch_begin(self, epoch, logs=None):
        while epoch == 0 and os.path.exists("held"):
            time.sleep(0.01)

    def on_epoch_end(self, epoch, logs=None):
        self.seen += 1
        with open("recorded.txt", "a", encoding="utf-8") as file:
            file.write(f"{epoch} {self.seen} {sorted(logs)}\\n")
'''
"""A callback of the user's."""


def adversaries() -> Json:
    """Return a step with two optimizers, draws, a moving average and statistics."""
    spec = step(name="adversaries", ema=[{"target": "slow", "source": "generator"}])
    networks = spec["networks"]
    networks["slow"] = {"like": "generator"}
    networks["critic"]["layers"].insert(
        1, {"name": "dropped", "layer": "Dropout", "args": {"rate": 0.2}}
    )
    spec["ema"][0]["decay"] = 0.9
    spec["inference"] = "slow"
    first, _ = spec["step"]["phases"]
    first["optimizer"] = {"optimizer": "RMSprop"}
    first["assign"] = {"batches": "batches + 1"}
    spec["state"] = {"batches": {"shape": [], "dtype": "int32"}}
    spec["training"] |= {"jit_compile": False, "batch_size": 16, "epochs": 2}
    return spec


def write(folder: Path) -> None:
    """Write the specs and the user's callback into a folder."""
    texts = {"noisy": NOISY, "adversaries": adversaries()}
    for name, spec in texts.items():
        (folder / f"{name}.json").write_text(json.dumps(spec, indent=1))
    (folder / "recorders.py").write_text(RECORDER)


PROGRAM = """
import json, sys
from kauxgen.cli import main
for arguments in json.loads(sys.argv[1]):
    try:
        main(arguments)
    except SystemExit as exit:
        if exit.code:
            raise
"""


def begin(folder: Path, *commands: Sequence[str]) -> subprocess.Popen[str]:
    """Begin commands, one after the other, in a process of their own."""
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, json.dumps(commands)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(folder: Path, *commands: Sequence[str]) -> str:
    """Run commands that do all they are asked for, and return what they say."""
    process = begin(folder, *commands)
    out, errors = process.communicate(timeout=400)
    assert process.returncode == 0, errors
    return out
