"""Finds penalties of networks, layers and blocks that would take a node's variable."""

from __future__ import annotations

from collections.abc import Iterator

from kauxgen import naming as code_naming
from kauxgen.finding import Finding
from kauxgen.nodes import Node, RepeatNode, walk
from kauxgen.rules import naming
from kauxgen.rules.outline import produced
from kauxgen.spec import Scope, Spec, Term
from kauxgen.suggest import quote

Path = tuple[str, ...]


def check(spec: Spec) -> Iterator[Finding]:
    """Yield the penalties whose variable, at some use, is that of a node."""
    for scope in spec.scopes:
        taken = {name for node in walk(scope.nodes) for name in produced(node)}
        for node in walk(scope.nodes):
            for path, term in _below(spec, node):
                name = code_naming.cross(spec, node, path).name
                if name in taken:
                    yield _taken(term, name, f"the node {quote(name)}")


def _taken(term: Term, name: str, other: str) -> Finding:
    place = f"{term.at}/name" if term.name else term.at
    what = f"a part of the penalty {quote(term.name)}" if term.name else "a penalty"
    return naming.derived_name(place, name, what, other)


def _below(spec: Spec, node: Node) -> Iterator[tuple[Path, Term]]:
    """Yield the paths from a node to the penalties of what it uses, at any depth."""
    if isinstance(node, RepeatNode):
        nodes = node.body
    else:
        scope = code_naming.target(spec, node)
        if scope is None:
            return
        scope = spec.origin(scope) if scope.kind == "network" else scope
        nodes = scope.nodes
        yield from (((key,), term) for key, term in _keys(scope))
    for one in nodes:
        for path, term in _below(spec, one):
            yield (one.name, *path), term


def _keys(scope: Scope) -> Iterator[tuple[str, Term]]:
    """Yield what the penalties of a list are called in it, also weighed ones."""
    stem = code_naming.snake(scope.name)
    for index, term in enumerate(scope.penalties):
        key = term.name or f"{stem}_penalty_{index}"
        yield key, term
        if scope.parametric:
            yield f"weighed_{key}", term
