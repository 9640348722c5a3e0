"""Lists of nodes as things: each node with its fields, and the nodes of its body."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from kauxgen import catalog
from kauxgen.changes.change import Level
from kauxgen.changes.kinds import kind_fields
from kauxgen.changes.things import Field, Thing, To, entry
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
from kauxgen.read_texts import token
from kauxgen.rules.handing import handed
from kauxgen.spec import Scope, Spec
from kauxgen.values import Expr, Implied

Names = Mapping[str, str]


@dataclass
class Lists:
    """Makes things of lists of nodes.

    `inner` gathers what paths lead to below a thing: ids by name.
    """

    spec: Spec
    inner: dict[str, Names] = field(default_factory=dict)

    def names_of(self, nodes: Iterable[Node]) -> dict[str, str]:
        """Return the names that a list gives, with their ids."""
        found = {}
        for node in nodes:
            for index, name in enumerate(node.outputs):
                found[name] = f"{node.at}/as/{index}"
            found.setdefault(node.name, node.at)
        return found

    def nodes(
        self, nodes: tuple[Node, ...], names: Names, above: str, entering: To | None
    ) -> tuple[Thing, ...]:
        """Make the things of a list; the first node takes what enters."""
        implied = {n.name: n for n in nodes if isinstance(n, ExprNode) and n.implied}
        seen = {**names, **self.names_of(nodes)}
        things = []
        for node in nodes:
            if node.name in implied:
                continue
            things.append(self.node(node, seen, above, entering, implied))
            entering = To(node.at, node.name)
        return tuple(things)

    def node(
        self,
        node: Node,
        names: Names,
        above: str,
        entering: To | None,
        implied: Mapping[str, ExprNode],
    ) -> Thing:
        """Make the thing of a node."""
        here = f"{above}{node.name}"
        children: tuple[Thing, ...] = ()
        given = {name: f"{node.at}/as/{i}" for i, name in enumerate(node.outputs)}
        fields = [*self.entering(node, entering), *self.kind(node)]
        if isinstance(node, RepeatNode):
            given, rounds = self.rounds(node)
            children = self.nodes(node.body, {**names, **given}, f"{here}.", rounds)
            inside = {**names, **given, **self.names_of(node.body)}
            fields += self.handed(node, implied)
            names = inside
        self.inner[node.at] = self.below(node)
        fields.append(entry("description", node.description, Level.DOCS, ""))
        return Thing(
            id=node.at,
            subject=SUBJECTS[type(node)],
            name=node.name,
            path=here,
            group="nodes",
            fields=tuple(fields),
            names=names,
            locals=given,
            children=children,
            ordered=True,
        )

    def rounds(self, node: RepeatNode) -> tuple[dict[str, str], To | None]:
        """Return the names that a round is given, and what its first node takes."""
        at = f"{node.at}/repeat/as"
        given = {name: f"{at}/{i}" for i, name in enumerate(node.variables)}
        given |= dict(handed(node))
        if not node.carry:
            return given, To(f"{node.at}#round", f"{node.name} before")
        only = node.carried[0] if len(node.carry) == 1 else ""
        return given, To(given[only], only) if only else None

    def handed(
        self, node: RepeatNode, implied: Mapping[str, ExprNode]
    ) -> Iterator[Field]:
        """Yield what a repeat hands to its rounds, and what these hand on."""
        later = {n.name: n for n in node.body if isinstance(n, ExprNode) and n.implied}
        ids = dict(handed(node))
        for name, expr in node.zipped:
            yield Field(f"zip {name}", expr, local=ids[name])
        if node.carry:
            yield Field("carried", tuple(To(ids[name], name) for name in node.carried))
        for what, values, known in (
            ("carry", node.carry, implied),
            ("next", node.following, later),
        ):
            for name, expr in values:
                yield Field(f"{what} {name}", _written(expr, known), local=ids[name])

    def below(self, node: Node) -> Names:
        """Return what paths lead to below a node."""
        if isinstance(node, RepeatNode):
            return {**self.names_of(node.body), **dict(handed(node))}
        if isinstance(node, ApplicationNode):
            return {tap.name: tap.at for tap in node.inside}
        scope: Scope | None = None
        if isinstance(node, NetworkNode):
            scope = self.spec.networks[node.network]
        elif isinstance(node, BlockNode):
            scope = self.spec.blocks[node.block]
        return self.names_of(scope.nodes) if scope else {}

    def entering(self, node: Node, above: To | None) -> Iterator[Field]:
        """Yield what enters a node."""
        if isinstance(node, ExprNode) or (isinstance(node, RepeatNode) and node.carry):
            return
        if node.inputs is None:
            yield Field("inputs", (above,) if above else (), stated=False)
        else:
            yield Field("inputs", _by_position(node, node.inputs))

    def kind(self, node: Node) -> Iterator[Field]:
        """Yield what a node is."""
        if isinstance(node, LayerNode):
            yield from kind_fields(node.layer, "kind", self.spec, Level.LOSS)
        if isinstance(node, (LayerNode, ExprNode)):
            yield from _stated(node)
        if isinstance(node, ExprNode):
            yield Field("formula", node.expr)
        if isinstance(node, NetworkNode):
            at = self.spec.networks[node.network].at
            yield Field("network", To(at, node.network))
            yield Field("number", node.index)
        if isinstance(node, BlockNode):
            yield from self.use(node)
        if isinstance(node, RepeatNode):
            yield Field("count", node.count)
            yield Field("over", node.over)
            yield entry("as", node.variables, Level.DOCS, ())
        if isinstance(node, ReuseNode):
            yield Field("reuse", Expr(node.layer, ast.Name(node.layer), node.at))
        if isinstance(node, ApplicationNode):
            yield from kind_fields(node.application, "kind", self.spec, Level.LOSS)
            yield Field("taps", node.taps)
            yield Field("frozen before", node.frozen_before)
        if not isinstance(node, RepeatNode):
            yield entry("as", node.outputs, Level.DOCS, ())
        yield entry("trainable", getattr(node, "trainable", True), default=True)
        yield entry("training", getattr(node, "training", None))

    def use(self, node: BlockNode) -> Iterator[Field]:
        """Yield the block of a use and its arguments, with the block's defaults."""
        block = self.spec.blocks[node.block]
        yield Field("block", To(block.at, node.block))
        for name, value in {**block.params, **node.args}.items():
            param = f"{block.at}/params/{token(name)}"
            yield Field(name, value, stated=name in node.args, local=param)


SUBJECTS: Mapping[type[Node], str] = {
    LayerNode: "layer",
    ExprNode: "expression",
    NetworkNode: "call",
    BlockNode: "use",
    RepeatNode: "repeat",
    ReuseNode: "reuse",
    ApplicationNode: "backbone",
}


def _stated(node: LayerNode | ExprNode) -> Iterator[Field]:
    yield entry("shape", node.shape)
    yield entry("dtype", node.dtype, default="float32")


def _written(expr: Expr, known: Mapping[str, ExprNode]) -> Expr:
    """Return a carried value as the spec writes it."""
    if not isinstance(expr, Implied):
        return expr
    assert isinstance(expr.tree, ast.Name)
    return known[expr.tree.id].expr


def _by_position(node: Node, inputs: Any) -> Any:
    """Return inputs by the names of the call, where these are known."""
    entry = (
        catalog.find("layer", node.layer.name) if isinstance(node, LayerNode) else None
    )
    if entry is None or isinstance(inputs, Mapping) or entry.call[:1] == ("*",):
        return inputs
    names = [name.removesuffix("?") for name in entry.call]
    if len(inputs) < 2 or len(inputs) > len(names):
        return inputs
    return dict(zip(names, inputs, strict=False))
