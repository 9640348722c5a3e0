"""The order of the layers of a graph, which names them in a file of weights.

A port of `map_graph` of `keras/src/ops/function.py`, Keras 3.15: layers stand by their
distance from the outputs, and those of one distance as a walk from the outputs back
meets them.
"""

from __future__ import annotations

from collections.abc import Iterable

from kauxgen.saving.values import Made, Node, Step, Tensor, tensors_in

Operation = Made | Step


def layers_of(outputs: object) -> list[Made]:
    """Return the layers of a graph in the order of `model.layers`."""
    nodes, met = _walk(tensors_in(outputs))
    depths = _depths(nodes)
    ordered = sorted(depths, key=lambda one: (-depths[one], met[one]))
    return [one for one in ordered if isinstance(one, Made)]


def _walk(outputs: Iterable[Tensor]) -> tuple[list[Node], dict[Operation, int]]:
    """Give the calls of a graph, what enters one before it, and when ops are met."""
    met: dict[Operation, int] = {}
    nodes: dict[Node, None] = {}
    started: set[Node] = set()
    for output in outputs:
        rest = [(output.node, False)]
        while rest:
            node, done = rest.pop()
            if done:
                nodes[node] = None
            elif node not in started:
                started.add(node)
                met.setdefault(node.of, len(met))
                rest.append((node, True))
                rest += [(one.node, False) for one in reversed(node.inputs)]
    return list(nodes), met


def _depths(nodes: list[Node]) -> dict[Operation, int]:
    """Give the longest way from each operation to an output."""
    calls: dict[Node, int] = {}
    depths: dict[Operation, int] = {}
    for node in reversed(nodes):
        depth = max(calls.get(node, 0), depths.get(node.of, 0))
        calls[node] = depths[node.of] = depth
        for one in node.inputs:
            calls[one.node] = max(depth + 1, calls.get(one.node, 0))
    return depths
