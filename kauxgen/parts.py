"""The objectives of a spec, each as a spec of its own: of a step its phases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kauxgen import hoisting
from kauxgen.frozen import frozen
from kauxgen.nodes import ExprNode, Node
from kauxgen.program import TermPlan
from kauxgen.spec import Assignments, Phase, Scope, Spec
from kauxgen.states import State

NEXT = "next"


@frozen
class Part:
    """A spec with one objective, and its terms ready for writing.

    `phase` is the one that it is of a step, None for the model, a step's own forward
    pass and its evaluation.
    """

    spec: Spec
    terms: tuple[TermPlan, ...]
    metrics: tuple[TermPlan, ...]
    phase: Phase | None = None


def views(spec: Spec) -> Iterator[tuple[Spec, Phase | None]]:
    """Yield every objective of a spec as the only one of a spec.

    What a phase or a step assigns to the state is computed with its forward pass, so it
    is a node behind it, `next_queue` of the state `queue`.
    """
    step = spec.step
    phases = {phase.at: phase for phase in step.phases} if step else {}
    for objective in spec.objectives:
        phase = phases.get(objective.scope.at)
        assigned: Assignments = phase.assign if phase else ()
        kind = objective.scope.kind
        if step is not None and kind == "main":
            kind, assigned = "forward", step.assign
        nodes = (*objective.scope.nodes, *_next(assigned))
        losses = tuple(term for term in objective.terms if term.role == "loss")
        yield (
            replace(
                spec,
                main=replace(objective.scope, kind=kind, nodes=nodes),
                losses=losses,
                penalties=tuple(t for t in objective.terms if t.role == "penalty"),
                metrics=objective.metrics,
                step=None,
            ),
            phase,
        )


def _next(assigned: Assignments) -> Iterator[Node]:
    for name, expr in assigned:
        yield ExprNode(next_name(name), expr.at, expr=expr)


def next_name(state: str) -> str:
    """Return the variable of a state's next value."""
    return f"{NEXT}_{state}"


def around(view: Spec, forward: Scope) -> Spec:
    """Let a phase see what the step computed before it."""
    if view.main.kind != "phase":
        return view
    inputs, outer = forward.inputs, forward.nodes
    return replace(view, main=replace(view.main, inputs=inputs, outer=outer))


def counted(
    spec: Spec, phase: Phase | None, inner: tuple[TermPlan, ...]
) -> tuple[TermPlan, ...]:
    """Return the penalties inside networks that an objective may count.

    Those on weights count once, in the phase that updates the network.
    """
    if phase is None:
        return inner if spec.main.kind == "main" else ()
    own = updated(spec, phase)
    return tuple(
        term
        for term in inner
        if not term.weights or hoisting.owner(spec, term).name in own
    )


def summed(spec: Spec, phase: Phase | None, term: TermPlan) -> TermPlan:
    """Give a penalty inside a network its value: the sum over the calls that count.

    Calls before the phases count in the phase that updates the network.
    """
    if phase is None or not hoisting.is_inner(term):
        return hoisting.summed(spec, term)
    return hoisting.summed(spec, term, spec.main.outer, updated(spec, phase))


def updated(spec: Spec, phase: Phase) -> frozenset[str]:
    """Return the networks that a phase updates, with those that they call."""
    state, found = State(spec), set[str]()
    waiting = [update.network for update in phase.update]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += state.called(spec.networks[name].nodes)
    return frozenset(found)
