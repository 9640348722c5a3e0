"""The variables that the statements of a scope use, so that a further one is new."""

from __future__ import annotations

from collections.abc import Iterator

from kauxgen import naming
from kauxgen.nodes import RepeatNode, walk
from kauxgen.program import Plan, Program, TermPlan
from kauxgen.rules.identifiers import reserved

_ROLES = ("", "_loss", "_value", "_on", "_target")
"""What is appended to a term's key in the names of its variables."""


def taken(program: Program, plan: Plan) -> frozenset[str]:
    """Return the names in a scope's statements: its own, and those of the module."""
    scope = plan.scope
    names = {*program.spec.params, *scope.params, *program.spec.networks}
    names |= {entry.name for entry in scope.inputs}
    names |= {definition.name for definition in program.functions}
    names |= {"x", "inputs", "outputs", *reserved()["module"], *reserved()["model"]}
    names |= {*plan.indices.values(), *_nodes(plan), *_paths(program, plan)}
    if scope.kind not in ("network", "block"):
        for term in (*program.terms, *program.metrics):
            names |= {*_term(term)}
    return frozenset(names)


def _nodes(plan: Plan) -> Iterator[str]:
    for node in walk((*plan.scope.outer, *plan.scope.nodes)):
        yield from naming.produced(node)
        if isinstance(node, RepeatNode):
            yield from node.variables


def _paths(program: Program, plan: Plan) -> Iterator[str]:
    """Yield the variables of what is read of calls, and gathered over rounds."""
    for node, levels in naming.levels_of((*plan.scope.outer, *plan.scope.nodes)):
        for path in plan.reads.get(node.at, ()):
            yield naming.variable(program.spec, levels, (node.name, *path))
        for path in plan.gathered.get(node.at, ()):
            yield naming.cross(program.spec, node, path).name


def _term(term: TermPlan) -> Iterator[str]:
    yield from (f"{term.key}{role}" for role in _ROLES)
    yield from (name for name, _ in term.steps)
