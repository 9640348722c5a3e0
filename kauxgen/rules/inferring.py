"""Checks inference: its names, the inputs that it needs, the nodes it alone has."""

from __future__ import annotations

from collections.abc import Iterator

from kauxgen import expression, predicting
from kauxgen.finding import Finding
from kauxgen.modes import drawing_calls, draws, kinds
from kauxgen.nodes import ExprNode, LayerNode, Node
from kauxgen.rules import cuts, references
from kauxgen.rules.resolution import Resolver, View
from kauxgen.rules.scopes import view_of
from kauxgen.shapes import layer_weights
from kauxgen.spec import Inference, Spec


def resolve_inference(resolver: Resolver) -> None:
    """Resolve the names that inference reads."""
    spec, found = resolver.spec, resolver.spec.inference
    if found is None or not found.at or spec.step is not None:
        return
    if found.network is not None:
        _network(resolver, found.network)
        return
    legal = [entry.name for entry in spec.main.inputs]
    for one in found.inputs:
        if one.text not in legal:
            resolver.findings.append(cuts.no_model_input(one.at, one.text, legal))
    view = view_of(spec, spec.main)
    for output in found.outputs:
        resolver.reference(output, view)


def _network(resolver: Resolver, name: str) -> None:
    """Check that the network exists; naming it is no call of it."""
    networks = resolver.spec.networks
    if name not in networks and resolver.first(View({}), f"network {name}"):
        legal = tuple(networks)
        wrong = references.unknown_target("/inference", name, "network", legal)
        resolver.findings.append(wrong)


def check(spec: Spec) -> Iterator[Finding]:
    """Yield the findings about a cut whose names hold."""
    found = spec.inference
    if found is None or not predicting.is_cut(spec):
        return
    trees = predicting.output_trees(spec)
    needed = predicting.needed_inputs(spec.main, trees, spec)
    given = {one.text: one for one in found.inputs}
    for entry in spec.main.inputs:
        if entry.name in needed and (entry.target or entry.name not in given):
            place = _place(found, entry.name) if found.at else entry.at
            stated = bool(found.at)
            yield cuts.input_is_needed(place, entry.name, entry.target, stated)
    for name, one in given.items():
        if name not in needed and one.at.startswith("/inference/inputs/"):
            yield cuts.input_is_idle(one.at, name)
    for node in predicting.late_nodes(spec):
        what = _kept(node, spec)
        if what:
            yield cuts.made_for_inference(f"{node.at}/name", node.name, what)


def _place(found: Inference, name: str) -> str:
    """Return where a cut names an input, else the cut."""
    return next((one.at for one in found.inputs if one.text == name), found.at)


def _kept(node: Node, spec: Spec) -> str:
    """Say what a node would have for itself; "" if nothing."""
    if isinstance(node, ExprNode):
        if drawing_calls(node.expr.tree):
            return "which draws"
        tree = node.expr.tree
        names = {expression.call_name(call) for call in expression.calls(tree)}
        names |= {name.id for name in expression.names(tree)}
        return "which calls a network" if names & spec.networks.keys() else ""
    if not isinstance(node, LayerNode):
        return "which is more than a layer or an expression"
    if any(map(draws, kinds(node.layer))):
        return "which draws"
    has_weights = layer_weights(node.layer.name, node.layer.args)
    return "which has weights" if has_weights else ""
