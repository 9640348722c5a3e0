"""Times of large specs: loading, summing up and rendering 250 to 4,000 nodes.

All are measured in one run, smaller and larger in turns; what to look at are the last
columns, the time over that of half as many nodes: 2.0 grows linearly. Usage:

    PYTHONPATH=. python benchmarks/scale.py [--most 1000] [--render]
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

from kauxgen import compiler
from kauxgen.overview import overview

SIZES = (250, 500, 1000, 2000, 4000)


def chain(count: int) -> list[dict[str, Any]]:
    """Give layers one behind the other, each with a kernel and an activation."""
    args = {"units": "=width", "activation": "relu"}
    return [{"name": f"d{i}", "layer": "Dense", "args": args} for i in range(count)]


def wide(count: int) -> list[dict[str, Any]]:
    """Give branches of two layers that are joined by tens."""
    nodes: list[dict[str, Any]] = []
    start = "x"
    while len(nodes) < count - 1:
        first = len(nodes)
        names = [f"b{first + i}" for i in range(10)]
        nodes += [
            {"name": name, "layer": "Dense", "args": {"units": 8}, "inputs": start}
            for name in names
        ]
        start = f"j{first}"
        nodes.append({"name": start, "layer": "Add", "inputs": names})
    return [*nodes, {"name": "last", "layer": "Dense", "args": {"units": 8}}]


def expressions(count: int) -> list[dict[str, Any]]:
    """Give expressions, each of the two before it, behind one layer."""
    nodes = [{"name": f"e{i}", "expr": _expression(i)} for i in range(count - 1)]
    first = {"name": "d0", "layer": "Dense", "args": {"units": "=width"}}
    return [first, *nodes]


def _expression(index: int) -> str:
    before = [f"e{index - 1}" if index else "d0", f"e{index - 2}" if index > 1 else "x"]
    return f"tanh({before[0]}) * 0.5 + sin({before[1]})"


def blocks(count: int) -> list[dict[str, Any]]:
    """Give uses of a block of five nodes."""
    return [{"name": f"u{i}", "block": "unit"} for i in range(count // 5)]


def rounds(count: int) -> list[dict[str, Any]]:
    """Give repeats of ten rounds of a block of five nodes."""
    body = [{"name": "unit", "block": "unit"}]
    return [
        {"name": f"r{i}", "repeat": {"count": 10}, "body": body}
        for i in range(count // 50)
    ]


def calls(count: int) -> list[dict[str, Any]]:
    """Give calls of networks of five nodes, each called once."""
    return [{"name": f"c{i}", "network": f"n{i}"} for i in range(count // 6)]


UNIT = [
    {"name": "wide", "layer": "Dense", "args": {"units": 16}},
    {"name": "norm", "layer": "BatchNormalization"},
    {"name": "active", "layer": "ReLU"},
    {"name": "narrow", "layer": "Dense", "args": {"units": 8}},
    {"name": "added", "expr": "x + narrow"},
]
SHAPES: dict[str, Callable[[int], list[dict[str, Any]]]] = {
    "chain": chain,
    "wide": wide,
    "expressions": expressions,
    "blocks": blocks,
    "rounds": rounds,
    "calls": calls,
}
EVERY = 5
"""Of so many nodes in the model's list, one is penalized."""


def definitions(nodes: list[dict[str, Any]]) -> dict[str, Any]:
    """Define the block and the networks that nodes use."""
    if any("network" in node for node in nodes):
        network = {"inputs": {"x": {"shape": ["=width"]}}, "layers": UNIT}
        return {"networks": {node["network"]: network for node in nodes}}
    if any("layer" in node or "expr" in node for node in nodes):
        return {}
    return {"define": {"blocks": {"unit": {"inputs": ["x"], "body": UNIT}}}}


def spec(shape: str, count: int) -> str:
    """Write a spec of about so many nodes, with penalties."""
    nodes = SHAPES[shape](count)
    penalized = nodes[1:-1:EVERY]
    return json.dumps(
        {
            "kauxgen": 1,
            "name": f"{shape}_{count}",
            "params": {"width": 8},
            **definitions(nodes),
            "inputs": {"x": {"shape": ["=width"]}},
            "layers": nodes,
            "losses": [{"loss": "MeanSquaredError", "on": nodes[-1]["name"]}],
            "penalties": [
                {
                    "name": f"p_{node['name']}",
                    "penalty": "mean_square",
                    "on": node["name"],
                    "weight": 0.01,
                }
                for node in penalized
            ],
            "training": {"optimizer": {"optimizer": "Adam"}},
        }
    )


def timed(action: Callable[[], object]) -> float:
    """Take the least processor time of three runs."""
    times = []
    for _ in range(3):
        start = time.process_time()
        action()
        times.append(time.process_time() - start)
    return min(times)


def measured(shape: str, count: int, render: bool) -> Iterator[tuple[str, float]]:
    """Yield what each stage takes."""
    text = spec(shape, count)
    yield "load", timed(lambda: compiler.load(text))
    loaded = compiler.load(text)
    yield "overview", timed(lambda: overview(loaded.checked))
    if render:
        yield "render", timed(lambda: compiler.render(loaded))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=SIZES[-1])
    parser.add_argument("--render", action="store_true", help="render, too")
    options = parser.parse_args()
    before: dict[tuple[str, str], float] = {}
    for count in (size for size in SIZES if size <= options.most):
        for shape in SHAPES:
            for stage, taken in measured(shape, count, options.render):
                known = before.get((shape, stage))
                ratio = f"{taken / known:6.2f}" if known else ""
                print(f"{count:5} {shape:12} {stage:9} {taken:8.3f} s {ratio}")
                before[shape, stage] = taken


if __name__ == "__main__":
    main()
