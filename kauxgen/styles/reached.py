"""Inference by a part of a graph: from the tensors that a built model has already."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace

from kauxgen import code, expression, naming, predicting
from kauxgen.cut import trees
from kauxgen.expander import references
from kauxgen.flow import shared
from kauxgen.formula_layers import Made
from kauxgen.frozen import frozen
from kauxgen.graph import Graph
from kauxgen.nodes import LayerNode
from kauxgen.page import Function
from kauxgen.program import Names, Plan, Prediction, Program
from kauxgen.styles import inference


@frozen
class Tensors:
    """Where a graph's tensors are found: the model that owns it, and what it gives.

    `given` writes those that no layer of their own gives.
    """

    owner: ast.expr
    given: Callable[[Names], ast.expr]

    def layer(self, name: str) -> ast.expr:
        """Write the tensor that a layer gives."""
        found = code.call(code.attribute(self.owner, "get_layer"), code.literal(name))
        return code.attribute(found, "output")


def of_graph(
    program: Program, found: Prediction, made: Made, tensors: Tensors
) -> Function:
    """Write inference by a part of a graph, with the nodes that it adds."""
    nodes = predicting.alone(program.spec, found.late)
    scope = replace(program.main.scope, nodes=nodes)
    graph = _Late(program, replace(program.main, scope=scope), made, tensors)
    body = [
        code.assign(entry.name, tensors.layer(entry.name)) for entry in found.inputs
    ]
    body += graph.body()
    write = graph.writer(graph.start, (), {})
    results = []
    for output in found.outputs:
        value, name = write(output.tree), _variable(program, output.tree)
        if name and not isinstance(value, ast.Name):
            body.append(code.assign(name, value))
            value = code.name(name)
        results.append(value)
    return inference.of_cut(program, found, body, results, found.params)


def unnamed(program: Program) -> list[Names]:
    """Return the paths that inference reads and no layer of their own gives."""
    found = program.prediction
    if found is None:
        return []
    late = {name for node in found.late for name in naming.produced(node)}
    nodes = predicting.alone(program.spec, found.late)
    read = [tree for node in nodes for tree in trees(node)]
    read += [output.tree for output in found.outputs]
    main = program.spec.main.nodes
    return [
        names
        for names in dict.fromkeys(path for tree in read for path in references(tree))
        if names[0] not in late
        and naming.find(main, names[0]) is not None
        and not _has_layer(program, names)
    ]


def is_list(program: Program, names: Names) -> bool:
    """Say whether a path gathers the rounds of a repeat."""
    node = naming.find(program.spec.main.nodes, names[0])
    return node is not None and naming.cross(program.spec, node, names[1:]).depth > 0


def _has_layer(program: Program, names: Names) -> bool:
    """Say whether a path is what a layer gives that is called once."""
    nodes = program.spec.main.nodes
    node = naming.find(nodes, names[0])
    alone = isinstance(node, LayerNode) and len(names) == 1 and not node.outputs
    return alone and node is not None and not shared(node, nodes)


def _variable(program: Program, tree: ast.expr) -> str:
    """Return the variable that a path is called; "" for an item of a list."""
    names, indices = naming.split(expression.path_of(tree) or ())
    levels = (program.spec.main.nodes,)
    return "" if indices else naming.variable(program.spec, levels, names)


class _Late(Graph):
    """Writes what inference adds to a graph that is there already."""

    def __init__(
        self, program: Program, plan: Plan, made: Made, tensors: Tensors
    ) -> None:
        super().__init__(program, plan, made, classes=True)
        self.tensors = tensors

    def variable(self, names: Names, levels: tuple[naming.Level, ...]) -> ast.expr:
        """Read a tensor of the model; what is made here is a variable."""
        own = naming.resolve(levels, names[0]) is not None
        if own or naming.find(self.spec.main.nodes, names[0]) is None:
            return super().variable(names, levels)
        if _has_layer(self.program, names):
            return self.tensors.layer(names[0])
        return self.tensors.given(names)
