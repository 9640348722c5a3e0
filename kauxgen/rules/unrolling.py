"""Unrolls a spec: its networks, callees first, then the model."""

from __future__ import annotations

from collections.abc import Mapping
from graphlib import TopologicalSorter

from kauxgen.rules import sizes
from kauxgen.rules.cycles import networks_called
from kauxgen.rules.entries import UNKNOWN, Entry, Flow, settle, unknown
from kauxgen.rules.inference import Network
from kauxgen.rules.level import Level
from kauxgen.rules.limits import TooLargeError, descend
from kauxgen.rules.rounds import shown, whole
from kauxgen.rules.unrolled import Unrolled
from kauxgen.source import pointer
from kauxgen.spec import Expr, Input, Scope, Spec
from kauxgen.tensor import TensorType


def unroll(spec: Spec) -> Unrolled:
    """Work out what every node of a spec gives; findings are in the result."""
    state = Unrolled(spec)
    for name, value in state.params.items():
        state.values[f"/params{pointer([name])}"] = value
    callees = {n: set(networks_called(s)) for n, s in spec.networks.items()}
    order = TopologicalSorter(callees).static_order()
    try:
        deep: dict[str, int] = {}
        for name in order:
            if name in spec.networks:
                state.at = spec.networks[name].at
                below = (deep.get(callee, 0) for callee in callees[name])
                deep[name] = descend(max(below, default=0))
                _network(state, spec.networks[name])
        main = _inputs(state, spec.main.inputs)
        names = {**state.params, **main}
        Level(state, spec.main, names, tuple(main.values()), (), ()).walk()
    except TooLargeError as error:
        state.keep(sizes.too_large(state.at, str(error)))
    return state


def _network(state: Unrolled, scope: Scope) -> None:
    inputs = _inputs(state, scope.inputs)
    names = {**state.params, **inputs}
    entering = tuple(inputs.values())
    path = (scope.name,)
    level = Level(state, scope, names, entering, path, path, scope.trainable)
    state.networks[scope.name] = Network(tuple(map(settle, entering)), level.walk())


def _inputs(state: Unrolled, inputs: tuple[Input, ...]) -> dict[str, Entry]:
    params = state.params
    return {each.name: _input(state, each, params) for each in inputs}


def _input(state: Unrolled, given: Input, params: Mapping[str, Entry]) -> Entry:
    found = state.evaluation.value(given.shape, params)
    for value, size in zip(given.shape, found, strict=True):
        if isinstance(value, Expr) and not unknown(size) and not whole(size, 1):
            wanted = "a whole number of at least 1"
            wrong = sizes.wrong_size(value.at, "a size", wanted, shown(size))
            state.evaluation.blame(wrong, value, params)
            return UNKNOWN
    if unknown(found):
        return UNKNOWN
    state.shapes[given.at] = TensorType((None, *found), given.dtype)
    return Flow(TensorType((None, *found), given.dtype))
