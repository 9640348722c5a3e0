"""Data from a function of the user's own, `module:function`."""

from __future__ import annotations

import importlib
import inspect
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from kauxgen.finding import Finding
from kauxgen.suggest import help_for
from kauxgen.training.data import unread
from kauxgen.training.data.columns import Columns, blame, of_arrays

Array = Any
_OWN = Path(__file__).parents[2]
"""The folder of kauxgen."""


def call(text: str) -> Any:
    """Import a module from the working directory, and call a function of it.

    Raises:
        SpecError: There is no such module or function, or it raises.
    """
    module, _, name = text.partition(":")
    with _importable(), blaming(text, f"importing {module} raised"):
        found = importlib.import_module(module)
    function = getattr(found, name, None)
    if not callable(function):
        named = [each for each, one in vars(found).items() if inspect.isfunction(one)]
        wrong = unread.function_failed(
            text, f"is no function of {module}", help_for(name, named)
        )
        raise blame(f"--data {text}", wrong)
    return _called(text, function)


def _called(text: str, function: Callable[[], Any]) -> Any:
    with _importable(), blaming(text, "raised"):
        return function()


@contextmanager
def _importable() -> Iterator[None]:
    """Find modules in the working directory, as `python -m` does."""
    here = str(Path.cwd())
    sys.path.insert(0, here)
    try:
        yield
    finally:
        sys.path.remove(here)


@contextmanager
def blaming(text: str, what: str) -> Iterator[None]:
    """Turn what the user's code raises into a finding with the line that raised it."""
    try:
        yield
    except Exception as error:
        module = text.partition(":")[0]
        if isinstance(error, ModuleNotFoundError) and error.name == module:
            reason = f"names no module {module}"
            help = f"it is looked for in {Path.cwd().name}/ and among what is installed"
            found = unread.function_failed(text, reason, help)
            raise blame(f"--data {text}", found) from error
        raise blame(f"--data {text}", _failed(text, what, error)) from error


def _failed(text: str, what: str, error: Exception) -> Finding:
    """Say what was raised, and where: not in kauxgen, nor in what imports modules."""
    said = str(error).partition("\n")[0]
    reason = f"{what} {type(error).__name__}: {said}"
    frames = traceback.extract_tb(error.__traceback__)
    places = [(one.filename, one.lineno) for one in frames if _is_foreign(one.filename)]
    if isinstance(error, SyntaxError) and error.filename:
        places.append((error.filename, error.lineno))
    help = ""
    if places:
        file, line = places[-1]
        help = f"see {Path(file).name}, line {line}"
    return unread.function_failed(text, reason, help)


def _is_foreign(file: str) -> bool:
    return not file.startswith("<frozen") and not Path(file).is_relative_to(_OWN)


def is_dataset(value: Any) -> bool:
    """Tell whether a value is a `tf.data.Dataset`, without importing TensorFlow."""
    tensorflow = sys.modules.get("tensorflow")
    return tensorflow is not None and isinstance(value, tensorflow.data.Dataset)


def columns(text: str, value: Any) -> Columns:
    """Give what a function returned by names; SpecError if that is no data."""
    said: tuple[str, ...] = ()
    if isinstance(value, tuple) and len(value) == 2 and _are_pairs(value):
        value, said = value[0], (f"{text} gives two pairs: the first is trained on",)
    if hasattr(value, "columns") and hasattr(value, "to_numpy"):
        named = {str(name): value[name].to_numpy() for name in value.columns}
        return of_arrays(text, named, said, "column")
    with blaming(text, "returned what is no array,"):
        arrays = dict(_arrays(value))
    if not arrays:
        kind = type(value).__name__
        reason = (
            f"returned {kind}: it takes arrays, a dict, a tuple or a tf.data.Dataset"
        )
        raise blame(f"--data {text}", unread.function_failed(text, reason))
    return of_arrays(text, arrays, said)


def _are_pairs(value: tuple[Any, ...]) -> bool:
    return all(isinstance(one, tuple) and len(one) == 2 for one in value)


def _arrays(value: Any) -> Iterator[tuple[str, Array]]:
    """Yield arrays by name: x and y of a tuple, those of y by key under "y."."""
    if isinstance(value, Mapping):
        yield from ((str(name), np.asarray(one)) for name, one in value.items())
    elif isinstance(value, tuple) and 1 <= len(value) <= 2:
        x, y = (*value, None)[:2]
        yield from _arrays(x) if isinstance(x, Mapping) else [("x", np.asarray(x))]
        if isinstance(y, Mapping):
            yield from ((f"y.{name}", np.asarray(one)) for name, one in y.items())
        elif y is not None:
            yield "y", np.asarray(y)
    elif hasattr(value, "__array__"):
        yield "x", np.asarray(value)
