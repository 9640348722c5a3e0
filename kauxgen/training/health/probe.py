"""The measurement of a run: after an epoch, on one batch, beside the model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras

from kauxgen import rules
from kauxgen.compiler import Loaded
from kauxgen.styles import weighing
from kauxgen.training.health import shares
from kauxgen.training.health.beside import Beside, undisturbed
from kauxgen.training.health.measuring import Measuring
from kauxgen.training.history import TermHealth

BACKEND = "tensorflow"


def measurable(loaded: Loaded) -> bool:
    """Say whether the terms of a spec can be measured: the backend must be TensorFlow.

    What the step styles cannot write has no objective that could be asked.
    """
    if keras.backend.backend() != BACKEND:
        return False
    return not any(rules.portability(loaded.checked, weighing.STYLE))


class Probe:
    """Measures the terms of a model that trains, without changing it.

    The model beside is built with the first measurement, its graph traced once.
    """

    def __init__(
        self,
        loaded: Loaded,
        model: Any,
        batch: Any,
        params: Mapping[str, Any] | None = None,
    ) -> None:
        """Know the model that trains, and one batch as `fit` takes it: (x,) or (x, y).

        `params` are those that it was built with, where they are not the defaults.
        """
        self._loaded, self._model = loaded, model
        self._batch, self._params = batch, dict(params or {})
        self._measuring: Measuring | None = None

    def measure(self) -> dict[str, TermHealth]:
        """Measure all terms with the weights as they are, by name."""
        with undisturbed():
            if self._measuring is None:
                beside = Beside(self._loaded, self._model, self._params)
                self._measuring = Measuring(beside, self._batch)
            return shares.of(self._measuring.readings())
