"""Where kauxgen refuses calls that Keras lets pass, and why."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

REASONS: Mapping[str, str] = MappingProxyType(
    {
        "integers and truth values meet floats only through a cast": (
            r"\w+ needs (floats|integers|numbers), got \w+"
        ),
        "masking looks along the last axis, which must not be the batch": (
            r"Masking needs an input of rank 2 or more, .*"
        ),
        "to merge one tensor alone is a mistake": (
            r"\w+ takes at least 2 tensors, got 1"
        ),
        "an empty list of axes is a mistake": r"\w+ needs an axis, got an empty list",
        "an axis that a tensor lacks is a mistake, which Keras overlooks": (
            r"Dot needs an axis -?\d+, .*"
        ),
        "TensorFlow does not learn sizes from data while it writes a graph": (
            r"Adaptive\w+ needs a known axis .*"
        ),
        "an image without a batch is none that a model is given": (
            r"(Auto|Center|Contrast|Rand|Random|Resizing|Solarization)\w* "
            r"needs an input of rank 4, got \(\w+, \w+, \w+\)"
        ),
        "to count over the batch, or an axis on the way, mixes samples": (
            r"\w+ needs an input of rank 2 to count over, .*"
        ),
        "a value is out of the range that the argument states": r"argument: .*",
    }
)
"""The reason for each sort of refusal, told by its text."""


def stricter(refusal: str) -> str:
    """Give the reason for a refusal that Keras does not share, or nothing."""
    for reason, text in REASONS.items():
        if re.fullmatch(text, refusal):
            return reason
    return ""
