"""Resolves the names that the nodes of every list read, and all definitions' names."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from itertools import takewhile

from kauxgen.callees import own_layers
from kauxgen.expression import Part
from kauxgen.finding import Finding
from kauxgen.frozen import frozen
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
from kauxgen.rules import batches, calling, copies, handing, references
from kauxgen.rules.handing import Above
from kauxgen.rules.outline import Form, Member, members, produced
from kauxgen.rules.resolution import Resolver, View
from kauxgen.source import pointer
from kauxgen.spec import Scope, Spec
from kauxgen.suggest import quote
from kauxgen.values import Expr, Implied, computed

PASSES = ("main", "phase", "evaluation")
"""The kinds of lists of nodes that a step has."""


def params_of(spec: Spec, scope: Scope) -> Iterator[Member]:
    """Yield the params that a list of nodes sees."""
    own = scope.parametric
    at = scope.at if own else ""
    for name in scope.params if own else spec.params:
        yield Member(name, f"{at}/params{pointer([name])}", Form.NUMBER)


def view_of(spec: Spec, scope: Scope) -> View:
    """Return what a term of a list of nodes sees: all of it."""
    given = [member for node in scope.nodes for member in members(spec, node)]
    return _outer(spec, scope).plus(*given)


def _outer(spec: Spec, scope: Scope) -> View:
    around = spec.main if scope.kind == "phase" else scope
    given = [Member(entry.name, entry.at, Form.TENSOR) for entry in around.inputs]
    given += [Member(weight.name, weight.at, Form.TENSOR) for weight in scope.weights]
    if spec.step is not None and scope.kind in PASSES:
        given += [Member(one.name, one.at, Form.TENSOR) for one in spec.step.state]
    if scope.kind == "phase":
        given += [one for node in spec.main.nodes for one in members(spec, node)]
    known = {member.name: member for member in (*params_of(spec, scope), *given)}
    view = View(known, networks=not scope.parametric, home=scope.at)
    stepped = spec.step is not None and scope.kind in PASSES
    return replace(view, miss=_miss_in_step) if stepped else view


def _miss_in_step(
    at: str, name: str, legal: Collection[str], part: Part | None
) -> Finding:
    if name == "y":
        return batches.data_in_step(at, "a step does not see the data y", part)
    return references.unknown_tensor(at, name, legal, part)


def resolve_scope(resolver: Resolver, scope: Scope) -> None:
    """Resolve all names of a list of nodes and its outputs."""
    view = _outer(resolver.spec, scope)
    known = {member.name: member for member in params_of(resolver.spec, scope)}
    sizes = View(known, home=scope.at)
    for entry in scope.inputs:
        for value in computed(entry.shape):
            resolver.value(value, sizes)
    _resolve_weights(resolver, scope, sizes)
    around = resolver.spec.main if scope.kind == "phase" else scope
    view = _Walk(resolver, scope).nodes(scope.nodes, view, _entering(around))
    for output in scope.outputs:
        if not output.text:
            continue  # a layer that gives nothing: KX224
        if scope.kind == "layer" and scope.single:
            resolver.expression(output, view)
        else:
            resolver.reference(output, view)


def _resolve_weights(resolver: Resolver, scope: Scope, sizes: View) -> None:
    """Resolve what the weights of a layer read: its params, and sizes of its inputs."""
    inputs = [Member(entry.name, entry.at, Form.TENSOR) for entry in scope.inputs]
    for weight in scope.weights:
        for expr in computed((weight.shape, *weight.kinds)):
            resolver.value(expr, sizes.plus(*inputs))


def resolve_counts(resolver: Resolver) -> None:
    """Resolve how many networks lists hold, and which network each is like."""
    spec = resolver.spec
    view = View({member.name: member for member in params_of(spec, spec.main)})
    for network in spec.networks.values():
        for value in computed(network.count):
            resolver.value(value, view)
    resolver.findings += copies.unlike(spec)


def _entering(scope: Scope) -> Above:
    inputs = scope.entering or scope.inputs
    if len(inputs) == 1:
        return Above(Member(inputs[0].name, inputs[0].at, Form.TENSOR))
    words = " and ".join(quote(entry.name) for entry in inputs)
    return Above(None, f"there are several: {words}")


@frozen
class _Walk:
    """Goes through a list of nodes in the order of the text."""

    resolver: Resolver
    scope: Scope

    def nodes(self, nodes: tuple[Node, ...], view: View, above: Above) -> View:
        """Resolve nodes; return what is seen below them."""
        names, later = dict(view.names), set(view.later)
        named = [node for node in nodes if not _is_implied(node)]
        later.update(name for node in named for name in produced(node))
        seen = replace(view, names=names, later=later)
        for node in nodes:
            self.node(node, seen, above, nodes)
            for member in members(self.resolver.spec, node):
                names[member.name] = member
                later.discard(member.name)
            if not _is_implied(node):
                above = _handed_on(names[node.name])
        return seen

    def node(
        self, node: Node, view: View, above: Above, beside: tuple[Node, ...]
    ) -> None:
        """Resolve one node."""
        entering = self.inputs(node, view, above)
        if isinstance(node, ExprNode):
            self.resolver.read |= {node.at} if node.implied else set()
            self.resolver.expression(node.expr, view)
            self.values(node.shape, view)
        elif isinstance(node, LayerNode):
            self.values((node.layer, node.shape), view)
            for own in own_layers(node.layer, self.resolver.spec):
                self.resolver.read.add(own.at)
        elif isinstance(node, ApplicationNode):
            self.values(node.application, view)
        elif isinstance(node, RepeatNode):
            self.repeat(node, view, entering)
        elif isinstance(node, ReuseNode):
            self.reuse(node, view, beside)
        elif isinstance(node, NetworkNode):
            self.target(node.at, "network", node.network, self.resolver.spec.networks)
            self.resolver.item(node.network, node.index, f"{node.at}/network", view)
        elif isinstance(node, BlockNode):
            self.target(node.at, "block", node.block, self.resolver.spec.blocks)
            self.values(node.args, view)

    def values(self, value: object, view: View) -> None:
        """Resolve the computed values inside a value."""
        for expr in computed(value):
            self.resolver.value(expr, view)

    def inputs(self, node: Node, view: View, above: Above) -> Above:
        """Resolve what enters a node; return it for a repeat's first round."""
        if isinstance(node, RepeatNode) and node.carry:
            return handing.entering(node)
        if node.inputs is None:
            if not isinstance(node, ExprNode):
                self.implied(node, above)
            return above
        given = node.inputs
        for expr in given.values() if isinstance(given, Mapping) else given:
            self.resolver.reference(expr, view)
        return Above(Member("", "", Form.TENSOR))

    def implied(self, node: Node, above: Above) -> None:
        """Note the node above as read, or say why it cannot be."""
        if above.member is None:
            if above.reason:
                found = references.no_single_input(
                    f"{node.at}/name", node.name, above.reason
                )
                self.resolver.findings.append(found)
        elif above.member.at:
            self.resolver.read.add(above.member.at)

    def repeat(self, node: RepeatNode, view: View, entering: Above) -> None:
        """Resolve the rounds of a repeat, and what each hands on."""
        self.values((node.count, node.over), view)
        self.resolver.findings += handing.check(node)
        for _, expr in node.zipped:
            self.resolver.expression(expr, view)
        self.handed(node.carry, view)
        inside = self.nodes(node.body, view.plus(*handing.members(node)), entering)
        self.handed(node.following, inside)
        if not node.carry:
            self.resolver.read.add(node.body[-1].at)

    def handed(self, values: tuple[tuple[str, Expr], ...], view: View) -> None:
        """Resolve what is handed on; implied nodes stand in the list already."""
        for _, expr in values:
            if not isinstance(expr, Implied):
                self.resolver.reference(expr, view)

    def reuse(self, node: ReuseNode, view: View, beside: tuple[Node, ...]) -> None:
        """Check that a layer to reuse stands above in the same list."""
        legal = [each.name for each in beside if isinstance(each, LayerNode)]
        above = {each.name for each in takewhile(lambda each: each is not node, beside)}
        place = f"{node.at}/reuse"
        if node.layer not in legal:
            found = references.unknown_target(
                place, node.layer, "layer to reuse", legal
            )
            self.resolver.findings.append(found)
        elif node.layer not in above:
            found = references.used_before_made(place, node.layer, None)
            self.resolver.findings.append(found)

    def target(self, at: str, what: str, name: str, known: Mapping[str, Scope]) -> None:
        """Check that a network or block exists, and may be used here."""
        if what == "network" and self.scope.parametric:
            owner = f"the {self.scope.kind} {self.scope.name}"
            remedy = f"call it beside the {self.scope.kind}'s uses"
            at = f"{at}/network"
            found = calling.foreign_name(at, name, owner, (), None, remedy)
            self.resolver.findings.append(found)
        elif name not in known and self.resolver.first(View({}), f"{what} {name}"):
            found = references.unknown_target(f"{at}/{what}", name, what, tuple(known))
            self.resolver.findings.append(found)
        elif name in known:
            self.resolver.read.add(known[name].at)


def _is_implied(node: Node) -> bool:
    return isinstance(node, ExprNode) and node.implied


def _handed_on(member: Member) -> Above:
    if member.several:
        name = quote(member.name)
        return Above(None, f"the node above, {name}, is several tensors")
    return Above(member)
