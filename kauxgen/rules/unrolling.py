"""Unrolls a spec: its networks, callees first, then the model."""

from __future__ import annotations

from collections.abc import Mapping
from graphlib import TopologicalSorter
from typing import Any

from kauxgen import predicting
from kauxgen.nodes import Input
from kauxgen.rules import sizes, stepping
from kauxgen.rules.cycles import networks_called
from kauxgen.rules.entries import UNKNOWN, Entry, Flow, settle, unknown
from kauxgen.rules.inference import Network
from kauxgen.rules.level import Level
from kauxgen.rules.limits import TooLargeError, descend
from kauxgen.rules.rounds import MOST_ROUNDS, shown, sized, whole
from kauxgen.rules.unrolled import Unrolled
from kauxgen.source import pointer
from kauxgen.spec import Scope, Spec
from kauxgen.tensor import TensorType
from kauxgen.values import Expr, Value


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
        names.update(_kept(state))
        entering = tuple(main[entry.name] for entry in spec.main.entering)
        state.trace.root = spec.main.at
        Level(state, spec.main, names, entering, (), ()).walk()
        for output in predicting.outputs(spec):
            state.one(output.at, output.text, state.infer(output, names))
        for objective in spec.objectives[1:]:
            _pass(state, objective.scope, main)
    except TooLargeError as error:
        state.keep(sizes.too_large(state.at, str(error)))
    return state


def _network(state: Unrolled, scope: Scope) -> None:
    inputs = _inputs(state, scope.inputs)
    names = {**state.params, **inputs}
    entering = tuple(inputs.values())
    count = _count(state, scope)
    paths = (
        [(scope.name,)] if count is None else [(scope.name, i) for i in range(count)]
    )
    entry: Entry = UNKNOWN
    state.trace.root = scope.at
    for path in paths:
        own = {**names}
        level = Level(state, scope, own, entering, path, path, scope.trainable)
        entry = level.walk()
    state.networks[scope.name] = Network(tuple(map(settle, entering)), entry, count)


def _count(state: Unrolled, scope: Scope) -> int | None:
    """Return how many networks a list holds; none, with a finding, if that is wrong."""
    if scope.count is None:
        return None
    found = state.evaluation.value(scope.count, state.params)
    if unknown(found):
        return 1
    if whole(found, 1) and found <= MOST_ROUNDS:
        count: int = found
        return count
    wanted = f"a whole number from 1 to {MOST_ROUNDS}"
    wrong = sizes.wrong_size(f"{scope.at}/count", "a count", wanted, shown(found))
    state.evaluation.blame(wrong, scope.count, state.params)
    return 1


def _kept(state: Unrolled) -> dict[str, Entry]:
    """Return the tensors that a step keeps from batch to batch."""
    known: dict[str, Entry] = {}
    for one in state.spec.step.state if state.spec.step else ():
        shape = _sizes(state, one.shape)
        known[one.name] = UNKNOWN
        if not unknown(shape):
            state.shapes[one.at] = TensorType(shape, one.dtype)
            known[one.name] = Flow(TensorType(shape, one.dtype))
    return known


def _sizes(state: Unrolled, shape: tuple[Value, ...]) -> Any:
    """Work out the sizes of a state: each is known."""
    found = state.evaluation.value(shape, state.params)
    for value, size in zip(shape, found, strict=True):
        if isinstance(value, Expr) and not unknown(size) and not whole(size, 1):
            reason = f"is a whole number of at least 1, not {shown(size)}"
            wrong = stepping.step_number(value.at, "a size", reason)
            state.evaluation.blame(wrong, value, state.params)
            return UNKNOWN
    return found


def _pass(state: Unrolled, scope: Scope, main: Mapping[str, Entry]) -> None:
    """Unroll what a phase or an evaluation computes."""
    if scope.kind == "phase":
        names, entering = dict(state.scopes[state.spec.main.at]), tuple(main.values())
    else:
        own = _inputs(state, scope.inputs)
        names, entering = {**state.params, **own, **_kept(state)}, tuple(own.values())
    state.trace.root = scope.at
    Level(state, scope, names, entering, (), ()).walk()


def _inputs(state: Unrolled, inputs: tuple[Input, ...]) -> dict[str, Entry]:
    params = state.params
    return {each.name: _input(state, each, params) for each in inputs}


def _input(state: Unrolled, given: Input, params: Mapping[str, Entry]) -> Entry:
    found = sized(state, given.shape, params)
    if unknown(found):
        return UNKNOWN
    state.shapes[given.at] = TensorType((None, *found), given.dtype)
    return Flow(TensorType((None, *found), given.dtype))
