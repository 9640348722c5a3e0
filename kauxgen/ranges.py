"""The ranges of values: what activations can give, and what losses can take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from math import inf
from typing import Any

from kauxgen import resources
from kauxgen.frozen import frozen


@frozen
class Range:
    """What the values of a tensor can be: all from `low` to `high`, and nothing else.

    `word` is the activation that made them, as Keras calls it; it is empty where
    arithmetic has moved its values since.
    """

    low: float
    high: float
    word: str = ""

    def within(self, low: float, high: float) -> bool:
        """Whether no value is below `low` or above `high`."""
        return low <= self.low and self.high <= high

    def reaching(self, low: float, high: float) -> bool:
        """Whether there are values as low as `low`, and as high as `high`."""
        return self.low <= low and high <= self.high

    def scaled(self, factor: float, offset: float) -> Range:
        """Give the range of factor * x + offset; everything stays everything."""
        if not factor:
            return Range(offset, offset)
        ends = sorted((factor * self.low + offset, factor * self.high + offset))
        if ends == [-inf, inf]:
            return self
        return Range(ends[0], ends[1])

    @property
    def shown(self) -> str:
        """The range for a reader, "from 0 to 1"."""
        if self.low == -inf and self.high == inf:
            return "of any sign and size"
        if self.high == inf:
            return f"from {self.low:g} up"
        return f"up to {self.high:g}" if self.low == -inf else _between(self)


def _between(values: Range) -> str:
    return f"from {values.low:g} to {values.high:g}"


@frozen
class Need:
    """What a loss of Keras takes predictions for.

    `probability` is the activation that it wants if they are probabilities, from which
    `from_logits` frees it. Else the values lie `within` a range or reach both its ends
    (`reaching`), for the `reason`; `fits` is an activation that does it.
    """

    probability: str = ""
    within: tuple[float, float] | None = None
    reaching: tuple[float, float] | None = None
    reason: str = ""
    fits: str = ""


@cache
def activations() -> Mapping[str, Range]:
    """Give the ranges of activations, and of operations, by name."""
    ends = _data()["activations"].items()
    return {word: replace(_range(pair), word=word) for word, pair in ends}


@cache
def needs() -> Mapping[str, Need]:
    """Give what losses need by their kind; those that take anything are left out."""
    return {kind: _need(**entry) for kind, entry in _data()["losses"].items()}


def of_layer(kind: str, args: Mapping[str, Any]) -> Range | None:
    """Give the range of what a layer computes; None if it is not known.

    `args` are worked out. Layers that move values and change none are no matter here.
    """
    word = args.get("activation", "linear")
    if kind in _data()["layers"] and set(args) <= {"axis", "shared_axes"}:
        word = _data()["layers"][kind]
    elif kind not in _data()["activated"]:
        return None
    return activations().get(word or "linear") if isinstance(word, str | None) else None


def keeps(family: str, name: str) -> bool:
    """Say whether what a layer or operation gives has the range of what enters it.

    `family` is "layers" or "operations".
    """
    return name in _data()["keeping"][family]


def _data() -> Any:
    return resources.schema("ranges")


def _range(pair: list[float | None]) -> Range:
    low, high = pair
    return Range(-inf if low is None else low, inf if high is None else high)


def _need(
    within: list[float | None] | None = None,
    reaching: list[float | None] | None = None,
    **words: str,
) -> Need:
    return Need(within=_ends(within), reaching=_ends(reaching), **words)


def _ends(pair: list[float | None] | None) -> tuple[float, float] | None:
    return (_range(pair).low, _range(pair).high) if pair else None
