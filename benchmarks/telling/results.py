"""The files of `benchmarks/results/`: what was measured, with what, and how quietly."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "results"
NAMES = {
    "keras": "Keras",
    "python": "Python",
    "tensorflow": "TensorFlow",
    "tensorflow-cpu": "TensorFlow",
    "jax": "JAX",
    "torch": "PyTorch",
    "numpy": "NumPy",
}
QUIET = 0.05
"""The share of the processors that others may take before times are in doubt."""

Row = dict[str, Any]


@dataclass(frozen=True)
class Results:
    """One file."""

    name: str
    data: Row

    @property
    def rows(self) -> list[Row]:
        """What was measured, row by row."""
        rows: list[Row] = self.data["rows"]
        return rows

    def provenance(self, timed: bool = True) -> str:
        """Say in a paragraph where the figures come from.

        Args:
            timed: Whether they are times, which a busy machine spoils.
        """
        used = self.data["versions"]
        named = {NAMES.get(name, name): version for name, version in used.items()}
        versions = ", ".join(f"{n} {v}" for n, v in sorted(named.items()))
        said = (
            f"Measured {self.data['measured']} on {self.data['machine']['class']}, "
            f"with {versions}: "
            f"[{self.name}.json](../benchmarks/results/{self.name}.json)."
        )
        if self.data.get("repetitions", 1) > 1:
            said += f" Medians of {self.data['repetitions']} turns, taken alternately."
        others = self.data.get("others") or 0.0
        if timed and others > QUIET:
            said += (
                f" **Meanwhile other programs took {others:.0%} of the processors, so "
                "these times say little.**"
            )
        return said


@dataclass(frozen=True)
class Section:
    """A part of the page, with its pictures by the name of their file."""

    title: str
    blocks: tuple[str, ...]
    pictures: dict[str, str] = field(default_factory=dict)


def read(name: str) -> Results | None:
    """Read a file, if it is there."""
    path = FOLDER / f"{name}.json"
    if not path.exists():
        return None
    return Results(name, json.loads(path.read_text(encoding="utf-8")))
