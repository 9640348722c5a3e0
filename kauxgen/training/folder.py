"""The folder of a run: what lies in it, by name, and how a new one gets its place."""

from __future__ import annotations

import errno
import itertools
import os
from pathlib import Path

from kauxgen.frozen import frozen

RUNS = "runs"
"""Where runs go that are not told where, relative to the working directory."""


@frozen
class RunFolder:
    """A run's folder; `module` is the name of the module's file, such as "vae.py"."""

    path: Path
    module: str

    @property
    def code(self) -> Path:
        """The module as it was trained."""
        return self.path / self.module

    @property
    def spec(self) -> Path:
        """The spec, as it was when the run began."""
        return self.path / "spec.json"

    @property
    def settings(self) -> Path:
        """What was asked for, and which versions did it: `settings.Settings`."""
        return self.path / "run.json"

    @property
    def history(self) -> Path:
        """The course of the training, for programs."""
        return self.path / "history.json"

    @property
    def table(self) -> Path:
        """The same for spreadsheets."""
        return self.path / "history.csv"

    @property
    def model(self) -> Path:
        """The whole model, in Keras's own format."""
        return self.path / "model.keras"

    @property
    def weights(self) -> Path:
        """Its weights alone."""
        return self.path / "model.weights.h5"

    @property
    def report(self) -> Path:
        """The page about the run."""
        return self.path / "report.html"

    @property
    def readme(self) -> Path:
        """How the model is loaded where there is no kauxgen."""
        return self.path / "README.md"

    @property
    def checkpoint(self) -> Path:
        """A folder with what `--resume` goes on from."""
        return self.path / "checkpoint"

    @property
    def tensorboard(self) -> Path:
        """A folder with the logs of TensorBoard."""
        return self.path / "tensorboard"


def numbered(name: str, parent: Path = Path(RUNS)) -> Path:
    """Make a new folder `<name>-<n>` with the first number that is free.

    Two processes at once get two folders. OSError if none can be made.
    """
    parent.mkdir(parents=True, exist_ok=True)
    for number in itertools.count(1):
        path = parent / f"{name}-{number}"
        try:
            path.mkdir()
        except FileExistsError:
            continue
        return path
    raise AssertionError("there is always a next number")


def given(path: Path) -> Path:
    """Make the folder that the user names; FileExistsError if it has anything in it."""
    path.mkdir(parents=True, exist_ok=True)
    if any(path.iterdir()):
        raise FileExistsError(errno.ENOTEMPTY, os.strerror(errno.ENOTEMPTY), str(path))
    return path
