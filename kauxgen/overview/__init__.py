"""What is known of a model without running it: shapes, weights, terms, connections."""

from __future__ import annotations

from kauxgen.checked import Checked
from kauxgen.overview.survey import Survey
from kauxgen.overview.values import Cost, Count, Mark, Row, Spot, walk
from kauxgen.overview.views import AverageView, Overview, Part, PhaseView, StateView

__all__ = [
    "AverageView",
    "Cost",
    "Count",
    "Mark",
    "Overview",
    "Part",
    "PhaseView",
    "Row",
    "Spot",
    "StateView",
    "overview",
    "walk",
]


def overview(checked: Checked) -> Overview:
    """Describe a checked spec: its networks, the model, and how both are trained."""
    return Survey(checked).overview()
