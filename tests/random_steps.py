"""Random valid steps: phases over networks grown at random."""

from __future__ import annotations

import json
import random
import re
from typing import Any

from random_specs import WIDTH, Growing

Json = dict[str, Any]
NETWORKS = ("maker", "judge", "third")
PARTS = [
    "tanh({a}) - {b}",
    "{a} * sigmoid({b}) + share",
    "stop_gradient({a}) + 0.1 * normal_like({b})",
    "{a} + uniform((batch_size({b}), 1)) * {b}",
    "bend({a}, slope=0.3) - {b}",
]
TERMS = [
    "mean(square({a} - {b}))",
    "mean(abs({a})) + mean({b} ** 2)",
    "mean(softplus({a} - 0.1 * {b}))",
    "mean(square({a} + 0.1 * normal_like({a}))) + 0 * mean({b})",
]
WEIGHTS: list[Any] = [
    0.1,
    "=share",
    {"variable": 0.2},
    {"expr": "minimum(step / 10, 1)"},
    {"schedule": "linear", "args": {"start": 0, "end": "=share", "steps": 5}},
    {"schedule": "cosine", "args": {"start": 0.5, "end": 1, "steps": 5}},
]
OPTIMIZERS = [
    {"optimizer": "SGD", "args": {"learning_rate": "=pace"}},
    {"optimizer": "SGD", "args": {"learning_rate": 0.02, "momentum": 0.9}},
    {"optimizer": "SGD", "args": {"learning_rate": 0.05, "global_clipnorm": 1.0}},
]


class Phase:
    """Grows what one phase computes, on tensors that it sees."""

    def __init__(self, draw: random.Random, name: str, seen: list[str]) -> None:
        """Start from the tensors of the batch, the state and the step's forward."""
        self.draw = draw
        self.name = name
        self.seen = [*seen]
        self.loose: list[str] = []
        self.nodes: list[Json] = []

    def add(self, node: Json) -> str:
        """Add a node under a fresh name."""
        name = f"{self.name}_{len(self.nodes)}"
        self.nodes.append({"name": name, **node})
        self.loose.append(name)
        return name

    def take(self) -> str:
        """Pick a tensor, one that nothing reads where there is one."""
        if self.loose and self.draw.random() < 0.7:
            return self.loose.pop(self.draw.randrange(len(self.loose)))
        return self.draw.choice(self.seen)

    def call(self, network: str) -> str:
        """Call a network: as a node, in an expression, in a fixed mode, in rounds."""
        form = self.draw.randrange(4)
        given = self.take()
        if form == 0:
            return self.add({"network": network, "inputs": given})
        if form == 1:
            return self.add({"expr": f"{network}(0.5 * {given}) - 0.1"})
        if form == 2:
            node = {"network": network, "inputs": given, "training": False}
            return self.add(node)
        body = [{"name": f"r_{self.name}", "network": network}]
        rounds = {"repeat": {"count": "=depth"}, "inputs": given, "body": body}
        return self.add(rounds)

    def mix(self) -> str:
        """Add an expression, which may draw."""
        text = self.draw.choice(PARTS)
        return self.add({"expr": text.format(a=self.take(), b=self.take())})

    def terms(self, own: str) -> list[Json]:
        """Write terms on what the phase trains, that read all loose ends too."""
        found = []
        others = [*(name for name in self.loose if name != own)]
        for index, other in enumerate(others or [self.draw.choice(self.seen)]):
            text = self.draw.choice(TERMS)
            term: Json = {"name": f"{self.name}_t{index}"}
            if self.draw.random() < 0.3:
                term |= {"loss": "MeanSquaredError", "on": own, "target": other}
            else:
                term |= {"expr": text.format(a=own, b=other)}
            if self.draw.random() < 0.5:
                term["weight"] = self.draw.choice(WEIGHTS)
            if self.draw.random() < 0.2:
                term["when"] = "training"
            found.append(term)
        if self.draw.random() < 0.4:
            term = {"name": f"{self.name}_small", "penalty": "l2_activity", "on": own}
            found.append({**term, "weight": 0.01})
        return found


