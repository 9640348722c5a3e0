"""Finds what a spec makes and nothing uses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from kauxgen.cut import trees
from kauxgen.expander import references
from kauxgen.finding import Finding
from kauxgen.nodes import ApplicationNode, ExprNode, RepeatNode, walk
from kauxgen.ordering import Behind
from kauxgen.rules import handing, lasting, leftovers
from kauxgen.rules.objective import expressions
from kauxgen.rules.resolution import Resolver
from kauxgen.rules.uses import all_kinds, definition_of, scoped_terms
from kauxgen.source import pointer
from kauxgen.spec import Scope, Spec, Term
from kauxgen.values import Expr


def check(resolver: Resolver) -> Iterator[Finding]:
    """Yield what a resolver has seen made and not read."""
    spec, read = resolver.spec, resolver.read
    yield from _params(spec.params, "", "the spec", read)
    used = _definitions_used(spec) | read
    for definition in spec.definitions:
        if definition.at not in used:
            what = definition.family
            yield leftovers.unused_definition(definition.at, definition.name, what)
            continue
        owner = f"the {definition.family} {definition.name}"
        yield from _params(definition.params, definition.at, owner, read)
        yield from _steps(definition.let, owner, read)
    yield from _scopes(spec, read)
    yield from _rounds(spec)
    for state in spec.step.state if spec.step else ():
        if state.at not in read:
            yield lasting.unread_state(state.at, state.name)
    for _, term in scoped_terms(spec):
        yield from _steps(term.let, _owner(term), read)


_OWNERS = {"": "the model", "/step": "the step", "/evaluation": "the evaluation"}
"""What the lists of nodes are called that no part of a spec names."""


def _owner(term: Term) -> str:
    return f"the {term.role} {term.name}".rstrip()


def _scopes(spec: Spec, read: set[str]) -> Iterator[Finding]:
    for scope in (*spec.scopes, *(n for n in spec.networks.values() if n.like)):
        if scope.kind == "network" and scope.at not in read:
            yield leftovers.unused_network(scope.at, scope.name)
        elif scope.parametric and scope.at not in read:
            yield leftovers.unused_definition(scope.at, scope.name, scope.kind)
        elif not scope.like:
            yield from _scope(scope, read)


def _scope(scope: Scope, read: set[str]) -> Iterator[Finding]:
    owner = _OWNERS.get(scope.at, f"the {scope.kind} {scope.name}")
    if scope.parametric:
        yield from _params(scope.params, scope.at, owner, read)
    for entry in scope.inputs:
        if entry.at not in read:
            at_key = not scope.parametric
            yield leftovers.unused_input(entry.at, entry.name, owner, at_key)
    for weight in scope.weights:
        if weight.at not in read:
            yield leftovers.unused_node(weight.at, weight.name, owner, at_key=True)
    for node in walk(scope.nodes):
        if node.at not in read:
            is_step = isinstance(node, ExprNode) and node.step
            place = node.at if is_step else f"{node.at}/name"
            yield leftovers.unused_node(place, node.name, owner, at_key=is_step)
        for name, at in handing.handed(node) if isinstance(node, RepeatNode) else ():
            if at not in read:
                yield handing.unread_item(at, name, node.name)
        for tap in node.inside if isinstance(node, ApplicationNode) else ():
            if tap.at not in read:
                yield leftovers.unused_node(tap.at, tap.name, node.name)


def _rounds(spec: Spec) -> Iterator[Finding]:
    """Yield the repeats whose rounds neither enter the next one nor are read."""
    lists = {pair for names in _paths(spec) for pair in pairwise(names)}
    for scope in spec.scopes:
        for node in walk(scope.nodes):
            if not isinstance(node, RepeatNode) or node.count == 1:
                continue
            listed = any((node.name, inner.name) in lists for inner in node.body)
            if not listed and not _follow_on(node):
                yield leftovers.unused_rounds(f"{node.at}/name", node.name)


def _follow_on(node: RepeatNode) -> bool:
    """Say whether rounds hand on something that is computed from the one before."""
    behind = Behind(node.body, node.carried)
    return any(map(behind.enters, behind.handed_on(node)))


def _paths(spec: Spec) -> Iterator[tuple[str, ...]]:
    """Yield the paths that nodes, outputs and terms read."""
    for scope in spec.scopes:
        read = [tree for node in walk(scope.nodes) for tree in trees(node)]
        for tree in (*read, *(output.tree for output in scope.outputs)):
            yield from references(tree)
    for _, term in scoped_terms(spec):
        weight = [term.weight] if isinstance(term.weight, Expr) else []
        for expr in (*expressions(term), *weight):
            yield from references(expr.tree)


def _params(
    params: Mapping[str, object], at: str, owner: str, read: set[str]
) -> Iterator[Finding]:
    for name in params:
        place = f"{at}/params{pointer([name])}"
        if place not in read:
            yield leftovers.unused_param(place, name, owner)


def _steps(
    steps: tuple[tuple[str, Expr], ...], owner: str, read: set[str]
) -> Iterator[Finding]:
    for name, step in steps:
        if step.at not in read:
            yield leftovers.unused_node(step.at, name, owner, at_key=True)


def _definitions_used(spec: Spec) -> set[str]:
    """Return the pointers of the definitions that kinds name."""
    named = (definition_of(kind, spec) for kind in all_kinds(spec))
    return {own.at for own in named if own is not None}
