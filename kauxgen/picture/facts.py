"""What is known of nodes, for their cards: shapes over all uses, and parameters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from kauxgen.checked import Checked
from kauxgen.nodes import Node as Step
from kauxgen.overview import Count, Mark, Overview, Row, overview
from kauxgen.picture.words import Values, shapes
from kauxgen.tensor import TensorType, describe

_MOST = 8
"""How many different shapes are listed."""


class Facts:
    """Answers by pointer what a spec's nodes give and hold."""

    def __init__(self, checked: Checked) -> None:
        """Gather what was seen of each node, over all uses of it."""
        self.checked = checked
        self.values = Values(checked.values, checked.spec.params)
        self.overview: Overview = overview(checked)
        self.rows: Mapping[str, list[Row]] = self._rows()
        self.marks: Mapping[str, Mark] = {m.at: m for m in self.overview.terms}

    def _rows(self) -> Mapping[str, list[Row]]:
        rows: dict[str, list[Row]] = defaultdict(list)
        for part in self.overview.parts:
            for row in part.walk():
                rows[row.at].append(row)
        return rows

    def shape(self, at: str) -> str:
        """Write what a node or input gives, in all its uses; "" if it is not known."""
        return shapes(self._given(at))

    def full(self, at: str) -> str:
        """Write the same with the batch axis, and with the spec's words for sizes."""
        texts = (
            ", ".join(f"{describe(one.shape)} {one.dtype}" for one in given)
            for given in self._given(at)
        )
        return "; ".join(list(dict.fromkeys(texts))[:_MOST])

    def _given(self, at: str) -> list[tuple[TensorType, ...]]:
        found = [given for row in self.rows.get(at, ()) for given in row.shapes]
        own = self.checked.shapes.get(at)
        return found or ([(own,)] if isinstance(own, TensorType) else [])

    def count(self, step: Step) -> str:
        """Write how many parameters a node has, over all uses; "" for none."""
        counts = [row.count for row in self.rows.get(step.at, ())]
        return parameters(sum(counts, Count()))

    def penalized(self, step: Step) -> bool:
        """Say whether a penalty reads what a node gives, in any use of it."""
        rows = self.rows.get(step.at, ())
        return any(mark.role == "penalty" for row in rows for mark in row.marks)

    def times(self, at: str) -> int | None:
        """Return how many rounds a repeat makes, if it is the same in all uses."""
        rows = self.rows.get(at, ())
        times = {row.times // max(row.rounds, 1) for row in rows}
        return times.pop() if len(times) == 1 else None


def parameters(count: Count) -> str:
    """Write a count, "50,240 parameters, 128 not trained"; "" for none."""
    if not count.total:
        return ""
    more = "" if count.known else "at least "
    frozen = f", {count.non_trainable:,} not trained" if count.non_trainable else ""
    frozen = frozen if count.trainable else ", none trained"
    return f"{more}{count.total:,} parameters{frozen}"
