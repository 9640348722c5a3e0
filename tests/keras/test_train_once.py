"""`kauxgen train` in this process: what is asked of a run, and what a module may do."""

from __future__ import annotations

import json
from pathlib import Path

import h5py
import keras
import numpy as np
import pytest
import tensorflow as tf

import runs
from kauxgen import cli
from kauxgen.training import recording, report


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    runs.write(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def train(*arguments: str) -> int:
    with pytest.raises(SystemExit) as exit:
        cli.main(["train", *arguments])
    assert isinstance(exit.value.code, int)
    return exit.value.code


def asked(run: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(Path(run, "run.json").read_bytes())
    return found


def test_a_module_is_trained_for_some_steps_and_then_for_more(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """`--steps` ends in the middle of an epoch, which a run that goes on repeats.

    The module's spec is found; a callback that the spec imports runs, and remembers.
    """
    with pytest.raises(SystemExit):
        cli.main(["render", "noisy.json", "--style", "subclass", "-o", "noisy.py"])
    given = ("noisy.py", "--batch-size", "256", "--set", "width=3")
    assert train(*given, "--steps", "6") == 0
    run = Path("runs", "noisy-1")
    history = recording.read(run)
    assert [one.steps for one in history.epochs] == [4, 2]
    terms = {one.name for one in history.names.terms}
    assert terms == {"reconstruction", "activity"} == set(history.epochs[0].health)
    assert asked(str(run))["params"] == {"width": 3}
    assert train("--resume", str(run)) == 0
    assert "runs/noisy-1 is finished" in capsys.readouterr().out
    assert train("--resume", str(run), "--epochs", "3") == 0
    assert [one.steps for one in recording.read(run).epochs] == [4, 4, 4]
    logs = "['activity', 'learning_rate', 'loss', 'reconstruction']"
    seen = [(0, 1), (1, 2), (1, 2), (2, 3)]
    lines = [f"{epoch} {count} {logs}" for epoch, count in seen]
    assert Path("recorded.txt").read_text().splitlines() == lines
    text = Path("noisy.py").read_text()
    assert (run / "noisy.py").read_text() == text
    _refuses_what_changed(run, capsys)


def _refuses_what_changed(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """KX806: variables of another shape, in a module that was edited since."""
    before = (run / "run.json").read_bytes()
    text = (run / "noisy.py").read_text()
    (run / "noisy.py").write_text(text.replace("Dense(width", "Dense(2 * width"))
    assert train("--resume", str(run), "--epochs", "4") == 1
    said = "KX806 the checkpoint does not fit the model: noisy/hidden/kernel was"
    assert said in capsys.readouterr().err
    assert (run / "run.json").read_bytes() == before


EMPTY = "def build_model(): raise ValueError('no \\x1b[2J layers')\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = 1\n", "KX803 this cannot be trained: it has no function build_model"),
        (
            f"{EMPTY}def compile_model(model): ...\ndef train(model, x): ...\n",
            r"KX807 building the model failed: ValueError: no \x1b[2J layers",
        ),
        ("import nowhere\n", "KX807 importing own.py failed: ModuleNotFoundError"),
    ],
)
def test_a_module_that_cannot_be_trained(
    text: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is left of a run that never began."""
    Path("own.py").write_text(text)
    assert train("own.py") == 1
    assert said in capsys.readouterr().err
    assert not Path("runs").exists()


def test_an_import_that_is_not_found_is_shown_in_the_spec(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """KX850, at what the spec says of it: the module in the run's folder goes again."""
    spec = json.loads(json.dumps(runs.NOISY))
    spec["imports"] = dict.fromkeys(spec["imports"], "nowhere:Recorder")
    Path("noisy.json").write_text(json.dumps(spec, indent=1))
    assert train("noisy.json") == 1
    at = Path("noisy.json").read_text().split("\n").index(' "imports": {') + 2
    said = f"noisy.json:{at}:15: KX850 ModuleNotFoundError: No module named 'nowhere'"
    assert said in capsys.readouterr().err
    assert not Path("runs").exists()


DYING = """
import os

import keras
import numpy as np


class Dying(keras.callbacks.Callback):
    def on_train_batch_begin(self, batch, logs=None):
        self.die("batch")

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch

    def on_train_end(self, logs=None):
        self.die("end")

    def die(self, where):
        if os.path.exists("die") and open("die").read() == f"{where} {self.epoch}":
            raise SystemExit(9)


class Counting(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.seen = np.zeros(1)

    def on_epoch_begin(self, epoch, logs=None):
        self.seen = self.seen + 1
        self.model.optimizer.learning_rate = 0.1 / float(self.seen[0])
"""
"""Ends the process as a kill would, where the file `die` says; counts in an array."""

STOPPING = {
    "callback": "EarlyStopping",
    "args": {
        "monitor": "loss",
        "mode": "min",
        "min_delta": 1e9,
        "restore_best_weights": True,
    },
}


def arrays(run: Path) -> dict[str, bytes]:
    """Read what a run leaves: of names some count the models of a process."""
    with np.load(run / "checkpoint" / "state.npz") as file:
        found = {name: file[name].tobytes() for name in file.files if name != "head"}
    with h5py.File(run / "model.weights.h5") as file:
        values: list[bytes] = []
        file.visititems(
            lambda _, one: (
                values.append(one[()].tobytes()) if hasattr(one, "shape") else None
            )
        )
    return found | {f"weight {number}": one for number, one in enumerate(values)}


@pytest.mark.parametrize(
    ("callbacks", "optimizer", "steps", "die"),
    [
        ([{"callback": "Counting"}], {}, 0, "batch 2"),
        (
            [{"callback": "SwapEMAWeights", "args": {"swap_on_epoch": True}}],
            {"use_ema": True, "ema_momentum": 0.9},
            0,
            "batch 2",
        ),
        ([STOPPING], {}, 0, "end 1"),
        ([], {}, 7, "batch 1"),
    ],
    ids=["counting", "swapping", "stopping", "steps"],
)
def test_what_ends_a_run_anywhere_changes_nothing(
    callbacks: list[dict[str, object]],
    optimizer: dict[str, object],
    steps: int,
    die: str,
) -> None:
    """Weights and logs are those of a run that was left alone."""
    spec = json.loads(json.dumps(runs.NOISY))
    names = {"Dying", "Counting"}
    spec["imports"] = {name: f"dying:{name}" for name in names}
    spec["training"] |= {
        "callbacks": [*callbacks, {"callback": "Dying"}],
        "optimizer": {"optimizer": "Adam", "args": optimizer},
    }
    if callbacks != [{"callback": "Counting"}]:
        del spec["imports"]["Counting"]
    Path("noisy.json").write_text(json.dumps(spec))
    Path("dying.py").write_text(DYING)
    long = ("--steps", str(steps)) if steps else ("--epochs", "4")
    given = ("noisy.json", "--batch-size", "256", *long)
    assert train(*given, "--out", "whole") == 0
    Path("die").write_text(die)
    assert train(*given, "--out", "cut") == 9
    Path("die").unlink()
    assert train("--resume", "cut") == 0
    assert arrays(Path("cut")) == arrays(Path("whole"))
    whole, cut = (recording.read(Path(one)).epochs for one in ("whole", "cut"))
    assert [one.steps for one in cut] == [one.steps for one in whole]
    assert [one.logs for one in cut] == [one.logs for one in whole]
    if steps:
        assert sum(one.steps for one in cut) == steps


CUTTING = """
import keras


class Cutting(keras.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):
        if batch == 1 and not hasattr(keras, "went_on"):
            self.model.stop_training = True
"""


def test_an_epoch_that_a_callback_cuts_short_is_done_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The history says how many steps it had; no checkpoint has it as whole."""
    spec = json.loads(json.dumps(runs.NOISY))
    spec["imports"] = {"Cutting": "cutting:Cutting"}
    spec["training"]["callbacks"] = [{"callback": "Cutting"}]
    Path("noisy.json").write_text(json.dumps(spec))
    Path("cutting.py").write_text(CUTTING)
    assert train("noisy.json", "--batch-size", "256", "--out", "run") == 0
    assert [one.steps for one in recording.read(Path("run")).epochs] == [2]
    monkeypatch.setattr(keras, "went_on", True, raising=False)
    assert train("--resume", "run", "--epochs", "2") == 0
    assert [one.steps for one in recording.read(Path("run")).epochs] == [4, 4]


def test_a_run_is_finished_when_all_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object) -> None:
        raise SystemExit(9)

    given = ("noisy.json", "--batch-size", "256", "--epochs", "1", "--out", "run")
    with monkeypatch.context() as patched:
        patched.setattr(report, "write", killed)
        assert train(*given) == 9
    assert asked("run")["finished"] is False
    assert train("--resume", "run") == 0
    assert asked("run")["finished"] is True
    assert Path("run", "report.html").exists()


def test_a_run_of_steps_goes_on_to_more(capsys: pytest.CaptureFixture[str]) -> None:
    """To as many as were asked for; what is done already is said, and left alone."""
    given = ("noisy.json", "--batch-size", "256", "--set", "width=3")
    assert train(*given, "--steps", "5", "--out", "run") == 0
    page = Path("run", "report.html").read_text("utf-8")
    assert "--steps 5" in page
    assert "--epochs" not in page
    assert "build_model(width=3)" in Path("run", "README.md").read_text("utf-8")
    assert train("--resume", "run", "--steps", "11") == 0
    assert [one.steps for one in recording.read(Path("run")).epochs] == [4, 4, 3]
    before = {path: path.read_bytes() for path in Path("run").rglob("*.*")}
    assert train("--resume", "run", "--steps", "9") == 0
    assert "run has done 11 steps: ask for more" in capsys.readouterr().out
    assert train("--resume", "run", "--epochs", "2") == 0
    assert "run has done 3 epochs: ask for more" in capsys.readouterr().out
    assert {path: path.read_bytes() for path in Path("run").rglob("*.*")} == before
    Path("run", "spec.json").write_text("{}")
    assert train("--resume", "run", "--epochs", "9") == 1
    assert "KX805 no run to go on with: its spec was changed" in capsys.readouterr().err


def test_a_param_that_is_a_number_in_the_module(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """KX802: callbacks have their arguments as numbers; epochs may follow a param."""
    spec = json.loads(json.dumps(runs.NOISY))
    spec["params"] |= {"patience": 1, "rounds": 1}
    spec["training"]["callbacks"][0]["args"]["patience"] = "=patience"
    spec["training"]["epochs"] = "=rounds"
    Path("noisy.json").write_text(json.dumps(spec))
    assert train("noisy.json", "--set", "patience=2") == 1
    assert 'KX802 param "patience" is no argument' in capsys.readouterr().err
    assert not Path("runs").exists()


def test_tensorboard_is_given_every_term(folder: Path) -> None:
    """Values of every epoch by name, in the folder of the run."""
    assert train("noisy.json", "--batch-size", "256", "--tensorboard") == 0
    run = Path("runs", "noisy-1")
    assert values(run / "tensorboard" / "train") == {
        f"epoch_{name}": [one.logs[name] for one in recording.read(run).epochs]
        for name in ("loss", "reconstruction", "activity")
    }


def values(logs: Path) -> dict[str, list[float]]:
    """Read the scalars of a folder's events by their tag, but for the rate."""
    found: dict[str, list[float]] = {}
    for file in logs.iterdir():
        for event in tf.compat.v1.train.summary_iterator(str(file)):
            for one in event.summary.value:
                if one.tag.startswith("epoch_") and "rate" not in one.tag:
                    number = float(tf.make_ndarray(one.tensor))
                    found.setdefault(one.tag, []).append(number)
    return found
