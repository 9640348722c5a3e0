"""What weights and calls of layers come to: numbers, and multiply-accumulates."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod

from kauxgen import shapes
from kauxgen.overview.values import Cost, Count
from kauxgen.tensor import Misfit
from kauxgen.trace import LayerCall, LayerWeight, Visit


def counted(weights: Iterable[LayerWeight], known: bool = True) -> Count:
    """Count the numbers in weights."""
    trainable = others = 0
    for weight in weights:
        size = prod(each or 0 for each in weight.shape)
        trainable += size * weight.trainable
        others += size * (not weight.trainable)
    return Count(trainable, others, known)


def cost_of(visits: Iterable[Visit], own: Iterable[str]) -> Cost:
    """Add what the calls of some visits cost; `own` are the layers of `define`."""
    calls = (visit.call for visit in visits if visit.call is not None)
    return sum((_cost(call, frozenset(own)) for call in calls), Cost())


def _cost(call: LayerCall, own: frozenset[str]) -> Cost:
    """Count one call; of a layer of `define` what its own layers cost, at least."""
    if call.kind in own:
        return sum((_cost(one, own) for one in call.inside), Cost(known=False))
    try:
        made = shapes.layer_call(call.kind, call.args, call.inputs)
        if made.rule.macs is None:
            return Cost()
        found = made.macs()
    except Misfit:
        return Cost(known=False)
    return Cost(known=False) if found is None else Cost(int(found))
