"""Random phases of a step: what they compute, minimize, measure and keep."""

from __future__ import annotations

import random
from typing import Any

from random_defines import GRADIENTS, OPTIMIZERS, WEIGHTS, Json

PARTS = [
    "tanh({a}) - {b}",
    "{a} * sigmoid({b}) + share",
    "stop_gradient({a}) + 0.1 * normal_like({b})",
    "{a} + uniform((batch_size({b}), 1)) * {b}",
    "bend({a}, slope=0.3) - {b}",
    "turned({a}, {b})",
    "{b} - 0.1 * grad(tanh({a}) * {b}, {a})",
]
TERMS = [
    "mean(square({a} - {b}))",
    "mean(abs({a})) + mean({b} ** 2)",
    "mean(softplus({a} - 0.1 * {b}))",
    "mean(square({a} + 0.1 * normal_like({a}))) + 0 * mean({b})",
]
LOSSES: list[Json] = [
    {"loss": "MeanSquaredError"},
    {"loss": "Huber", "args": {"delta": "=share"}},
    {"loss": "quantile", "args": {"q": "=slow"}},
]


class Phase:
    """Grows what one phase computes, on tensors that it sees."""

    def __init__(self, draw: random.Random, name: str, seen: list[str]) -> None:
        """Start from the tensors of the batch and of the step's forward."""
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
        given = self.take()
        if network == "team":
            return self._team(given)
        form = self.draw.randrange(4)
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

    def _team(self, given: str) -> str:
        over = self.draw.choice(["=range(depth)", "=reversed(range(depth))"])
        rounds: Json = {"repeat": {"over": over, "as": "i"}}
        text = f"team[i](x) - 0.1 * {self.draw.choice(self.seen)}"
        forms = [
            {"inputs": given, "body": [{"name": "m", "network": "team[i]"}]},
            {"carry": {"x": given}, "body": [{"name": "m", "expr": text}]},
        ]
        return self.add({**rounds, **self.draw.choice(forms)})

    def own(self, networks: list[str]) -> str:
        """Call all networks that are updated, and join what they say."""
        calls = [self.call(network) for network in networks]
        if len(calls) == 1:
            return calls[0]
        self.loose = [name for name in self.loose if name not in calls]
        # What the second was given may be what the first said.
        return self.add({"expr": f"{calls[-1]} - 0.5 * {calls[0]}"})

    def mix(self) -> str:
        """Add an expression, which may draw."""
        text = self.draw.choice(PARTS)
        return self.add({"expr": text.format(a=self.take(), b=self.take())})

    def terms(self, own: str) -> list[Json]:
        """Write terms on what the phase trains, that read all loose ends too."""
        others = [name for name in self.loose if name != own]
        found = [
            self._term(index, own, other)
            for index, other in enumerate(others or [self.draw.choice(self.seen)])
        ]
        if self.draw.random() < 0.4:
            term = {"name": f"{self.name}_small", "penalty": "l2_activity", "on": own}
            found.append({**term, "weight": 0.01})
        if self.draw.random() < 0.2:
            net = {"network": "maker", "x": own}
            term = {"name": f"{self.name}_slope", "penalty": "gradient_norm", "on": net}
            found.append({**term, "weight": 0.1})
        return found

    def _term(self, index: int, own: str, other: str) -> Json:
        term: Json = {"name": f"{self.name}_t{index}"}
        text = self.draw.choice(TERMS)
        form = self.draw.random()
        if form < 0.3:
            term |= {**self.draw.choice(LOSSES), "on": own, "target": other}
        elif form < 0.5:
            term |= {"let": {"gap": f"{own} - {other}"}, "expr": "gap ** 2"}
            term["reduce"] = self.draw.choice(["mean", "sum"])
        else:
            term |= {"expr": text.format(a=own, b=other)}
        if self.draw.random() < 0.5:
            term["weight"] = self.draw.choice(WEIGHTS)
        return term | ({"when": "training"} if self.draw.random() < 0.2 else {})


def phase(
    draw: random.Random, networks: list[str], seen: list[str], shared: bool
) -> Json:
    """Grow a phase that updates the networks."""
    name = networks[0]
    grown = Phase(draw, name[0], seen)
    own = grown.own(networks)
    for _ in range(draw.randint(0, 2)):
        grown.mix()
    made: Json = {"name": name, "update": networks, "terms": grown.terms(own)}
    made["forward"] = grown.nodes
    if not shared and draw.random() < 0.4:
        made["repeat"] = draw.choice([2, "=depth"])
    if draw.random() < 0.5:
        made["optimizer"] = draw.choice(OPTIMIZERS)
    if draw.random() < 0.3:
        made["gradients"] = draw.choice(GRADIENTS[:1] if shared else GRADIENTS)
    if draw.random() < 0.4:
        made["metrics"] = _metrics(draw, name, own, seen[0])
    return made


def _metrics(draw: random.Random, name: str, own: str, other: str) -> list[Any]:
    kinds = [
        {"name": f"{name}_size", "expr": f"mean(abs({own}))"},
        {"name": f"{name}_off", "metric": "MeanAbsoluteError"}
        | {"on": own, "target": other},
    ]
    return draw.sample(kinds, draw.randint(1, 2))
