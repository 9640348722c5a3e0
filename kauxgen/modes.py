"""What calls do otherwise in training, and what they draw."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from kauxgen import catalog, expression, naming
from kauxgen.naming import Level
from kauxgen.nodes import (
    ApplicationNode,
    BlockNode,
    ExprNode,
    LayerNode,
    NetworkNode,
    Node,
    RepeatNode,
    ReuseNode,
)
from kauxgen.spec import Scope, Spec
from kauxgen.values import Kind


def kinds(kind: Kind) -> Iterator[Kind]:
    """Yield a layer's kind and those that it wraps."""
    yield kind
    for value in kind.args.values():
        if isinstance(value, Kind) and value.family == "layer":
            yield from kinds(value)


def draws(kind: Kind) -> bool:
    """Say whether a layer needs a generator of its own; a wrapper's is the inner's."""
    entry = catalog.find("layer", kind.name)
    if entry is None or entry.draws == "inner" or "seed" in kind.args:
        return False
    return catalog.draws(kind.name, kind.args)


def drawing_calls(tree: ast.AST) -> list[ast.Call]:
    """Return the written draws of an expression, in the order of its text."""
    operations = catalog.operations()
    return [
        call
        for call in expression.calls(tree)
        if (name := expression.call_name(call)) in operations
        and operations[str(name)].draws
    ]


def has_modes(node: Node, spec: Spec, level: Level) -> bool:
    """Say whether a node of a list does something else in training than otherwise."""
    if getattr(node, "training", None) is not None:
        return False
    if isinstance(node, ReuseNode):
        original = naming.find(level, node.layer)
        if not isinstance(original, LayerNode):
            return False
        return layer_has_modes(original.layer, spec)
    if isinstance(node, LayerNode):
        return layer_has_modes(node.layer, spec)
    if isinstance(node, ApplicationNode):
        return application_has_modes(node.application)
    if isinstance(node, (RepeatNode, NetworkNode, BlockNode)):
        inside = naming.inside(spec, node)
        return any(has_modes(inner, spec, inside) for inner in inside)
    return isinstance(node, ExprNode) and any(
        scope_has_modes(spec.networks[name], spec)
        for call in expression.calls(node.expr.tree)
        for name in _called(call)
        if name in spec.networks
    )


def _called(call: ast.Call) -> tuple[str, ...]:
    """Return what a call may call: its function, or the network that it is given."""
    return (
        str(expression.call_name(call)),
        *(expression.named_network(argument) for argument in call.args[:1]),
    )


def scope_has_modes(scope: Scope, spec: Spec) -> bool:
    """Say whether anything in a list of nodes has modes."""
    return any(has_modes(node, spec, scope.nodes) for node in scope.nodes)


def layer_has_modes(kind: Kind, spec: Spec) -> bool:
    """Say whether a layer's call takes `training` and heeds it; an import may."""
    if kind.imported:
        return True
    inner = held(kind)
    own = spec.layers.get(inner.name)
    if own is not None:
        return scope_has_modes(own, spec)
    known = catalog.find("layer", inner.name) is not None
    return known and catalog.has_modes(kind.name, kind.args)


def application_has_modes(kind: Kind) -> bool:
    """Say whether a backbone has layers that heed the mode."""
    known = catalog.applications().get(kind.name)
    return known is not None and known.modes


def held(kind: Kind) -> Kind:
    """Return the layer in a wrapper whose mode is that of what it holds, or itself."""
    entry, inner = catalog.find("layer", kind.name), kind.args.get("layer")
    if entry is None or entry.modes != "inner" or not isinstance(inner, Kind):
        return kind
    return held(inner)
