"""What is known of a tensor before it exists: its shape and its type."""

from __future__ import annotations

from kauxgen.frozen import frozen

Shape = tuple[int | None, ...]
"""Sizes by axis; `None` is a size that varies. Axis 0 of a batch is `None`."""


class Size(int):
    """A size that remembers the spec's words for it: `Size(64, "latent_dim")`.

    Arithmetic gives plain integers, so a size that a rule passes on keeps its words
    and a size that a rule computes is a number.
    """

    text: str

    def __new__(cls, value: int, text: str) -> Size:
        """Make the size `value`, written `text` in the spec."""
        size = super().__new__(cls, value)
        size.text = text
        return size


@frozen
class TensorType:
    """The shape and type of one tensor, batch axis included."""

    shape: Shape
    dtype: str = "float32"


class Misfit(ValueError):
    """Raised by a shape rule: the message says what does not fit, in one clause."""


def describe(shape: Shape) -> str:
    """Write a shape for a reader, `(batch, 28, latent_dim)`."""
    return f"({', '.join(word(size, axis) for axis, size in enumerate(shape))})"


def difference(left: Shape, right: Shape, broadcast: bool = False) -> str:
    """Name what differs in two shapes that do not fit, "axis 1 is 8 and 4".

    Axes count from the first one; where shapes `broadcast`, from the last one, and a
    size of 1 fits any.
    """
    if not broadcast and len(left) != len(right):
        return f"their ranks are {len(left)} and {len(right)}"
    count = min(len(left), len(right))
    for axis in range(-1, -count - 1, -1) if broadcast else range(count):
        sizes = left[axis], right[axis]
        fits = None in sizes or sizes[0] == sizes[1] or (broadcast and 1 in sizes)
        if not fits:
            words = " and ".join(word(size, axis) for size in sizes)
            return f"axis {axis} is {words}"
    return "no axis differs"


def word(size: int | None, axis: int = -1) -> str:
    """Write the size of an axis: its words, its number, or that it varies."""
    if size is None:
        return "batch" if axis == 0 else "any"
    return size.text if isinstance(size, Size) else str(size)
