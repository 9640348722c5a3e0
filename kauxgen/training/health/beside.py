"""A second model of a spec, beside the one that trains: what is measured, it computes.

So the trained one is only read: no draw of it is used up, no statistic moves.
"""

from __future__ import annotations

import contextlib
import inspect
import random
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import keras
import numpy as np

from kauxgen.compiler import Loaded
from kauxgen.training import importing
from kauxgen.training.health import goals, pairing
from kauxgen.training.health.subjects import LAYERS
from kauxgen.training.health.tape import Lines

DRAWS = "seed_generator_state"
_FOLDER = tempfile.TemporaryDirectory(prefix="kauxgen_health_")


class Beside:
    """The model beside: its variables follow those of the trained model on demand."""

    def __init__(
        self,
        loaded: Loaded,
        trained: Any,
        params: Mapping[str, Any],
        lines: Lines | None = None,
    ) -> None:
        """Build it with the params of the trained one, and pair their variables.

        `lines` note what made its graphs. `pairing.Unpaired` if a weight has no
        counterpart.
        """
        lines = lines or Lines()
        self.spec = loaded.spec
        self.measured = goals.of(loaded.checked)
        with undisturbed():
            module = _imported(self.measured)
            lines.path = str(module.__file__)
            with lines.building():
                self.model = _built(module, params)
        self._pairs = pairing.pairs(self.spec, trained, self.model)

    def follow(self) -> None:
        """Take the values of the trained model, and begin its own draws again."""
        for source, own in self._pairs:
            own.assign(source)
        for one in self.model.variables:
            if DRAWS in one.path:
                # A generator's state is its seed and a count.
                one.assign([int(keras.ops.convert_to_numpy(one)[0]), 0])

    def variables(self, goal: goals.Goal) -> list[Any]:
        """Return the weights that an objective moves."""
        if not goal.updates:
            return list(self.model.trainable_variables)
        found = (one for name in goal.updates for one in self._of_network(name))
        return list({id(one): one for one in found}.values())

    def owners(self, variables: list[Any]) -> list[str]:
        """Name the network of each weight: the innermost that has it, else `layers`."""
        owned = {name: self._of_network(name) for name in self.spec.networks}
        known: dict[int, str] = {}
        for name in sorted(owned, key=lambda name: len(owned[name])):
            for one in owned[name]:
                known.setdefault(id(one), name)
        return [known.get(id(one), LAYERS) for one in variables]

    def _of_network(self, name: str) -> list[Any]:
        """Return the weights of a network, of a list of equal ones all of them."""
        made = getattr(self.model, name, ())
        several = made if isinstance(made, (list, tuple)) else [made]
        return [one for each in several for one in each.trainable_variables]


def _imported(measured: goals.Measured) -> ModuleType:
    path = Path(_FOLDER.name, f"{measured.title}.py")
    path.write_text(measured.text, encoding="utf-8")
    return importing.module(path, path.name)


def _built(module: Any, params: Mapping[str, Any]) -> Any:
    """Build a model with those params that its module takes."""
    taken = inspect.signature(module.build_model).parameters.keys() & params.keys()
    return module.build_model(**{name: params[name] for name in taken})


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Give back the states of the generators that a run draws from."""
    state, arrays = random.getstate(), np.random.get_state()
    try:
        yield
    finally:
        random.setstate(state)
        np.random.set_state(arrays)
