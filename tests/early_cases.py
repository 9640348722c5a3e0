"""Wrong and doubtful models as data (tests/early/cases.json), and specs of them.

A case has `inputs`, the shapes of x0, x1 and so on without batch, and `nodes`, the last
of which is what a `loss` looks at; that compares with an input `truth` of the shape and
type `target`, or with y. `code` and `at` are the finding that it gives and its place,
`says` what the message names; without a code there is none. `keras` says that Keras
refuses the same layers, or the loss of such arrays.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

Json = dict[str, Any]
CASES: list[Json] = json.loads(
    (Path(__file__).parent / "early" / "cases.json").read_text(encoding="utf-8")
)


def spec(case: Json) -> Json:
    """Write a case as a spec, in which something trains whatever its nodes do."""
    first, *others = case["nodes"]
    last = case["nodes"][-1]["name"]
    dtype = case.get("dtype", "float32")
    shapes = {f"x{at}": shape for at, shape in enumerate(case["inputs"])}
    inputs = {name: {"shape": one, "dtype": dtype} for name, one in shapes.items()}
    side = {"name": "side", "layer": "Dense", "args": {"units": 1}, "inputs": "free"}
    enters = {} if "expr" in first else {"inputs": "x0"}
    return {
        "kauxgen": 1,
        "name": "case",
        "inputs": {**inputs, "free": {"shape": [1]}, **_truth(case)},
        "layers": [{**enters, **first}, *others, side],
        "outputs": [*(node["name"] for node in case["nodes"]), "side"],
        "losses": [_loss(case, last), {"name": "trained", "expr": "mean(side)"}],
        "training": {"optimizer": {"optimizer": "Adam"}},
    }


def _truth(case: Json) -> Json:
    if "target" not in case:
        return {}
    return {"truth": {**case["target"], "role": "target"}}


def _loss(case: Json, last: str) -> Json:
    """Write the loss of a case, or one that takes whatever the last node gives."""
    if "loss" not in case:
        return {"name": "value", "expr": f"mean({last}) + mean(side)"}
    target = {"target": "truth"} if "target" in case else {}
    return {**case["loss"], "on": last, **target}
