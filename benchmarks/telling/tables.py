"""Tables of markdown, numbers as people read them, and what seeds say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import floor, log10, sqrt
from statistics import mean, stdev

QUANTILES = {4: 2.776, 9: 2.262, 19: 2.093, 29: 2.045}
"""Of Student's t by degrees of freedom: the 97.5th percentile."""


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Lay out a table, its first column to the left and the others to the right."""
    marks = ["---", *["--:"] * (len(head) - 1)]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, marks, *rows))


def number(value: float, digits: int = 3) -> str:
    """Write a number with so many significant digits, thousands apart."""
    if not value:
        return "0"
    if abs(value) < 1e-4:
        return f"{value:.{digits - 1}e}"
    rounded = float(f"{value:.{digits}g}")
    if abs(rounded) >= 10 ** (digits - 1):
        return f"{rounded:,.0f}"
    return f"{rounded:.{digits - 1 - floor(log10(abs(rounded)))}f}"


def ranged(values: dict[str, float], digits: int = 3) -> str:
    """Write a median with the least and the most."""
    least, most = number(values["least"], digits), number(values["most"], digits)
    return f"{number(values['median'], digits)} ({least} to {most})"


def count(parameters: int) -> str:
    """Write a number of parameters shortly."""
    millions = parameters / 1e6
    return f"{millions:.1f} million" if millions < 10 else f"{millions:.0f} million"


@dataclass(frozen=True)
class Interval:
    """A mean with its 95% confidence interval (Student's t) over `n` values."""

    mean: float
    low: float
    high: float
    n: int

    @property
    def decided(self) -> bool:
        """Whether zero lies outside."""
        return self.low > 0 or self.high < 0


def interval(values: Sequence[float]) -> Interval:
    """Take the mean of values and where it lies with 95% confidence."""
    middle, n = mean(values), len(values)
    half = QUANTILES[n - 1] * stdev(values) / sqrt(n)
    return Interval(middle, middle - half, middle + half, n)
