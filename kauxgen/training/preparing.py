"""A run made ready: its module imported, its model built and compiled, its data got."""

from __future__ import annotations

import math
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import keras

import kauxgen
from kauxgen import refusal, report
from kauxgen.compiler import Loaded
from kauxgen.finding import SpecError
from kauxgen.frozen import frozen
from kauxgen.tracing import traceback as tracing
from kauxgen.training import data, findings, importing, params
from kauxgen.training.data import Request, built, needs
from kauxgen.training.data.feed import Feed
from kauxgen.training.data.needs import Needs
from kauxgen.training.folder import RunFolder
from kauxgen.training.settings import Settings

_EPOCHS = 1
_BATCH_SIZE = 32
"""What a module is trained with whose `train` does not say."""

_OWN = Path(kauxgen.__file__).parent


@frozen
class Prepared:
    """A run that can begin: its compiled model, its data, and what was asked for.

    `loaded` is the spec with the params of the run, None if none is known.
    """

    folder: RunFolder
    settings: Settings
    loaded: Loaded | None
    module: ModuleType
    model: Any
    feed: Feed

    @property
    def shuffles(self) -> bool:
        """Whether the rows of an epoch are in an order of its own."""
        if self.loaded is None:
            return bool(params.default(self.module, "shuffle", True))
        return self.loaded.spec.training.shuffle


def prepare(folder: RunFolder, asked: Settings, loaded: Loaded | None) -> Prepared:
    """Import the module of a folder, build and compile its model, and get its data.

    `asked` has 0 for epochs and a batch size that the user leaves to the module, and ""
    for data that nobody names.

    Raises:
        SpecError: The module, a param or the data is no good.
    """
    shown = refusal.shown(folder.code).as_posix()
    with failing(f"importing {folder.module}", shown):
        module = importing.module(folder.code, shown)
    asked = replace(asked, data=asked.data or data.SYNTHETIC)
    given = params.arguments(module, asked.params, asked.seed, loaded)
    keras.utils.set_random_seed(asked.seed)
    with failing("building the model", shown):
        model = module.build_model(**given.build)
        module.compile_model(model, **given.compile)
    wanted = _needs(loaded, module, model, shown)
    feed = data.load(Request(asked.data, asked.maps), wanted, asked.seed)
    numbers = _numbers(asked, loaded, module, feed)
    return Prepared(folder, numbers, loaded, module, model, feed)


def _needs(loaded: Loaded | None, module: ModuleType, model: Any, shown: str) -> Needs:
    if loaded is not None:
        return needs.of(loaded.checked, loaded.document)
    found = built.of(model, params.takes(module, "train", "y"))
    if found is None:
        why = "its spec is not known, and the model does not say what it takes"
        raise refusal.blamed(findings.no_module(why), shown)
    return found


def _numbers(
    asked: Settings, loaded: Loaded | None, module: ModuleType, feed: Feed
) -> Settings:
    """Fill in what the user left open; so many steps are so many epochs."""
    size = asked.batch_size or params.number(loaded, module, "batch_size", _BATCH_SIZE)
    epochs = asked.epochs or params.number(loaded, module, "epochs", _EPOCHS)
    if asked.steps:
        # Where nobody knows how long an epoch is, it has at least one step.
        epochs = math.ceil(asked.steps / max(1, feed.steps(size)))
    return replace(asked, batch_size=size, epochs=epochs)


@contextmanager
def failing(what: str, shown: str) -> Iterator[None]:
    """Turn what a module raises into a finding, behind its traceback.

    What kauxgen itself raises in between stays what it is: a bug.
    """
    try:
        yield
    except SpecError:
        raise
    except Exception as error:
        if _is_own(error):
            raise
        sys.stdout.flush()
        told = tracing.of(error)
        report.show(told.lines, sys.stderr)
        if told.failed is not None:
            raise SpecError([told.failed]) from error
        first, _, _ = (str(error) or "no message").strip().partition("\n")
        reason = f"{type(error).__name__}: {first}"
        raise refusal.blamed(findings.failed(what, reason), shown) from error


def _is_own(error: Exception) -> bool:
    """Tell whether an exception was raised by a line of kauxgen."""
    frames = traceback.extract_tb(error.__traceback__)
    last = Path(frames[-1].filename)
    by_hand = len(frames) == 1
    return not by_hand and last.is_relative_to(_OWN)
