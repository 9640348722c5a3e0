"""Random valid specs with a step: phases over networks grown at random."""

from __future__ import annotations

import random
from typing import Any

import random_nodes
import random_terms
from random_defines import OPTIMIZERS, Json, closed, reads
from random_lists import Growing
from random_phases import Phase, phase

NETWORKS = ("maker", "judge", "team")
SHAPE = {"shape": ["=width"]}
BATCHES: list[tuple[Any, list[str]]] = [
    ("left", ["left"]),
    (["left", "right"], ["left", "right"]),
    ([["left", "_"], "right"], ["left", "right"]),
]
AVERAGES: list[tuple[Any, Any]] = [(0.9, 1), ("=slow", 2), (0, 3), (0.5, "=depth")]


def spec(seed: int) -> Json:
    """Grow one valid spec with a step; the seed decides everything."""
    draw = random.Random(seed)
    names = list(NETWORKS[: draw.randint(1, 3)])
    batch, seen = draw.choice(BATCHES)
    step, state = _step(draw, names, seen)
    grown: Json = {
        "kauxgen": 1,
        "name": f"stepping_{seed}",
        "style": "train_step",
        "inputs": dict.fromkeys(seen, SHAPE),
        "networks": {name: _network(draw, name) for name in names},
        "state": state,
        "step": {"batch": batch, **step},
        "inference": names[0],
        "training": {"optimizer": draw.choice(OPTIMIZERS), "batch_size": 4},
    }
    if all("optimizer" in phase for phase in step["phases"]):
        del grown["training"]["optimizer"]
    if draw.random() < 0.4:
        _follow(draw, grown, names[0])
    if draw.random() < 0.3:
        grown["evaluation"] = _evaluation(draw, names[0], seen)
    _feed(grown)
    return closed({key: part for key, part in grown.items() if part})


def _network(draw: random.Random, name: str) -> Json:
    """Grow a network: `maker` may be differentiated, `team` is a list."""
    inner = Growing(draw, ["v"])
    inner.quiet = name == "maker"
    random_nodes.dense(inner)
    for _ in range(draw.randint(0, 3)):
        (random_nodes.grow_quietly if inner.quiet else random_nodes.grow)(inner)
    inner.tie()
    network: Json = {"inputs": {"v": SHAPE}, "layers": inner.nodes}
    if name == "team":
        network["count"] = "=depth"
    if not inner.quiet and draw.random() < 0.4:
        network["penalties"] = [
            random_terms.penalty(inner, 0) | {"name": f"{name}_inner"}
        ]
    return network


def _step(draw: random.Random, names: list[str], seen: list[str]) -> tuple[Json, Json]:
    """Grow forward, phases and what is kept of them."""
    shared = len(names) > 1 and draw.random() < 0.3
    before = Phase(draw, "before", seen)
    if draw.random() < 0.5:
        before.call(draw.choice(names))
        before.mix()
    phases = [
        phase(draw, networks, [*seen, *before.loose], shared)
        for networks in _groups(draw, names)
    ]
    for name in before.loose:
        if not reads(phases, name):
            own = phases[0]["forward"][0]["name"]
            text = f"mean({own} * {name})"
            phases[0]["terms"].append({"name": f"{name}_read", "expr": text})
    step: Json = {"phases": phases}
    if before.nodes:
        step["forward"] = before.nodes
    if shared and len(phases) > 1:
        step["tape"] = "shared"
    return step, _keep(draw, step, phases[0])


def _groups(draw: random.Random, names: list[str]) -> list[list[str]]:
    """Share the networks out to phases."""
    if len(names) > 1 and draw.random() < 0.3:
        return [names[:2], *([name] for name in names[2:])]
    return [[name] for name in names]


def _keep(draw: random.Random, step: Json, first: Json) -> Json:
    """Assign a state in a phase, or behind the last one from the step's forward."""
    if draw.random() < 0.5:
        return {}
    own = first["forward"][0]["name"]
    text = f"0.5 * queue + mean({own}, axis=0)"
    if "forward" in step and draw.random() < 0.5:
        made = step["forward"][-1]["name"]
        step["assign"] = {"queue": f"0.5 * queue + mean({made}, axis=0)"}
    else:
        first["assign"] = {"queue": text}
    read = f"mean(square({own} - queue[0]))"
    first["terms"].append({"name": "queued", "expr": read, "weight": 0.1})
    state: Json = {"shape": [3, "=width"]}
    if draw.random() < 0.3:
        state["initial"] = "0.1 * normal((3, width))"
    return {"queue": state}


def _follow(draw: random.Random, grown: Json, source: str) -> None:
    grown["networks"]["slow_one"] = {"like": source}
    decay, every = draw.choice(AVERAGES)
    average = {"target": "slow_one", "source": source, "decay": decay, "every": every}
    grown["ema"] = [average]
    grown["inference"] = "slow_one"


def _evaluation(draw: random.Random, network: str, seen: list[str]) -> Json:
    error = {"name": "error", "loss": "MeanSquaredError"}
    off = {"name": "off", "metric": "MeanAbsoluteError"}
    judged = {"on": "made", "target": seen[0]}
    return {
        "batch": seen[0],
        "forward": [{"name": "made", "expr": f"{network}({seen[0]})"}],
        "terms": [
            {"name": "checked", "expr": f"mean(square(made - {seen[0]}))"},
            *[{**error, **judged}] * draw.randint(0, 1),
        ],
        "metrics": [{**off, **judged}] * draw.randint(0, 1),
    }


def _feed(grown: Json) -> None:
    """Let the first phase read every input that no other part of the step reads."""
    first = grown["step"]["phases"][0]
    parts = [grown["step"]["phases"], grown["step"].get("forward")]
    for name in grown["inputs"]:
        if not reads(parts, name):
            text = f"mean({name}) * mean({first['forward'][0]['name']})"
            first["terms"].append({"name": f"{name}_fed", "expr": text})
