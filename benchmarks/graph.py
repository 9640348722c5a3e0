"""Times of drawing large specs: what grows faster than its nodes shows in the ratio.

Usage: PYTHONPATH=. python benchmarks/graph.py
"""

from __future__ import annotations

from typing import Any

from scale import timed

from kauxgen import compiler
from kauxgen.picture.build import picture
from kauxgen.picture.layout import lay_out
from kauxgen.picture.svg import as_svg

SIZES = (125, 250, 500, 1000, 2000)


def spec(count: int) -> dict[str, Any]:
    """Write a chain of layers with lines that pass some by, and penalties."""
    layers: list[dict[str, Any]] = []
    for number in range(count):
        name = f"node{number}"
        if number % 4 == 3:
            passed = f"node{max(number - 9, 0)}"
            layers.append({"name": name, "expr": f"node{number - 1} + {passed}"})
        else:
            layers.append({"name": name, "layer": "Dense", "args": {"units": 8}})
    read = [f"node{number}" for number in range(0, count, 10)]
    return {
        "kauxgen": 1,
        "name": "chain",
        "inputs": {"x": {"shape": [8]}},
        "layers": layers,
        "losses": [{"loss": "MeanSquaredError", "on": f"node{count - 1}"}],
        "penalties": [{"penalty": "mean_square", "on": name} for name in read],
        "training": {"optimizer": {"optimizer": "Adam"}},
    }


def main() -> None:
    """Print a line for each size."""
    before = None
    print("nodes   build  layout     svg     all  over half as many")
    for count in SIZES:
        checked = compiler.load(spec(count)).checked
        shown = picture(checked)
        sheet = lay_out(shown)
        times = (
            timed(lambda given=checked: picture(given)),
            timed(lambda given=shown: lay_out(given)),
            timed(lambda given=sheet: as_svg(given)),
        )
        ratio = f"{sum(times) / before:5.1f}" if before else ""
        before = sum(times)
        shown_times = "".join(f"{one:8.3f}" for one in (*times, before))
        print(f"{count:5}{shown_times}  {ratio}")


if __name__ == "__main__":
    main()
