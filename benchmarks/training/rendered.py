"""Specs of `specs/` as imported modules: what a user has after `kauxgen render`."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

from kauxgen import compile_spec

ROOT = Path(__file__).parents[2]
SPECS = ROOT / "specs"
FOLDER = ROOT / "build" / "bench" / "modules"
"""They stay there: TensorFlow reads their source while they run."""

STYLES = ("functional", "subclass", "train_step", "loop")


def rendered(name: str, style: str | None = None) -> ModuleType:
    """Render a spec, in its own style if none is given, and import the module."""
    text = (SPECS / f"{name}.json").read_bytes()
    path = FOLDER / f"{name}_{style or 'own'}.py"
    FOLDER.mkdir(parents=True, exist_ok=True)
    path.write_text(compile_spec(text, style=style), encoding="utf-8")
    found = importlib.util.spec_from_file_location(path.stem, path)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    sys.modules[path.stem] = module
    found.loader.exec_module(module)
    return module
