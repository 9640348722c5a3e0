"""Values by name, as checks compare them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np

Numbers = Mapping[str, Any]
"""Values by name: of terms, weights, logs, outputs."""


def last(logs: Numbers) -> dict[str, Any]:
    """Give the logs of the last epoch."""
    return {key: value[-1] for key, value in logs.items()}


def finite(numbers: Numbers) -> dict[str, Any]:
    """Say of each value whether it is a number."""
    return {f"{key} is finite": bool(np.isfinite(v)) for key, v in numbers.items()}


def titled(title: str, numbers: Numbers) -> dict[str, Any]:
    """Put a word before each name."""
    return {f"{title} {key}": value for key, value in numbers.items()}


def outputs(found: Any) -> dict[str, Any]:
    """Name outputs by number; several are a list."""
    several = found if isinstance(found, (list, tuple)) else [found]
    return {
        f"output {index}": keras.ops.convert_to_numpy(one)
        for index, one in enumerate(several)
    }
