"""Finds networks, blocks, layers and functions that call themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from graphlib import CycleError, TopologicalSorter
from typing import TypeVar

from kauxgen import expression
from kauxgen.callees import own_layers
from kauxgen.finding import Finding
from kauxgen.nodes import BlockNode, ExprNode, LayerNode, NetworkNode, walk
from kauxgen.rules import references
from kauxgen.spec import Definition, Scope, Spec

Called = TypeVar("Called", Scope, Definition)


def check(spec: Spec) -> Iterator[Finding]:
    """Yield a finding for each circle of calls, at its first member in the text."""
    functions = {d.name: d for d in spec.definitions if d.family == "function"}
    yield from _circles(spec.networks, networks_called, "network")
    made = {f"block {name}": each for name, each in spec.blocks.items()}
    made |= {f"layer {name}": each for name, each in spec.layers.items()}
    yield from _circles(made, partial(_scopes_used, spec), "")
    yield from _circles(functions, _functions_called, "function")


def _circles(
    members: Mapping[str, Called], calls: Callable[[Called], Iterable[str]], what: str
) -> Iterator[Finding]:
    below = {name: set(calls(each)) & set(members) for name, each in members.items()}
    while True:
        try:
            TopologicalSorter(below).prepare()
        except CycleError as error:
            circle = error.args[1]
            first = next(name for name in members if name in circle)
            kind = what or first.partition(" ")[0]
            yield references.recursion(members[first].at, members[first].name, kind)
            for name in circle:
                below[name] = set()
        else:
            return


def networks_called(scope: Scope) -> Iterator[str]:
    """Yield the names that a list of nodes calls as networks do."""
    for node in walk(scope.nodes):
        if isinstance(node, NetworkNode):
            yield node.network
        elif isinstance(node, ExprNode):
            calls = expression.calls(node.expr.tree)
            yield from (str(expression.call_name(call)) for call in calls)


def _scopes_used(spec: Spec, scope: Scope) -> Iterator[str]:
    for node in walk(scope.nodes):
        if isinstance(node, BlockNode):
            yield f"block {node.block}"
        elif isinstance(node, LayerNode):
            for own in own_layers(node.layer, spec):
                yield f"layer {own.name}"


def _functions_called(definition: Definition) -> Iterator[str]:
    steps = (*definition.let, ("", definition.expr), *definition.gradient)
    for _, step in steps:
        for call in expression.calls(step.tree):
            yield str(expression.call_name(call))
