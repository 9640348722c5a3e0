"""What an array of training data must hold: its shape, its type, its values."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf

from kauxgen.frozen import frozen
from kauxgen.tensor import Shape

Form = str | tuple["Form", ...] | Mapping[str, "Form"]
"""How arrays are nested in what `train` takes: names, tuples and dicts of them."""

NUMBERS = "numbers"
LABELS = "labels"
ONE_HOT = "one_hot"
BITS = "bits"
SIGNS = "signs"


@frozen
class Values:
    """The values of an array, by their kind.

    "numbers" lie from `low` to `high`, ends included; "labels" are the whole numbers
    from `low` to `high`, one for a class; "one_hot" has a single 1 along the last axis
    (or shares that add up to 1), "bits" is 0 or 1 (or shares between), "signs" are -1
    and 1 (or 0 and 1, which Keras takes for them).
    """

    kind: str = NUMBERS
    low: float = -inf
    high: float = inf

    @property
    def bounded(self) -> bool:
        """Whether both ends are known."""
        return -inf < self.low and self.high < inf

    @property
    def count(self) -> int:
        """How many classes there are; of labels with both ends."""
        return int(self.high - self.low) + 1


UNIT = Values(NUMBERS, 0.0, 1.0)
"""Shares, and the pixels of images."""


@frozen
class Need:
    """One array of the data: its name, and the shape, type and values of a row.

    `name` is that of an input, or "y", or "y.<key>" where targets have keys. `shape`
    has no batch axis, and None for a size that varies; `others` are further shapes that
    losses and metrics take. `at` is the pointer of what reads it, "" without a spec.
    """

    name: str
    shape: Shape
    dtype: str = "float32"
    values: Values = Values()
    others: tuple[Shape, ...] = ()
    at: str = ""
    answers: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether its values are whole numbers."""
        return "int" in self.dtype


def names_in(form: Form) -> tuple[str, ...]:
    """Return the names of a form in its order, without "_", which stands for none."""
    if isinstance(form, str):
        return () if form == "_" else (form,)
    parts = form.values() if isinstance(form, Mapping) else form
    return tuple(name for part in parts for name in names_in(part))