def spec(seed: int) -> Json:
    """Grow one valid spec with a step; the seed decides everything."""
    draw = random.Random(seed)
    names = NETWORKS[: draw.randint(1, 3)]
    batch, seen = _batch(draw)
    shared = len(names) > 1 and draw.random() < 0.3
    kept = draw.random() < 0.5
    before = Phase(draw, "before", seen)
    if draw.random() < 0.5:
        before.call(draw.choice(names))
        before.mix()
    around = [*seen, *before.loose]
    phases = [_phase(draw, name, around, shared, kept) for name in names]
    if before.nodes and not _reads(phases, before.loose):
        before = Phase(draw, "before", seen)
        phases = [_phase(draw, name, seen, shared, kept) for name in names]
    step: Json = {"batch": batch, "phases": phases}
    if before.nodes:
        step["forward"] = before.nodes
    if shared:
        step["tape"] = "shared"
    grown: Json = {
        "kauxgen": 1,
        "name": f"stepping_{seed}",
        "style": "train_step",
        "params": {"width": WIDTH, "dims": [WIDTH, WIDTH], "depth": 2}
        | {"share": 0.3, "weight": 0.3, "pace": 0.03, "slow": 0.9},
        "define": {
            "functions": {
                "bend": {"args": ["x"], "params": {"slope": 0.1}, "expr": "x * slope"}
            }
        },
        "inputs": {name: {"shape": ["=width"]} for name in seen},
        "networks": {name: _network(draw) for name in names},
        "step": step,
        "inference": names[0],
        "training": {"optimizer": draw.choice(OPTIMIZERS), "batch_size": 4},
    }
    if kept:
        grown["state"] = {"queue": {"shape": [3, "=width"]}}
    if all("optimizer" in phase for phase in phases):
        del grown["training"]["optimizer"]
    if draw.random() < 0.4:
        _follow(draw, grown, names[0])
    if draw.random() < 0.3:
        grown["evaluation"] = _evaluation(draw, names[0], seen)
    return _trimmed(grown)


def _batch(draw: random.Random) -> tuple[Any, list[str]]:
    return draw.choice(
        [
            ("left", ["left"]),
            (["left", "right"], ["left", "right"]),
            ([["left", "_"], "right"], ["left", "right"]),
        ]
    )


def _network(draw: random.Random) -> Json:
    inner = Growing(draw, ["v"], deep=False)
    inner.dense()
    for _ in range(draw.randint(0, 2)):
        inner.grow()
    inner.add({"expr": f"tanh({' + '.join(inner.loose)})"})
    network: Json = {"inputs": {"v": {"shape": ["=width"]}}, "layers": inner.nodes}
    return network


def _phase(
    draw: random.Random, name: str, seen: list[str], shared: bool, kept: bool
) -> Json:
    grown = Phase(draw, name[0], seen)
    own = grown.call(name)
    # A fixed mode would leave a network's own draws and statistics alone.
    for _ in range(draw.randint(0, 2)):
        grown.mix()
    phase: Json = {"name": name, "update": [name]}
    if not shared and draw.random() < 0.4:
        phase["repeat"] = draw.choice([2, "=depth"])
    if draw.random() < 0.5:
        phase["optimizer"] = draw.choice(OPTIMIZERS)
    if kept and name == NETWORKS[0]:
        phase["assign"] = {"queue": f"0.5 * queue + mean({own})"}
    if draw.random() < 0.2:
        phase["gradients"] = {"centralize": True}
    phase["terms"] = grown.terms(own)
    phase["forward"] = grown.nodes
    if draw.random() < 0.4:
        phase["metrics"] = [{"name": f"{name}_size", "expr": f"mean(abs({own}))"}]
    return phase


def _reads(phases: list[Json], names: list[str]) -> bool:
    text = json.dumps(phases)
    return all(re.search(rf"\b{name}\b", text) for name in names)


def _follow(draw: random.Random, grown: Json, source: str) -> None:
    grown["networks"]["slow_one"] = {"like": source}
    decay, every = draw.choice([(0.9, 1), ("=slow", 2), (0, 3)])
    average = {"target": "slow_one", "source": source, "decay": decay, "every": every}
    grown["ema"] = [average]
    grown["inference"] = "slow_one"


def _evaluation(draw: random.Random, network: str, seen: list[str]) -> Json:
    return {
        "batch": seen[0],
        "forward": [{"name": "made", "expr": f"{network}({seen[0]})"}],
        "terms": [{"name": "checked", "expr": f"mean(square(made - {seen[0]}))"}],
    }


def _trimmed(grown: Json) -> Json:
    """Leave out what nothing reads: params, the function, inputs, the state."""
    if "bend(" not in json.dumps(grown["step"]):
        nodes = json.dumps(grown["networks"])
        if "bend(" not in nodes:
            del grown["define"]
    bare = {key: part for key, part in grown.items() if key != "params"}
    text = json.dumps(bare).replace('"weight":', "")
    grown["params"] = {
        name: value
        for name, value in grown["params"].items()
        if re.search(rf"\b{name}\b", text)
    }
    read = json.dumps({key: grown.get(key) for key in ("step", "evaluation")})
    unread = [one for one in grown["inputs"] if len(re.findall(one, read)) < 2]
    for one in unread:
        phase = grown["step"]["phases"][0]
        term = {
            "name": f"{one}_fed",
            "expr": f"mean({one}) * mean({phase['forward'][0]['name']})",
        }
        phase["terms"].append(term)
    return grown
