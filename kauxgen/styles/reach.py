"""Where a network stands in the graph of a functional model."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from kauxgen import code, naming
from kauxgen.code import read_names
from kauxgen.express import needs_layer
from kauxgen.naming import Level
from kauxgen.nodes import ExprNode, NetworkNode, Node, RepeatNode
from kauxgen.program import Plan, Program

Step = tuple[str, str]
"""A layer's name, and the attribute of it that is the network; empty for itself."""


def network_in_graph(
    program: Program, name: str, number: str | ast.expr = ""
) -> ast.expr:
    """Reach a network from the class of a functional model, along its calls.

    `number` says which one of a list, a layer of its own wherever one is called.
    """
    trail = _trail(program, program.main, (), name)
    assert trail is not None, f"{name} is not called in the graph"
    owner: ast.expr = code.name("self")
    for label, attribute in trail:
        words = (name, "_", number) if number and label == name else (label,)
        owner = code.call(code.attribute(owner, "get_layer"), code.text(words))
        owner = code.attribute(owner, attribute) if attribute else owner
    return owner


def _trail(
    program: Program, plan: Plan, prefix: tuple[str, ...], name: str
) -> tuple[Step, ...] | None:
    """Return the layers that lead to a network, each with the attribute to follow."""
    steps = [*_calls(program, plan, prefix)]
    for network, step in steps:
        if network == name:
            return (step,)
    for network, step in steps:
        inner = program.networks[network]
        rest = _trail(program, inner, (network,), name)
        if rest is not None:
            return (step, *rest)
    return None


def _calls(
    program: Program, plan: Plan, prefix: tuple[str, ...]
) -> Iterator[tuple[str, Step]]:
    """Yield the networks that a graph calls, with the layer of the call."""
    for node, words in _named(plan.scope.nodes, prefix):
        label = "_".join(words)
        if isinstance(node, NetworkNode):
            fixed = node.training is not None
            yield node.network, (label, "layer") if fixed else (node.network, "")
        elif isinstance(node, ExprNode):
            yield from _called(program, [node.expr.tree], label)
    if plan.scope.kind == "main":
        for term in program.terms:
            trees = [
                *(tree for _, tree in term.steps),
                *([term.value] if term.value else []),
            ]
            yield from _called(program, trees, f"{term.key}_value")


def _called(
    program: Program, trees: list[ast.expr], label: str
) -> Iterator[tuple[str, Step]]:
    opaque = needs_layer(program, trees)
    for tree in trees:
        for name in read_names([tree]) & program.networks.keys():
            yield name, (label, name) if opaque else (name, "")


def _named(
    nodes: Level, prefix: tuple[str, ...], only: bool = False
) -> Iterator[tuple[Node, tuple[str, ...]]]:
    """Yield nodes with the words of their layers' names, of repeats the first round."""
    for node in nodes:
        words = prefix if only else (*prefix, node.name)
        yield node, words
        if isinstance(node, RepeatNode):
            yield from _named(node.body, (*words, "0"), naming.sole(node, node.body))
