"""Finds networks, blocks and functions that call themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import TypeVar

from kauxgen import expression
from kauxgen.finding import Finding
from kauxgen.rules import references
from kauxgen.spec import BlockNode, Definition, ExprNode, NetworkNode, Scope, Spec, walk

Called = TypeVar("Called", Scope, Definition)


def check(spec: Spec) -> Iterator[Finding]:
    """Yield a finding for each circle of calls, at its first member in the text."""
    functions = {d.name: d for d in spec.definitions if d.family == "function"}
    yield from _circles(spec.networks, networks_called, "network")
    yield from _circles(spec.blocks, _blocks_used, "block")
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
            yield references.recursion(members[first].at, first, what)
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


def _blocks_used(scope: Scope) -> Iterator[str]:
    for node in walk(scope.nodes):
        if isinstance(node, BlockNode):
            yield node.block


def _functions_called(definition: Definition) -> Iterator[str]:
    steps = (*definition.let, ("", definition.expr), *definition.gradient)
    for _, step in steps:
        for call in expression.calls(step.tree):
            yield str(expression.call_name(call))
