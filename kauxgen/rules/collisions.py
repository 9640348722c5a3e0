"""Finds names of the generated code that would be given twice."""

from __future__ import annotations

from collections.abc import Iterator

from kauxgen.finding import Finding
from kauxgen.rules import naming
from kauxgen.rules.objective import scoped_terms
from kauxgen.rules.outline import produced
from kauxgen.rules.unrolled import Unrolled
from kauxgen.spec import BlockNode, Node, RepeatNode, Spec, walk
from kauxgen.suggest import quote


def check(state: Unrolled) -> Iterator[Finding]:
    """Yield what would get a name that is taken, at the place of the taker."""
    yield from _layers(state)
    yield from _terms(state.spec)


def _layers(state: Unrolled) -> Iterator[Finding]:
    """Compare the names of all layers: their paths, joined."""
    taken: dict[str, tuple[str | int, ...]] = {}
    for path in state.layers:
        name = "_".join(map(str, _short(state.spec, path)))
        other = taken.setdefault(name, path)
        if other != path:
            first, second = (f"the layer {_said(each)}" for each in (path, other))
            yield naming.derived_name(_at(state.spec, path), name, first, second)


def _said(path: tuple[str | int, ...]) -> str:
    return quote("/".join(map(str, path)))


def _at(spec: Spec, path: tuple[str | int, ...]) -> str:
    """Return the pointer of the name of a layer."""
    node = _nodes(spec, path)[-1]
    return f"{node.at}/name" if isinstance(node, Node) else ""


def _short(spec: Spec, path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """Leave out the only node in the body of a repeat or block."""
    nodes = _nodes(spec, path)
    kept: list[str | int] = []
    for step, node in zip(path, nodes, strict=True):
        if not isinstance(node, _Only):
            kept.append(step)
    return tuple(kept)


class _Only:
    """Stands for a node that is the only one of a body."""

    def __init__(self, node: Node) -> None:
        self.at = node.at


def _nodes(spec: Spec, path: tuple[str | int, ...]) -> list[object]:
    """Pair the steps of a path with what they are, network, number or node."""
    level = spec.main.nodes
    found: list[object] = []
    first = path[0]
    names = {name for node in level for name in produced(node)}
    steps = path
    if first in spec.networks and first not in names:
        found.append(None)
        level, steps = spec.networks[str(first)].nodes, path[1:]
    inside = False
    for step in steps:
        if isinstance(step, int):
            found.append(None)
            continue
        node = next(each for each in level if each.name == step)
        found.append(_Only(node) if inside and len(level) == 1 else node)
        inside = isinstance(node, (RepeatNode, BlockNode))
        if isinstance(node, RepeatNode):
            level = node.body
        elif isinstance(node, BlockNode):
            level = spec.blocks[node.block].nodes
    return found


def _terms(spec: Spec) -> Iterator[Finding]:
    """Compare what terms are called with the model's names and with each other."""
    taken = {name: f"the node {quote(name)}" for name in _names(spec)}
    taken |= {name: f"the param {quote(name)}" for name in spec.params}
    taken |= {name: f"the network {quote(name)}" for name in spec.networks}
    for _, term in scoped_terms(spec):
        for name in _derived(term.role, term.name):
            what = f"the {term.role} {quote(term.name)}"
            if name in taken:
                place = f"{term.at}/name"
                yield naming.derived_name(place, name, f"a part of {what}", taken[name])
            taken.setdefault(name, f"a part of {what}")


def _names(spec: Spec) -> Iterator[str]:
    for node in walk(spec.main.nodes):
        yield from produced(node)
    yield from (each.name for each in spec.main.inputs)


def _derived(role: str, name: str) -> list[str]:
    if not name:
        return []
    kept = [f"{name}_tracker"] if role != "metric" else []
    return [*kept, *([f"{name}_loss"] if role == "loss" else [])]
