"""The data of `kauxgen train`: from what the user names to what a model takes."""

from __future__ import annotations

from kauxgen.frozen import frozen
from kauxgen.training.data import synthetic
from kauxgen.training.data.feed import Feed
from kauxgen.training.data.needs import Needs

SYNTHETIC = "synthetic"


@frozen
class Request:
    """What the user asks for: `--data source`, and each `--map name=columns`."""

    source: str = SYNTHETIC
    maps: tuple[str, ...] = ()


def load(request: Request, needs: Needs, seed: int) -> Feed:
    """Get the data; SpecError with findings where they do not fit what is needed."""
    made = synthetic.make(needs, seed)
    rows = len(next(iter(made.values())))
    said = f"synthetic data: {rows} rows made from the shapes, with seed {seed}"
    return Feed(needs, made, (said,))
