"""The axes of curves: linear, or by powers of ten where values span decades.

Values that span decades and have both signs, or come down to nothing, stand on an axis
that is linear around nothing and logarithmic beyond.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Iterator

from kauxgen.frozen import frozen
from kauxgen.training.report.numbers import minus, number, power

LINEAR, LOG, SIGNED, NONE = "linear", "log", "signed log", "none"
_FLOAT = sys.float_info
_SPAN = 30.0
_DEPTH = 6
_MARGIN = 0.06
_STEPS = (1, 2, 2.5, 5, 10)


@frozen
class Scale:
    """An axis: where values stand between its ends, 0 and 1, and its ticks.

    `least` and `most` are the values at its ends, `unit` what a signed axis is linear
    up to.
    """

    kind: str
    least: float
    most: float
    unit: float = 1.0

    def place(self, value: float) -> float:
        """Return where a value stands; NaN for one that is not finite."""
        if not math.isfinite(value):
            return math.nan
        low, high = self._bent(self.least), self._bent(self.most)
        return (self._bent(value) - low) / (high - low)

    def ticks(self) -> list[tuple[float, str]]:
        """Return a few values with their labels, in their order."""
        if self.kind == NONE:
            return []
        every = {LINEAR: self._even, LOG: self._powers, SIGNED: self._signed}[self.kind]
        edge = 1e-9
        return [one for one in every() if -edge <= self.place(one[0]) <= 1 + edge]

    def _bent(self, value: float) -> float:
        if self.kind == LINEAR:
            return value
        if self.kind == LOG:
            return math.log10(value)
        return math.asinh(value / self.unit / 2)

    def _even(self) -> Iterator[tuple[float, str]]:
        step = nice((self.most - self.least) / 4)
        places = max(0, -math.floor(math.log10(step) + 1e-9))
        places += not math.isclose(step * 10**places, round(step * 10**places))
        first, last = math.ceil(self.least / step), math.floor(self.most / step)
        plain = 1e-3 <= max(abs(self.least), abs(self.most)) < 1e5 and places <= 6
        for count in range(first, last + 1):
            value = count * step
            said = minus(f"{value:.{places}f}") if plain else number(value)
            yield value, said if count else "0"

    def _powers(self) -> Iterator[tuple[float, str]]:
        first, last = math.floor(math.log10(self.least)), math.log10(self.most)
        every = max(1, math.ceil((last - first) / 6))
        between = (1, 2, 5) if last - math.log10(self.least) < 2 else (1,)
        for exponent in range(first, math.ceil(last) + 1, every):
            for factor in between:
                value = factor * 10.0**exponent
                yield value, number(value, 1) if factor > 1 else power(exponent)

    def _signed(self) -> Iterator[tuple[float, str]]:
        first = round(math.log10(self.unit)) + 1
        last = math.floor(math.log10(max(abs(self.least), abs(self.most))))
        exponents = range(last, first - 1, -max(1, math.ceil((last - first + 1) / 3)))
        yield from ((-(10.0**one), f"−{power(one)}") for one in exponents)
        yield 0.0, "0"
        yield from ((10.0**one, power(one)) for one in reversed(exponents))


def of(values: Iterable[float], even: bool = False) -> Scale:
    """Choose the axis for some values; those that are not finite do not count.

    Without any other there is nothing to name: the axis has no ticks.

    `even` keeps it linear where all are parts of a whole, as accuracies are.
    """
    found = [one for one in values if math.isfinite(one)]
    if not found:
        return Scale(NONE, 0.0, 1.0)
    least, most = min(found), max(found)
    if even and 0 <= least < most <= 1:
        return _widened(Scale(LINEAR, least, most))
    if least > 0 and most / least >= _SPAN:
        margin = (most / least) ** _MARGIN
        least, most = least / margin, most * margin
        return Scale(LOG, max(least, _FLOAT.min), min(most, _FLOAT.max))
    sizes = [abs(one) for one in found if one]
    if least <= 0 and sizes and max(sizes) / min(sizes) >= _SPAN**2:
        smallest = max(min(sizes), max(sizes) * 10.0**-_DEPTH)
        unit = 10.0 ** math.floor(math.log10(smallest))
        return _widened(Scale(SIGNED, least, most, unit))
    if most - least <= 1e-9 * max(abs(least), abs(most)):
        around = abs(most) / 10 or 1.0
        return Scale(LINEAR, least - around, most + around)
    return _widened(Scale(LINEAR, least, most))


def _widened(scale: Scale) -> Scale:
    """Let curves end before the axis does; nothing stays its end."""
    margin = _MARGIN * (scale.most - scale.least)
    if scale.kind == SIGNED:
        least = scale.least * 2 if scale.least < 0 else -scale.unit
        most = scale.most * 2 if scale.most > 0 else scale.unit
    else:
        least, most = scale.least - margin, scale.most + margin
        least = max(least, 0.0) if scale.least >= 0 else least
    return Scale(scale.kind, least, most, scale.unit)


def nice(step: float) -> float:
    """Return the next larger step that people count in, such as 0.25 or 20."""
    power = 10.0 ** math.floor(math.log10(step))
    return next(one * power for one in _STEPS if one * power >= step * (1 - 1e-9))


def epochs(first: int, last: int) -> list[int]:
    """Return the epochs that an axis names: the first, and round ones."""
    if last <= first:
        return [first]
    step = max(1, round(nice(max((last - first) / 4, 1))))
    round_ones = [one for one in range(first, last + 1) if one % step == 0]
    return [first, *(one for one in round_ones if one - first >= step / 2)]
