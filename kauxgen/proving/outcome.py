"""What a proof says: checks with the largest difference of each, and where it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kauxgen.frozen import frozen


@frozen
class Gap:
    """How far a name's values are apart: at most `absolute`, of a largest of `size`.

    `share` is the part of the tolerance that this takes: above 1 it is a difference.
    Where values cannot be compared, `words` says why, and `share` is infinite.
    """

    name: str
    absolute: float = 0.0
    size: float = 0.0
    share: float = 0.0
    words: str = ""

    @property
    def relative(self) -> float:
        """The largest difference by the largest value."""
        return self.absolute / self.size if self.size else 0.0

    @property
    def is_difference(self) -> bool:
        """Whether it is above the tolerance, or no number."""
        return not self.share <= 1


@frozen
class Outcome:
    """What a check found in a style that it held against something.

    `against` is what the style was held against: another style, a backend, its own
    file. `compared` counts the names that were compared, `largest` is the gap that
    takes the most of the tolerance, `differing` are all above it. `error` is the text
    of an exception that ended the check, the traceback with it.
    """

    style: str
    check: str
    against: str
    compared: int = 0
    largest: Gap | None = None
    differing: tuple[Gap, ...] = ()
    error: str = ""

    @property
    def holds(self) -> bool:
        """Whether nothing differs."""
        return not self.differing and not self.error


@frozen
class Proof:
    """All outcomes of a spec on a backend.

    `refused` are the styles that cannot express the spec on this backend, with the
    reason; `left_out` the checks that could not be made, with the reason.
    """

    path: str
    backend: str
    styles: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    refused: Mapping[str, str]
    left_out: Mapping[str, str]
    seconds: float = 0.0

    @property
    def holds(self) -> bool:
        """Whether every check holds."""
        return all(one.holds for one in self.outcomes)

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """The checks that do not hold."""
        return tuple(one for one in self.outcomes if not one.holds)


def outcome(
    style: str, check: str, against: str, gaps: Sequence[Gap], error: str = ""
) -> Outcome:
    """Sum up the gaps of a check."""
    largest = max(gaps, key=_rank, default=None)
    differing = tuple(sorted((one for one in gaps if one.is_difference), key=_rank))
    return Outcome(style, check, against, len(gaps), largest, differing[::-1], error)


def _rank(gap: Gap) -> tuple[bool, float, str]:
    """Order gaps: what is no number stands above all numbers."""
    return gap.share != gap.share, gap.share, gap.name


def as_json(proof: Proof) -> dict[str, Any]:
    """Give a proof as what JSON can hold; `from_json` reads it."""
    outcomes = [
        {
            **vars(one),
            "largest": one.largest and vars(one.largest),
            "differing": [vars(gap) for gap in one.differing],
        }
        for one in proof.outcomes
    ]
    held = {"refused": dict(proof.refused), "left_out": dict(proof.left_out)}
    return {**vars(proof), "styles": list(proof.styles), **held, "outcomes": outcomes}


def from_json(value: Mapping[str, Any]) -> Proof:
    """Read a proof that `as_json` gave."""
    outcomes = tuple(
        Outcome(
            **{
                **one,
                "largest": Gap(**one["largest"]) if one["largest"] else None,
                "differing": tuple(Gap(**gap) for gap in one["differing"]),
            }
        )
        for one in value["outcomes"]
    )
    return Proof(**{**value, "styles": tuple(value["styles"]), "outcomes": outcomes})
