"""Where kauxgen refuses operations that Keras lets pass, and why."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

REASONS: Mapping[str, str] = MappingProxyType(
    {
        "tensors of several types meet only through a cast": (
            r"\w+ meets (\w+|a number): cast (one of them|it)"
        ),
        "truth values are no numbers": r".* needs numbers, got bool: cast it",
        "whole numbers are no fractions": r"\w+ needs floats, got \w+: cast it",
        "True is no number, and a number no truth value": (
            r"\w+ needs (a whole number|whole numbers|True or False) for \w+"
            r"|\w+ needs sizes for \w+: whole numbers from 0"
        ),
        "indices and lengths are whole numbers": (
            r"\w+ needs whole numbers for \w+, got \w+"
        ),
        "an axis named twice is a mistake": r"\w+ names an axis twice",
        "TensorFlow multiplies unlike axes whose sizes have one product": (
            r"tensordot needs equal inner sizes, .*"
        ),
        "along other axes Keras states a wrong shape": (
            r"\w+ works along the last axis only"
        ),
        "a fraction is no whole number to pad with": (
            r"pad needs constant_values of type \w+"
        ),
        "Keras fails to keep the axes of singular values, or misplaces them": (
            r"norm of singular values keeps axes .*"
        ),
        "beside the main diagonal Keras miscounts what is not square": (
            r"(trace|eye) (beside the main diagonal|has no diagonal).*"
        ),
    }
)
"""The reason for each sort of refusal, told by its text."""


def stricter(refusal: str) -> str:
    """Give the reason for a refusal that Keras does not share, or nothing."""
    for reason, text in REASONS.items():
        if re.fullmatch(text, refusal):
            return reason
    return ""


LOOSER = (
    r"Arguments `\w+` and `\w+` must have the same (shape|first dimension).*",
    r"Expected a square matrix. Received non-square input with shape .*",
    r"Shape must match on the last axis of `x1` and `x2` when .*",
)
"""What Keras says of a graph's tensors whose unknown sizes it takes for unequal ones.

On arrays the same calls work, so that only the style `functional` refuses them.
"""


def looser(error: str) -> bool:
    """Say whether an error of Keras is one about sizes that may turn out equal."""
    return any(re.match(text, error.strip()) for text in LOOSER)
