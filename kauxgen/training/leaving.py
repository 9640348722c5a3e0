"""What a run leaves for those who use its model: files of Keras, how to load them."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import kauxgen
from kauxgen import refusal
from kauxgen.training.folder import RunFolder
from kauxgen.training.params import takes
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


def loading(folder: RunFolder, module: ModuleType) -> str:
    """Write the Python that loads the model in a run's folder, without kauxgen."""
    name = folder.module.removesuffix(".py")
    text = _LOADING.format(name=name)
    predicts = hasattr(module, "inference_model")
    return text + (f"model = {name}.inference_model(model)\n" if predicts else "")


def readme(
    folder: RunFolder, settings: Settings, trained: Any, module: ModuleType
) -> str:
    """Say how the model is loaded."""
    name = folder.module.removesuffix(".py")
    given = settings.params.items()
    taken = [one for one in given if takes(module, "build_model", one[0])]
    params = ", ".join(f"{key}={value!r}" for key, value in taken)
    versions = ", ".join(f"{key} {value}" for key, value in settings.versions.items())
    return _README.format(
        title=folder.path.resolve().name,
        name=name,
        module=folder.module,
        params=params,
        spec="| `spec.json` | what it was made from |\n" if settings.spec_hash else "",
        loading=textwrap.indent(loading(folder, module), "    "),
        versions=versions,
        backend=settings.backend,
        kauxgen=kauxgen.__version__,
        count=trained.count_params(),
    )


_LOADING = """\
import keras
import {name}  # the model's own classes

model = keras.models.load_model("model.keras")
"""
_README = """\
# {title}

A model with {count:,} parameters, trained by `kauxgen train` {kauxgen} on {backend}
({versions}). This folder needs Keras and its backend, not kauxgen. In it:

{loading}
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
{spec}| `checkpoint/` | what `kauxgen train --resume` goes on from |
"""
