"""Resolves the names of a step: its batches, updates, state, averages, prediction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kauxgen.finding import Finding
from kauxgen.nodes import (
    ApplicationNode,
    BlockNode,
    ExprNode,
    LayerNode,
    NetworkNode,
    Node,
    RepeatNode,
    ReuseNode,
    walk,
)
from kauxgen.rules import batches, copies, lasting, references, stepping
from kauxgen.rules.resolution import Resolver, View
from kauxgen.rules.scopes import params_of, view_of
from kauxgen.spec import Assignments, Pattern, Scope, Spec, Step, names_in
from kauxgen.values import computed

_HOLDERS: Mapping[type[Node], tuple[str, str]] = {
    LayerNode: ("layer", "layer"),
    BlockNode: ("use of a block", "block"),
    ApplicationNode: ("backbone", "application"),
    ReuseNode: ("reused layer", "reuse"),
}
_FREE = (ExprNode, NetworkNode, RepeatNode)


def resolve_step(resolver: Resolver) -> None:
    """Resolve all names of a step, but those of its lists and terms."""
    spec, step = resolver.spec, resolver.spec.step
    if step is None:
        return
    resolver.findings += _patterns(spec, step)
    resolver.findings += _weights(spec, step)
    resolver.findings += _assignments(spec, step)
    for phase in step.phases:
        for update in phase.update:
            _network(resolver, update.network, update.at, used=False, listed=True)
    for average in step.averages:
        _network(resolver, average.target, f"{average.at}/target", used=True)
        _network(resolver, average.source, f"{average.at}/source", used=False)
    _prediction(resolver)
    _values(resolver, step)
    _expressions(resolver, step)


def _patterns(spec: Spec, step: Step) -> Iterator[Finding]:
    """Yield what is wrong with the batches, and the inputs that are in none."""
    yield from _pattern(spec, step.batch, f"{step.at}/batch")
    bound = {*names_in(step.batch)}
    if step.evaluation is not None:
        bound |= {*names_in(step.evaluation.batch)}
        if step.evaluation.batch != step.batch:
            place = f"{step.evaluation.at}/batch"
            yield from _pattern(spec, step.evaluation.batch, place)
    known = bound & {entry.name for entry in spec.inputs}
    for entry in spec.inputs if known == bound else ():
        if entry.name not in bound and bound:
            yield batches.unbound_input(entry.at, entry.name)


def _pattern(spec: Spec, batch: Pattern, at: str) -> Iterator[Finding]:
    legal = [entry.name for entry in spec.inputs]
    seen: set[str] = set()
    for place, name in _bound(batch, at):
        if name not in legal:
            yield batches.unknown_entry(place, name, legal)
        elif name in seen:
            yield batches.bound_twice(place, name)
        seen.add(name)
    if not seen:
        yield batches.empty_batch(at)


def _bound(batch: Pattern, at: str) -> Iterator[tuple[str, str]]:
    """Yield the names of a pattern with their places."""
    if isinstance(batch, str):
        yield from [] if batch == "_" else [(at, batch)]
        return
    for index, part in enumerate(batch):
        yield from _bound(part, f"{at}/{index}")


def _weights(spec: Spec, step: Step) -> Iterator[Finding]:
    """Yield the nodes of a step's lists that would hold weights."""
    for scope in passes(spec, step):
        for node in walk(scope.nodes):
            if not isinstance(node, _FREE):
                what, key = _HOLDERS.get(type(node), ("node with weights", "name"))
                place = f"{node.at}/{key}"
                yield stepping.weights_in_forward(place, node.name, what)


def passes(spec: Spec, step: Step) -> tuple[Scope, ...]:
    """Return the lists of nodes of a step: its own, its phases', its evaluation's."""
    own = (spec.main, *(phase.scope for phase in step.phases))
    return (*own, step.evaluation.scope) if step.evaluation else own


def assignments(spec: Spec, step: Step) -> Iterator[tuple[str, Scope, Assignments]]:
    """Yield what is assigned: by what, the list that it sees, and the values."""
    for phase in step.phases:
        yield f"the phase {phase.name}", phase.scope, phase.assign
    yield "the step", spec.main, step.assign


def _assignments(spec: Spec, step: Step) -> Iterator[Finding]:
    legal = [state.name for state in step.state]
    taken: dict[str, str] = {}
    for where, _, assigned in assignments(spec, step):
        for name, expr in assigned:
            if name not in legal:
                yield lasting.unknown_state(expr.at, name, legal)
            elif name in taken:
                yield lasting.assigned_twice(expr.at, name, taken[name])
            taken.setdefault(name, where)
    for state in step.state:
        if state.name not in taken:
            yield lasting.unassigned_state(state.at, state.name)


def _network(
    resolver: Resolver, name: str, at: str, used: bool, listed: bool = False
) -> None:
    """Check that a network exists; note it as used where that is a use."""
    known = resolver.spec.networks
    if name in known:
        resolver.read |= {known[name].at} if used else set()
        if known[name].count is not None and not listed:
            resolver.findings.append(copies.no_single_network(at, name))
    elif resolver.first(View({}), f"network {name}"):
        found = references.unknown_target(at, name, "network", tuple(known))
        resolver.findings.append(found)


def _prediction(resolver: Resolver) -> None:
    inference = resolver.spec.inference
    if inference is None:
        return
    if inference.network is None:
        resolver.findings.append(batches.cut_of_step(inference.at))
        return
    _network(resolver, inference.network, inference.at, used=True)


def _values(resolver: Resolver, step: Step) -> None:
    """Resolve the computed values of a step."""
    view = View({m.name: m for m in params_of(resolver.spec, resolver.spec.main)})
    values: list[object] = [state.shape for state in step.state]
    values += [(average.decay, average.every) for average in step.averages]
    for phase in step.phases:
        rho = phase.gradients and phase.gradients.sam_rho
        values += [phase.repeat, phase.optimizer, rho]
    for value in values:
        for expr in computed(value):
            resolver.value(expr, view)


def _expressions(resolver: Resolver, step: Step) -> None:
    """Resolve the values that states begin with, and those that they are given."""
    known = params_of(resolver.spec, resolver.spec.main)
    view = View({m.name: m for m in known}, networks=False, home="/state")
    for state in step.state:
        if state.initial is not None:
            resolver.expression(state.initial, view)
    for _, scope, assigned in assignments(resolver.spec, step):
        seen = view_of(resolver.spec, scope)
        for _, expr in assigned:
            resolver.expression(expr, seen)
