"""What inference needs of a model: its inputs, its nodes, and those only it has."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import replace

from kauxgen.cut import cut, trees
from kauxgen.expander import references
from kauxgen.naming import Level
from kauxgen.nodes import ExprNode, Node, walk
from kauxgen.spec import Scope, Spec, Term
from kauxgen.values import Computed, Expr


def is_cut(spec: Spec) -> bool:
    """Say whether inference is the model cut to some inputs and outputs.

    What predicts of a step is a network.
    """
    stated = spec.inference is not None and spec.inference.network is None
    return stated and spec.step is None


def outputs(spec: Spec) -> tuple[Expr, ...]:
    """Return what a cut predicts; nothing where there is no cut."""
    if spec.inference is None or not is_cut(spec):
        return ()
    return spec.inference.outputs


def output_trees(spec: Spec) -> list[ast.expr]:
    """Return the trees of what a cut predicts; none where there is no cut."""
    return [output.tree for output in outputs(spec)]


def needed_inputs(scope: Scope, read: Iterable[ast.expr], spec: Spec) -> set[str]:
    """Return the inputs of a list of nodes that some trees depend on."""
    found = list(read)
    wanted = cut(spec, scope, found).wanted
    for node in walk(scope.nodes):
        if node.at in wanted:
            found += trees(node)
    names = {path[0] for tree in found for path in references(tree)}
    head = scope.nodes[0]
    if head.at in wanted and head.inputs is None and not isinstance(head, ExprNode):
        names.add(scope.first.name)
    return {entry.name for entry in scope.inputs if entry.name in names}


def late_nodes(spec: Spec) -> Level:
    """Return the nodes of the model's list that inference alone needs."""
    if not is_cut(spec):
        return ()
    wanted = cut(spec, spec.main, output_trees(spec)).wanted
    other = cut(spec, spec.main, _model_trees(spec)).wanted
    return tuple(
        node for node in spec.main.nodes if node.at in wanted and node.at not in other
    )


def alone(spec: Spec, nodes: Level) -> Level:
    """Let nodes of the model's list say what they take, so that they stand alone."""
    level = spec.main.nodes
    stated: list[Node] = []
    for node in nodes:
        if node.inputs is None and not isinstance(node, ExprNode):
            place = level.index(node)
            name = level[place - 1].name if place else spec.main.first.name
            node = replace(node, inputs=(Expr(name, ast.Name(name), node.at),))
        stated.append(node)
    return tuple(stated)


def _model_trees(spec: Spec) -> list[ast.expr]:
    """Return the trees of what the model itself gives: its outputs and terms."""
    terms = (*spec.losses, *spec.penalties, *spec.metrics)
    found = [output.tree for output in spec.main.outputs]
    return found + [tree for term in terms for tree in _term_trees(term)]


def _term_trees(term: Term) -> Iterator[ast.expr]:
    read = [operand for _, operand in term.operands]
    read += [step for _, step in term.let]
    for one in (*read, term.target, term.expr, term.weight):
        if isinstance(one, Expr) and not isinstance(one, Computed):
            yield one.tree
