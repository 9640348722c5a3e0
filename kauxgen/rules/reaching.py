"""Which weights have a part in what a phase computes, and which it updates."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from functools import reduce

from kauxgen import callees, expression
from kauxgen.checked import WeightUse
from kauxgen.cut import trees
from kauxgen.finding import Finding
from kauxgen.frozen import frozen
from kauxgen.nodes import ExprNode, NetworkNode, Node, RepeatNode
from kauxgen.rules import lasting, stepping
from kauxgen.rules.objective import expressions
from kauxgen.rules.scalars import Scalars
from kauxgen.spec import NetworkName, Phase, Spec, Step, Term, Weights
from kauxgen.states import State

Moved = frozenset[str]
"""Networks whose weights have a part in a value."""
NONE: Moved = frozenset()


@frozen
class Reach:
    """Follows weights through expressions, by the names of networks.

    `trainable` are the networks with trainable weights of their own.
    """

    spec: Spec
    trainable: Moved

    def within(self, network: str) -> Moved:
        """Return a network and those that it calls, without those that do not learn."""
        return closure(self.spec, [network]) & self.trainable

    def tree(self, tree: ast.AST, names: Mapping[str, Moved], rest: Moved) -> Moved:
        """Return what has a part in an expression; `rest` in a name not known."""
        path = expression.path_of(tree) if isinstance(tree, ast.expr) else None
        if path is not None:
            return names.get(str(path[0]), rest)
        called = str(expression.call_name(tree))
        if called == "stop_gradient":
            return NONE
        own = self.within(called) if called in self.spec.networks else NONE
        inner = tree.func if isinstance(tree, ast.Call) else None
        children = (one for one in ast.iter_child_nodes(tree) if one is not inner)
        return union([own, *(self.tree(one, names, rest) for one in children)])

    def nodes(
        self, nodes: Iterable[Node], names: dict[str, Moved], above: Moved, rest: Moved
    ) -> Moved:
        """Add what nodes give to the names; return what has a part in any of them."""
        every = above
        for node in nodes:
            above = self.node(node, names, above, rest)
            names.update(dict.fromkeys((node.name, *node.outputs), above))
            every |= above
        return every

    def node(
        self, node: Node, names: dict[str, Moved], above: Moved, rest: Moved
    ) -> Moved:
        """Return what has a part in what a node gives."""
        found = union(self.tree(tree, names, rest) for tree in trees(node))
        if node.inputs is None and not isinstance(node, ExprNode):
            found |= above
        if isinstance(node, NetworkNode):
            return found | self.within(node.network)
        if not isinstance(node, RepeatNode):
            return found
        first = self.nodes(node.body, dict(names), found | rest, found | rest)
        return self.nodes(node.body, dict(names), first, first)


def union(sets: Iterable[Moved]) -> Moved:
    """Return the union of sets."""
    return reduce(Moved.union, sets, NONE)


def closure(spec: Spec, networks: Iterable[str]) -> Moved:
    """Return networks with those that they call."""
    state, found, waiting = State(spec), set[str](), list(networks)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += state.called(spec.networks[name].nodes)
    return frozenset(found)


def check(scalars: Scalars) -> Iterator[Finding]:
    """Yield what is wrong with what the phases of a step update."""
    spec = scalars.state.spec
    if spec.step is None:
        return
    owners = {str(weight.layer[0]) for weight in scalars.state.weights}
    reach = Reach(spec, frozenset(owners | scalars.state.unseen))
    found = [*_updates(reach, spec.step)]
    yield from found
    if not found:
        for phase in spec.step.phases:
            yield from _phase(reach, scalars, phase)


def _updates(reach: Reach, step: Step) -> Iterator[Finding]:
    """Yield networks that are updated twice, by nobody, or in vain."""
    taken: dict[str, str] = {}
    targets = {one.target for one in step.averages if one.target != one.source}
    for phase in step.phases:
        for update in phase.update:
            own = reach.within(update.network)
            if not own:
                yield stepping.nothing_to_update(update.at, update.network)
            for name in sorted(own & targets)[:1]:
                yield lasting.updated_target(update.at, name, phase.name)
            for name in sorted(own & taken.keys())[:1]:
                by = (taken[name], phase.name)
                yield stepping.updated_twice(update.at, name, by)
            taken = {**dict.fromkeys(own, phase.name), **taken}
    kept = {*taken, *closure(reach.spec, targets)}
    for name in reach.spec.networks:
        if name in (reach.trainable & _called(reach.spec)) - kept:
            yield stepping.never_updated(reach.spec.networks[name].at, name)


def _called(spec: Spec) -> Moved:
    """Return the networks that a step calls, or that predict."""
    state, found = State(spec), set[str]()
    for objective in spec.objectives:
        found |= state.called(objective.scope.nodes)
        for term in (*objective.terms, *objective.metrics):
            found |= _mentioned(state, term)
    if spec.inference is not None and spec.inference.network is not None:
        found.add(spec.inference.network)
    return closure(spec, found)


def _mentioned(state: State, term: Term) -> set[str]:
    named = {one.name for _, one in term.operands if isinstance(one, NetworkName)}
    return named.union(*(state.mentioned(expr.tree) for expr in expressions(term)))


def _phase(reach: Reach, scalars: Scalars, phase: Phase) -> Iterator[Finding]:
    """Yield what a phase updates and cannot move, or minimizes and cannot lower."""
    spec = reach.spec
    assert spec.step is not None
    names: dict[str, Moved] = {}
    reach.nodes(spec.main.nodes, names, NONE, NONE)
    if not spec.step.shared:
        names = {}
    reach.nodes(phase.scope.nodes, names, NONE, NONE)
    moved = [
        (term, in_term(reach, scalars.weights, term, names)) for term in phase.terms
    ]
    every = union(each for _, each in moved) | _penalized(reach, phase)
    own = closure(spec, (update.network for update in phase.update))
    for update in phase.update:
        if not every & reach.within(update.network):
            yield stepping.unmoved_network(update.at, update.network, phase.name)
    for term, each in moved:
        if every & own and not each & own:
            what = f"the term {term.name}" if term.name else "this term"
            yield stepping.unmoved_term(term.at, what, phase.name)


def in_term(
    reach: Reach,
    selected: Mapping[str, tuple[WeightUse, ...]],
    term: Term,
    names: Mapping[str, Moved],
) -> Moved:
    """Return what has a part in a term; `selected` are weights by their pattern."""
    known, found = dict(names), NONE
    for name, step in term.let:
        known[name] = reach.tree(step.tree, known, NONE)
    for expr in expressions(term):
        found |= reach.tree(expr.tree, known, NONE)
    for _, operand in term.operands:
        if isinstance(operand, NetworkName):
            found |= reach.within(operand.name)
        elif isinstance(operand, Weights):
            chosen = selected.get(operand.at, ())
            found |= frozenset(str(use.path[0]) for use in chosen)
    return found


def _penalized(reach: Reach, phase: Phase) -> Moved:
    """Return the networks whose own penalties a phase minimizes."""
    spec = reach.spec
    assert spec.step is not None
    state = State(spec)
    called = set(state.called(phase.scope.nodes))
    for term in phase.terms:
        called |= _mentioned(state, term)
    if spec.step.shared:
        called |= state.called(spec.main.nodes)
    return union(
        reach.within(name)
        for name in closure(spec, called)
        if any(one.penalties for one in callees.within(spec.networks[name], spec))
    )
