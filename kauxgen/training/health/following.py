"""The health of a run as it goes: measured at the end of every epoch, and told."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import keras
import numpy as np

from kauxgen.compiler import Loaded
from kauxgen.finding import Diagnostic
from kauxgen.training.health import findings, probe
from kauxgen.training.health.pairing import Unpaired
from kauxgen.training.history import HealthFinding, History, TermHealth

Logs = Mapping[str, float]


class Finite(keras.callbacks.Callback):
    """Ends training when a log is NaN or infinite.

    Keras hands logs to such callbacks from another thread, so no step waits for it.
    """

    async_safe = True

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Look at the logs so far; once NaN, a mean stays so."""
        if not finite(logs or {}):
            self.model.stop_training = True


class Following:
    """Measures the terms of a run, and finds what is wrong with them.

    Of a run whose terms cannot be measured there is no health, and no finding.
    """

    def __init__(self, loaded: Loaded | None, model: Any, batch: Any) -> None:
        """Take the spec with the params of the run, its model, and a batch."""
        self.callback = Finite()
        self._loaded = loaded
        self._probe: probe.Probe | None = None
        if loaded is not None and probe.measurable(loaded):
            self._probe = probe.Probe(loaded, model, batch)

    def measured(self) -> dict[str, TermHealth]:
        """Measure the terms, with the weights as they are.

        A weight that cannot be told by its name ends the measuring, not the run.
        """
        if self._probe is None:
            return {}
        try:
            return self._probe.measure()
        except Unpaired:
            self._probe = None
            return {}

    def found(self, history: History) -> tuple[HealthFinding, ...]:
        """Find what is wrong with the terms, by what was measured so far."""
        if self._loaded is None:
            return ()
        return findings.of(history, self._loaded)

    def said(self, history: History) -> tuple[Diagnostic, ...]:
        """Give the same as a report prints it."""
        if self._loaded is None:
            return ()
        return findings.diagnostics(history, self._loaded)


def sound(logs: Logs, model: Any) -> bool:
    """Say whether all logs and weights are numbers.

    Weights may be NaN where logs are not: a `relu` of NaN is 0 on some devices.
    """
    return finite(logs) and not any(map(bad, model.trainable_variables))


def bad(value: Any) -> bool:
    """Say whether an array, tensor or variable of floats has NaN or infinity in it."""
    if not hasattr(value, "dtype") or "float" not in str(value.dtype):
        return False
    array = np.asarray(keras.ops.convert_to_numpy(value))
    if array.dtype.kind != "f":
        # NumPy does not know bfloat16, and float32 holds all of it.
        array = array.astype("float32")
    return not bool(np.isfinite(array).all())


def finite(logs: Logs) -> bool:
    """Say whether all logs are numbers."""
    return all(math.isfinite(float(value)) for value in logs.values())
