"""Modules imported from files, wherever these lie: what is trained is run."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from kauxgen.refusal import blamed
from kauxgen.training import findings

_NEEDED = ("build_model", "compile_model", "train")


def module(path: Path, shown: str) -> ModuleType:
    """Import a module by its path; nothing is written beside it.

    Raises:
        FileError: It lacks what training calls (KX803).
        Exception: What the module itself raises.
    """
    name = path.stem if path.stem not in sys.modules else f"{path.stem}_module"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    sys.modules[name] = made
    with _no_bytecode():
        spec.loader.exec_module(made)
    missing = [each for each in _NEEDED if not callable(getattr(made, each, None))]
    if missing:
        raise blamed(findings.no_module(f"it has no function {missing[0]}"), shown)
    return made


def see(folders: Iterable[Path]) -> None:
    """Let modules import what lies in folders, as Python's own command does."""
    for folder in folders:
        if str(folder) not in sys.path:
            sys.path.append(str(folder))


@contextmanager
def _no_bytecode() -> Iterator[None]:
    """Leave no `__pycache__` in the folder of a run."""
    before = sys.dont_write_bytecode
    sys.dont_write_bytecode = True
    try:
        yield
    finally:
        sys.dont_write_bytecode = before
