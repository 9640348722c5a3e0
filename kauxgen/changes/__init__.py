"""What differs between two specs in the terms of the model, and what follows."""

from __future__ import annotations

from kauxgen.changes.change import (
    Action,
    Answer,
    Change,
    Comparison,
    Consequences,
    Detail,
    Effect,
    Level,
    Total,
    Verdict,
)
from kauxgen.changes.compare import compare

__all__ = [
    "Action",
    "Answer",
    "Change",
    "Comparison",
    "Consequences",
    "Detail",
    "Effect",
    "Level",
    "Total",
    "Verdict",
    "compare",
]
