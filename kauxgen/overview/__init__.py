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


def overview(checked: Checked, style: str = "") -> Overview:
    """Describe a checked spec: its networks, the model, and how both are trained.

    A style, by default the spec's own, matters to `Overview.kept` alone.
    """
    return Survey(checked, style or checked.spec.style or "functional").overview()
