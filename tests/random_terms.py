"""Random terms and metrics on tensors of grown lists."""

from __future__ import annotations

from typing import Any

from random_defines import WEIGHTS, Json
from random_lists import Growing

KINDS = ["l1_activity", "l2_activity", "mean_square", "center", "variance_floor"]
PAIRS = ["squared_error", "absolute_error", "cosine_distance"]
PATTERNS = ["**/kernel", "**/bias", "**/n0/*", "**/*"]
TERMS = [
    "mean(square({a} - {b}))",
    "mean(abs({a})) + mean({b} ** 2)",
    "mean(softplus({a} - 0.1 * {b}))",
    "mean(square({a} + 0.1 * normal_like({b})))",
]


def weight(to: Growing) -> Json:
    """Weigh a term now and then."""
    return to.maybe(0.7, {"weight": to.pick(WEIGHTS)})


def form(to: Growing, index: int) -> Json:
    """Name a term now and then, weigh it, keep it out of evaluation."""
    named = to.maybe(0.8, {"name": f"p{index}"})
    return {**named, **weight(to), **to.maybe(0.2, {"when": "training"})}


def penalty(to: Growing, index: int) -> Json:
    """Write one penalty on what the list holds."""
    kinds = [on_tensor, on_two, written, reduced, sloped, on_weights]
    kinds += [on_list] * bool(to.lists)
    kinds += [on_network] * 2 * ("plain" in to.nets)
    return {**form(to, index), **to.pick(kinds)(to)}


def _inside(to: Growing) -> str:
    """Pick a tensor that trainable weights have a part in, or give it one."""
    made = [name for name in to.names if name not in to.loose]
    return to.pick([*to.layers, f"({to.pick([*made, *to.inner])} - 0.1 * n0)"])


def on_tensor(to: Growing) -> Json:
    """Penalize one tensor."""
    return {"penalty": to.pick(KINDS), "on": _inside(to)}


def on_two(to: Growing) -> Json:
    """Penalize what two tensors are to each other."""
    one, other = _inside(to), _inside(to)
    return {"penalty": to.pick(PAIRS), "on": [one, f"0.5 * {other} + 0.1"]}


def on_list(to: Growing) -> Json:
    """Penalize every tensor of a list, or each but turned."""
    name = to.pick(to.lists)
    return {"penalty": to.pick(KINDS), "on": to.pick([name, f"{name}[-1]"])}


def on_weights(to: Growing) -> Json:
    """Penalize weights."""
    kind = to.pick(["scaled", "kept", "l2_activity"])
    return {"penalty": kind, "on": {"weights": to.pick(PATTERNS)}}


def on_network(to: Growing) -> Json:
    """Penalize the slope of a network."""
    kind = to.pick(["gradient_norm", "jacobian"])
    return {"penalty": kind, "on": {"network": "plain", "x": _inside(to)}}


def written(to: Growing) -> Json:
    """Write a term as an expression."""
    return {"expr": to.pick(TERMS).format(a=_inside(to), b=_inside(to))}


def reduced(to: Growing) -> Json:
    """Write a term in steps, with axes."""
    steps = {"gap": f"{_inside(to)} - bend({_inside(to)})", "size": "abs(gap) + gap"}
    text = "square(size) * share + gap ** 2"
    return {"let": steps, "expr": text, "reduce": to.pick(["mean", "sum"])}


def sloped(to: Growing) -> Json:
    """Write a term on the gradient by a tensor."""
    steps = {"at": _inside(to), "slope": f"grad(tanh(at) * {_inside(to)}, at)"}
    return {"let": steps, "expr": "mean(square(sqrt(sum(slope ** 2, axis=1) + 0.1)))"}


def loss(to: Growing, on: str, target: Json) -> Json:
    """Write a loss on an output."""
    kinds: list[Json] = [
        {"loss": "MeanSquaredError"},
        {"loss": "Huber", "args": {"delta": "=share"}},
        {"loss": "quantile"},
        {"loss": "quantile", "args": {"q": "=slow"}},
    ]
    return {"name": f"{on}_error", **to.pick(kinds), "on": on, **target, **weight(to)}


def metrics(to: Growing, on: str, target: Json) -> list[Json]:
    """Measure an output by kind and by expression."""
    kinds: list[Any] = [
        {"metric": "MeanAbsoluteError", "on": on, **target},
        {"name": "wide", "metric": "RootMeanSquaredError", "on": on, **target},
        {"name": "size", "expr": f"mean(abs({on}))"},
        {"name": "sizes", "let": {"s": f"{on} ** 2"}, "expr": "s", "reduce": "mean"},
    ]
    return to.draw.sample(kinds, to.draw.randint(0, 3))
