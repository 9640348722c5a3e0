"""The data of `kauxgen train`: from what the user names to what a model takes."""

from __future__ import annotations

from kauxgen.frozen import frozen
from kauxgen.training.data.feed import Feed
from kauxgen.training.data.needs import Needs

SYNTHETIC = "synthetic"
"""What is trained on if nothing is named."""


@frozen
class Request:
    """What the user asks for: `--data source`, and each `--map name=columns`."""

    source: str = SYNTHETIC
    maps: tuple[str, ...] = ()


def load(request: Request, needs: Needs, seed: int) -> Feed:
    """Get the data; SpecError with findings where they do not fit what is needed."""
    # NumPy takes long to import, and `kauxgen explain` asks this package for findings.
    from kauxgen.training.data import sources

    return sources.load(request.source, request.maps, needs, seed)
