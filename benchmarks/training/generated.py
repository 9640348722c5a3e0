"""The modules that kauxgen renders, built, and trained by their own `train`."""

from __future__ import annotations

import importlib.util
import json
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from forms import Data, KerasTrainer, Weights
from loops import batches

import kauxgen

ROOT = Path(__file__).parents[2]
RENDERED = ROOT / "build" / "bench-train"
PHASED = {"wgan_gp": ("train_step", "loop")}
STYLES = ("functional", "subclass", "train_step", "loop")


def styles(name: str) -> tuple[str, ...]:
    """Name the styles that can express a spec."""
    return PHASED.get(name, STYLES)


@cache
def module(name: str, style: str, steps: int) -> ModuleType:
    """Render a spec that runs so many steps a call, and import the module."""
    spec = json.loads((ROOT / "specs" / f"{name}.json").read_bytes())
    if steps > 1:
        spec["training"]["steps_per_execution"] = steps
    path = RENDERED / f"{name}_{style}_{steps}.py"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(kauxgen.compile_spec(spec, style=style), encoding="utf-8")
    found = importlib.util.spec_from_file_location(path.stem, path)
    assert found is not None
    assert found.loader is not None
    made = importlib.util.module_from_spec(found)
    sys.modules[path.stem] = made
    found.loader.exec_module(made)
    return made


def trainer(
    name: str, style: str, steps: int, start: Weights, arrays: bool = False
) -> KerasTrainer:
    """Build and compile a model; its epochs are calls of the module's `train`."""
    made = module(name, style, steps)
    return training(made, made.compile_model(made.build_model()), start, arrays)


def training(
    made: ModuleType, model: Any, start: Weights, arrays: bool = False
) -> KerasTrainer:
    """Train by the module's `train`, on batches or on arrays."""

    def epoch(data: Data, shuffle: bool) -> Any:
        if not arrays:
            given = batches(data, shuffle)
            return made.train(model, given, epochs=1, verbose=0).history
        options = {"batch_size": data.batch_size, "shuffle": shuffle, "verbose": 0}
        return made.train(model, *data.arrays, epochs=1, **options).history

    return KerasTrainer(model, epoch, start)
