"""Types of values: which ones layers take, and which ones they give."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

TAKES: Mapping[str, Callable[[str], bool]] = MappingProxyType(
    {
        "floats": lambda dtype: "float" in dtype,
        "integers": lambda dtype: "int" in dtype,
        "numbers": lambda dtype: dtype != "bool",
        "any": lambda dtype: True,
    }
)
"""Whether a layer that takes such values takes a type."""


def kept(dtype: str) -> str:
    """Give the type of values that a layer moves but does not change.

    Keras casts floats that enter a layer to float32, and leaves others alone.
    """
    return "float32" if "float" in dtype else dtype


def promoted(one: str, two: str) -> str:
    """Give the type that holds values of two types, as Keras's operations find it.

    Floats are float32 here; integers widen until the signs of both have room, and
    unsigned ones of 64 bits become ones of 32. Source: `keras.backend.result_type`,
    which follows the lattice of JAX's type promotion.
    """
    if one == two == "bool":
        return one
    unsigned, signed = _bits("uint", one, two), _bits("int", one, two)
    if "float32" in (one, two) or (unsigned == 64 and signed):
        return "float32"
    if not signed:
        return f"uint{min(unsigned, 32)}"
    return f"int{signed if signed > unsigned else 2 * unsigned}"


def _bits(prefix: str, *types: str) -> int:
    """Give the bits of the widest type of a sort, 0 if there is none."""
    widths = (dtype.removeprefix(prefix) for dtype in types)
    return max((int(width) for width in widths if width.isdecimal()), default=0)
