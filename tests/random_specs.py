"""Random valid specs: lists of nodes grown at random, with every loose end tied up."""

from __future__ import annotations

import json
import random
import re
from typing import Any

Node = dict[str, Any]
WIDTH = 4
"""The width of every tensor, so that any of them fit together."""

PENALTIES = ["l1_activity", "l2_activity", "mean_square", "center", "variance_floor"]
WEIGHTS: list[Any] = [
    0.1,
    "=weight",
    {"variable": 0.2},
    {"expr": "minimum(step / 10, 1)"},
    {"schedule": "linear", "args": {"start": 0, "end": "=weight", "steps": 5}},
    {"schedule": "cosine", "args": {"start": 0.5, "end": 1, "steps": 5}},
]
EXPRESSIONS = [
    "tanh({a}) + {b}",
    "{a} * sigmoid({b}) + weight",
    "{a} + 0.1 * normal_like({b})",
    "where({a} > 0, {a}, 0.2 * {b})",
    "bend({a}, slope=0.3) - {b} / batch_size({b})",
    "concatenate([{a}, {b}], axis=-1) @ ones((8, width))",
    "{b} - 0.1 * grad(tanh({a}) * {b}, {a})",
    "grad({a} ** 3 * tanh(grad(sin({a}) + {a} * {b}, {a})), {a}) + {b}",
]
CALLING = [
    "grad(shared({a}) * {b}, {a})",
    "grad(bend(shared({a})) - {b}, [{a}])[0]",
]


class Growing:
    """Grows one list of nodes and remembers which tensors nothing has read yet."""

    def __init__(self, draw: random.Random, inputs: list[str], deep: bool) -> None:
        """Start from the inputs; `deep` allows networks, blocks and repeats."""
        self.draw = draw
        self.names = [*inputs]
        self.loose = [*inputs]
        self.nodes: list[Node] = []
        self.deep = deep

    def take(self) -> str:
        """Pick a tensor, one that nothing reads where there is one."""
        name = self.draw.choice(self.loose or self.names)
        self.loose = [other for other in self.loose if other != name]
        return name

    def add(self, node: Node) -> None:
        """Add a node under a fresh name."""
        name = f"n{len(self.nodes)}"
        self.nodes.append({"name": name, **node})
        self.names.append(name)
        self.loose.append(name)

    def grow(self) -> None:
        """Add one node of a random kind."""
        kinds = [self.dense, self.noise, self.expression]
        kinds += [self.repeat, self.network, self.block] if self.deep else []
        self.draw.choice(kinds)()

    def dense(self) -> None:
        """Add a layer with weights."""
        args: dict[str, Any] = {
            "units": self.draw.choice(["=width", "=dims[0]", WIDTH])
        }
        if self.draw.random() < 0.3:
            args["kernel_regularizer"] = "l2"
        self.add({"layer": "Dense", "args": args, "inputs": self.take()})

    def noise(self) -> None:
        """Add a layer with modes."""
        kind = self.draw.choice(
            [("Dropout", {"rate": 0.2}), ("BatchNormalization", {})]
        )
        self.add({"layer": kind[0], "args": kind[1], "inputs": self.take()})

    def expression(self) -> None:
        """Add an operation on tensors."""
        text = self.draw.choice([*EXPRESSIONS, *(CALLING if self.deep else [])])
        self.add({"expr": text.format(a=self.take(), b=self.take())})

    def repeat(self) -> None:
        """Add rounds of one layer or of two nodes."""
        rounds: Node = self.draw.choice(
            [{"count": "=depth"}, {"over": "=dims", "as": "size"}]
        )
        units = "=size" if "over" in rounds else "=width"
        body: list[Node] = [{"name": "b", "layer": "Dense", "args": {"units": units}}]
        if self.draw.random() < 0.5:
            body.append({"name": "c", "expr": "relu(b) + 0.01 * normal_like(b)"})
        self.add({"repeat": rounds, "body": body, "inputs": self.take()})

    def network(self) -> None:
        """Add a call of the shared network."""
        self.add({"network": "shared", "inputs": self.take()})

    def block(self) -> None:
        """Add a use of the block."""
        args = self.draw.choice([{}, {"units": "=width"}])
        self.add({"block": "unit", "args": args, "inputs": self.take()})

    def tie(self) -> None:
        """Sum all loose ends into the output."""
        ends = " + ".join(self.loose)
        self.add({"expr": f"tanh({ends})"})
        self.add({"layer": "Dense", "args": {"units": 1}})


def spec(seed: int) -> dict[str, Any]:
    """Grow one valid spec; the seed decides everything."""
    draw = random.Random(seed)
    inner = Growing(draw, ["v"], deep=False)
    inner.dense()
    for _ in range(draw.randint(1, 3)):
        inner.grow()
    inner.add({"expr": f"tanh({' + '.join(inner.loose)})"})
    inputs = ["left", "right"][: draw.randint(1, 2)]
    main = Growing(draw, inputs, deep=True)
    for add in (main.dense, main.network, main.block, main.repeat, main.expression):
        add()
    main.add({"expr": f"bend({main.take()})"})
    for _ in range(draw.randint(0, 5)):
        main.grow()
    main.tie()
    output = main.nodes[-1]["name"]
    penalized = draw.sample([node["name"] for node in main.nodes[:-1]], 2)
    grown: dict[str, Any] = {
        "kauxgen": 1,
        "name": f"grown_{seed}",
        "params": {"width": WIDTH, "dims": [WIDTH, WIDTH], "depth": 2, "weight": 0.3},
        "define": {
            "functions": {
                "bend": {"args": ["x"], "params": {"slope": 0.1}, "expr": "x * slope"}
            },
            "blocks": {
                "unit": {
                    "params": {"units": WIDTH},
                    "inputs": ["x"],
                    "body": [
                        {"name": "d", "layer": "Dense", "args": {"units": "=units"}},
                        {"name": "o", "layer": "Dropout", "args": {"rate": 0.1}},
                    ],
                }
            },
        },
        "networks": {
            "shared": {"inputs": {"v": {"shape": ["=width"]}}, "layers": inner.nodes}
        },
        "inputs": {name: {"shape": ["=width"]} for name in inputs},
        "layers": main.nodes,
        "losses": [{"name": "error", "loss": "MeanSquaredError", "on": output}],
        "penalties": [
            {
                "name": f"p{index}",
                "penalty": draw.choice(PENALTIES),
                "on": name,
                "weight": draw.choice([*WEIGHTS, "=weight"]) if index else "=weight",
            }
            for index, name in enumerate(penalized)
        ],
        "metrics": [{"metric": "MeanAbsoluteError", "on": output}],
        "training": {"optimizer": {"optimizer": "SGD"}, "batch_size": 4},
    }
    text = json.dumps({key: part for key, part in grown.items() if key != "params"})
    grown["params"] = {
        name: value
        for name, value in grown["params"].items()
        if re.search(rf"\b{name}\b", text)
    }
    return grown
