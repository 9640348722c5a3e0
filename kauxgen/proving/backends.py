"""The backends of Keras that are installed here, found without importing any."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Mapping

BACKENDS: Mapping[str, str] = {
    "tensorflow": "TensorFlow",
    "jax": "JAX",
    "torch": "PyTorch",
}
"""What Keras runs on, by Keras's word for it, with its name."""


def installed() -> tuple[str, ...]:
    """Name the backends that are installed, none if Keras itself is not."""
    if importlib.util.find_spec("keras") is None:
        return ()
    return tuple(one for one in BACKENDS if importlib.util.find_spec(one) is not None)


def environment(backend: str) -> dict[str, str]:
    """Give the environment of a process in which Keras runs on a backend.

    It runs on the processor: devices round in ways of their own.
    """
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONWARNINGS": "ignore"}
    plain = {"CUDA_VISIBLE_DEVICES": "-1", "JAX_PLATFORMS": "cpu"}
    return {**os.environ, **quiet, **plain, "KERAS_BACKEND": backend}
