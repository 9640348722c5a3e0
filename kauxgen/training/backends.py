"""Keras and the backend that it runs on: found before Keras is imported."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib import metadata, util
from pathlib import Path

from kauxgen import extras
from kauxgen.project import ProjectError
from kauxgen.refusal import blamed
from kauxgen.training import findings

BACKENDS = ("tensorflow", "jax", "torch")
"""What Keras runs on, in the order in which one is taken."""

_VARIABLE = "KERAS_BACKEND"
_COMMAND = "kauxgen train"
_LIBRARIES = ("keras", "tensorflow", "tensorflow-cpu", "jax", "torch", "numpy")
_EXTRAS = {"tensorflow": "cpu", "jax": "jax", "torch": "torch"}


def choose(only: str = "") -> str:
    """Choose a backend, set it for Keras, and return its name.

    `only` is the backend that a module is written for, "" if it runs on any; then it is
    what the user has set, as Keras reads it, or else the first that is installed.

    Raises:
        ProjectError: Keras or the backend is not installed (KX780), or the user has
            set another one (KX808).
    """
    if util.find_spec("keras") is None:
        raise _missing("Keras", _EXTRAS.get(only, "cpu"))
    wanted = only or os.environ.get(_VARIABLE, "") or _configured()
    found = wanted or next(filter(util.find_spec, BACKENDS), "")
    if not found:
        raise _missing("a backend of Keras", "cpu")
    if found not in BACKENDS:
        wrong = findings.unknown_backend(found, BACKENDS)
        raise ProjectError(blamed(wrong, _COMMAND).diagnostics)
    if util.find_spec(found) is None:
        raise _missing(found, _EXTRAS[found])
    os.environ[_VARIABLE] = found
    # Its notices of instruction sets and GPUs are no news of the run.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    return found


@contextmanager
def quiet() -> Iterator[None]:
    """Keep what libraries write on importing them, and show it only if that fails.

    TensorFlow 2.21 writes of its own log and of oneDNN, whatever level is asked for.
    """
    sys.stderr.flush()
    before = os.dup(2)
    with tempfile.TemporaryFile() as kept:
        os.dup2(kept.fileno(), 2)
        try:
            yield
        except BaseException:
            os.dup2(before, 2)
            kept.seek(0)
            sys.stderr.write(kept.read().decode(errors="replace"))
            raise
        finally:
            sys.stderr.flush()
            os.dup2(before, 2)
            os.close(before)


def versions() -> dict[str, str]:
    """Give the versions of what runs a model, as far as it is installed."""
    return dict(_versions(_LIBRARIES))


def require(module: str, library: str, extra: str) -> None:
    """Refuse to go on without a library: ProjectError with KX780."""
    if util.find_spec(module) is None:
        raise _missing(library, extra)


def _versions(names: Iterable[str]) -> Iterable[tuple[str, str]]:
    for name in names:
        try:
            yield name, metadata.version(name)
        except metadata.PackageNotFoundError:
            continue


def _configured() -> str:
    """Leave the choice to Keras where the user has a file with settings for it."""
    home = os.environ.get("KERAS_HOME", "") or str(Path.home() / ".keras")
    path = Path(home, "keras.json")
    try:
        return next(name for name in BACKENDS if f'"{name}"' in path.read_text("utf-8"))
    except (OSError, ValueError, StopIteration):
        return ""


def _missing(library: str, extra: str) -> ProjectError:
    return ProjectError(blamed(extras.no_library(library, extra), _COMMAND).diagnostics)
