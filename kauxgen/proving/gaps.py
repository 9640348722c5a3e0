"""How far numbers are apart, by name, and what is too far."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from kauxgen.proving.outcome import Gap

RELATIVE = 1e-5
"""What values may differ by, as a part of the largest of their name.

Float32 knows 1.2e-7 of a number; sums of thousands, in whatever order, leave 1e-5.
"""

ABSOLUTE = 1e-6
"""What values may differ by, however small they are."""


def gaps(
    got: Mapping[str, Any], wanted: Mapping[str, Any], relative: float = RELATIVE
) -> list[Gap]:
    """Compare values by name; a name on one side alone is a difference, too."""
    names = dict.fromkeys([*wanted, *got])
    return [_gap(name, got, wanted, relative) for name in names]


def differences(got: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, str]:
    """Tell what differs by more than the tolerance, by name; empty is equal."""
    return {
        one.name: one.words or f"{one.absolute:.2e} off, the largest is {one.size:.2e}"
        for one in gaps(got, wanted)
        if one.is_difference
    }


def _gap(
    name: str, got: Mapping[str, Any], wanted: Mapping[str, Any], relative: float
) -> Gap:
    if name not in got or name not in wanted:
        words = "is missing" if name not in got else "is not expected"
        return Gap(name, share=float("inf"), words=words)
    one, other = np.asarray(got[name]), np.asarray(wanted[name])
    if one.shape != other.shape:
        words = f"has shape {list(one.shape)}, not {list(other.shape)}"
        return Gap(name, share=float("inf"), words=words)
    return _numbers(name, one.astype("float64"), other.astype("float64"), relative)


def _numbers(name: str, one: Any, other: Any, relative: float) -> Gap:
    if not one.size:
        return Gap(name)
    if not (np.isfinite(one).all() and np.isfinite(other).all()):
        return Gap(name, share=float("inf"), words="is not finite")
    gap, size = float(np.abs(one - other).max()), float(np.abs(other).max())
    return Gap(name, gap, size, gap / max(relative * size, ABSOLUTE))
