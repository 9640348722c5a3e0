"""What a run leaves for those who use its model: files of Keras, how to load them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import kauxgen
from kauxgen import refusal
from kauxgen.training.folder import RunFolder
from kauxgen.training.settings import Settings


def model(folder: RunFolder, trained: Any) -> None:
    """Write the model and its weights, each replaced as a whole; FileError if not."""
    _replaced(folder.model, trained.save)
    _replaced(folder.weights, trained.save_weights)


def _replaced(path: Path, save: Callable[[str], object]) -> None:
    # Keras asks for these endings.
    new = path.with_name(f".new.{path.name}")
    with refusal.blaming(path):
        save(str(new))
        with new.open("rb") as file:
            os.fsync(file.fileno())
        new.replace(path)


def readme(folder: RunFolder, settings: Settings, trained: Any, predicts: bool) -> str:
    """Say how the model is loaded; `predicts` if a part of it is what predicts."""
    name = folder.module.removesuffix(".py")
    params = ", ".join(f"{key}={value!r}" for key, value in settings.params.items())
    ending = f"\n    model = {name}.inference_model(model)" if predicts else ""
    versions = ", ".join(f"{key} {value}" for key, value in settings.versions.items())
    return _README.format(
        title=folder.path.resolve().name,
        name=name,
        module=folder.module,
        params=params,
        ending=ending,
        versions=versions,
        backend=settings.backend,
        kauxgen=kauxgen.__version__,
        count=trained.count_params(),
    )


_README = """\
# {title}

A model with {count:,} parameters, trained by `kauxgen train` {kauxgen} on {backend}
({versions}). This folder needs Keras and its backend, not kauxgen. In it:

    import keras
    import {name}  # the model's own classes

    model = keras.models.load_model("model.keras"){ending}

The weights alone go into a model that is built anew:

    model = {name}.build_model({params})
    model.load_weights("model.weights.h5")

| file | holds |
|---|---|
| `{module}` | the model's code, as it was trained |
| `model.keras`, `model.weights.h5` | the trained model, and its weights alone |
| `report.html`, `terms.png`, `terms.svg` | the course of the training, to look at |
| `history.json`, `history.csv` | the same for programs and spreadsheets |
| `run.json` | what was asked for, and the versions that did it |
| `checkpoint/` | what `kauxgen train --resume` goes on from |
"""
