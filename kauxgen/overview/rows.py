"""The rows of a list of nodes: what each gives in all of its rounds, and holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from kauxgen import callees
from kauxgen.checked import Checked
from kauxgen.nodes import (
    ApplicationNode,
    BlockNode,
    ExprNode,
    Input,
    LayerNode,
    NetworkNode,
    Node,
    RepeatNode,
    ReuseNode,
)
from kauxgen.overview.backbones import backbone_count
from kauxgen.overview.costs import cost_of, counted
from kauxgen.overview.homes import Home
from kauxgen.overview.marks import networks_in
from kauxgen.overview.seen import Seen
from kauxgen.overview.values import Cost, Count, Mark, Names, Row, Spot
from kauxgen.spec import Scope, Spec
from kauxgen.trace import Visit, tensors


@dataclass
class Lister:
    """Lists the rows of one list of nodes.

    `marks` are those of places, `owned` those of definitions by pointer. `known` are
    the counts and costs of the networks, `called` the paths of the rows that have
    called one, by its name.
    """

    checked: Checked
    seen: Seen
    marks: Mapping[Spot, list[Mark]]
    scope: Scope
    owned: Mapping[str, list[Mark]]
    known: Mapping[str, tuple[Count, Cost]]
    called: dict[str, Names] = field(default_factory=dict)

    @property
    def spec(self) -> Spec:
        """The spec."""
        return self.checked.spec

    @property
    def above(self) -> Names:
        """The path of the list: its network, if it is of one."""
        return (self.scope.name,) if self.scope.kind == "network" else ()

    def inputs(self) -> tuple[Row, ...]:
        """List the inputs."""
        return tuple(map(self.input, self.scope.inputs))

    def input(self, given: Input) -> Row:
        """Return the row of an input."""
        path = (given.name,)
        return Row(
            name=given.name,
            kind="input",
            what="Input",
            at=given.at,
            path=path,
            description=given.description,
            shapes=(tuple(tensors(self.checked.shapes[given.at])),),
            target=given.target,
            marks=self.marked([Spot(self.scope.at, path)]),
        )

    def rows(self) -> tuple[Row, ...]:
        """List the nodes."""
        first = (self.scope.first.name,) if self.scope.inputs else ()
        home = Home(self.spec, self.scope)
        return self.level(self.scope.nodes, (), first, home)

    def level(
        self, nodes: tuple[Node, ...], path: Names, entering: Names, home: Home
    ) -> tuple[Row, ...]:
        """List the nodes of a body; the first takes what enters.

        Implied nodes are left out: the spec writes them where they are read.
        """
        rows: list[Row] = []
        for node in nodes:
            if not (isinstance(node, ExprNode) and node.implied):
                rows.append(self.row(node, (*path, node.name), entering, home))
            entering = (node.name,)
        return tuple(rows)

    def row(self, node: Node, path: Names, entering: Names, home: Home) -> Row:
        """Return the row of a node with its body."""
        visits = self.seen.visits.get((self.scope.at, (*self.above, *path)), [])
        row = Row(
            name=node.name,
            kind=_KINDS[type(node)],
            what=_what(node),
            at=node.at,
            path=path,
            description=node.description,
            shapes=tuple(visit.given for visit in visits),
            names=node.outputs,
            rounds=len(visits),
            inputs=self.connected(node, entering, home),
            trainable=self.scope.trainable and getattr(node, "trainable", True),
            marks=self.marked(home.spots(path)),
        )
        return self.filled(row, node, visits, home)

    def filled(self, row: Row, node: Node, visits: list[Visit], home: Home) -> Row:
        """Add to a row what it holds and calls, and its body."""
        if isinstance(node, RepeatNode):
            body = self.level(node.body, row.path, row.inputs, home)
            return _whole(row, body)
        if isinstance(node, BlockNode):
            block = self.spec.blocks[node.block]
            first = (block.first.name,)
            inner = Home(self.spec, block, row.path, home)
            return _whole(row, self.level(block.nodes, row.path, first, inner))
        if isinstance(node, NetworkNode):
            return self.network(replace(row, networks=(node.network,)))
        if isinstance(node, ExprNode):
            calls = tuple(networks_in(node.expr.tree, self.spec))
            return self.network(replace(row, networks=calls))
        return self.layer(row, node, visits)

    def layer(self, row: Row, node: Node, visits: list[Visit]) -> Row:
        """Add the weights of a layer, of all rounds, and what its calls cost."""
        if isinstance(node, ReuseNode):
            shares, own = (*row.path[:-1], node.layer), node.kind in self.spec.layers
            return replace(row, shares=shares, own=own, cost=self.cost(visits))
        weights = self.seen.weights.get((*self.above, *row.path), [])
        imported = isinstance(node, LayerNode) and node.layer.imported
        count = counted(weights, known=not imported)
        row = replace(row, count=count, cost=self.cost(visits))
        if isinstance(node, ApplicationNode):
            return self.backbone(row, node, visits)
        own = isinstance(node, LayerNode) and node.layer.name in self.spec.layers
        marks = (*row.marks, *self.inner(node))
        return replace(row, own=own, imported=imported, marks=marks)

    def inner(self, node: Node) -> Iterator[Mark]:
        """Yield the penalties inside the layers of `define` that a node uses."""
        held = callees.used_by(node, self.spec)
        inside = [one for each in held for one in callees.within(each, self.spec)]
        for scope in {one.at: one for one in inside}.values():
            yield from self.owned.get(scope.at, ())

    def backbone(self, row: Row, node: ApplicationNode, visits: list[Visit]) -> Row:
        """Add the weights of a backbone, and the rows of its inner layers."""
        calls = [visit.call for visit in visits if visit.call is not None]
        counts = (backbone_count(node, call, row.trainable) for call in calls)
        body = tuple(self.taps(row, node))
        return replace(row, count=sum(counts, Count()), body=body)

    def taps(self, row: Row, node: ApplicationNode) -> Iterator[Row]:
        """Yield the rows of a backbone's inner layers that are read."""
        for tap in node.inside:
            path = (*row.path, tap.name)
            visits = self.seen.visits.get((self.scope.at, (*self.above, *path)), [])
            yield Row(
                name=tap.name,
                kind="tap",
                what=tap.name,
                at=tap.at,
                path=path,
                shapes=tuple(visit.given for visit in visits),
                rounds=len(visits),
                marks=self.marked([Spot(self.scope.at, path)]),
            )

    def network(self, row: Row) -> Row:
        """Add what the networks that a row calls hold and cost, at their first call."""
        count, cost = Count(), Cost()
        for name in row.networks:
            cost += self.known[name][1].times(max(row.rounds, 1))
            if name in self.called:
                row = replace(row, shares=self.called[name])
            else:
                self.called[name] = row.path
                count += self.known[name][0]
        return replace(row, count=count, cost=cost)

    def connected(self, node: Node, entering: Names, home: Home) -> Names:
        """Return the names that a node is connected to, as the spec writes them."""
        if isinstance(node, ExprNode):
            return home.read([node.expr.tree])
        if isinstance(node, RepeatNode):
            handed = [one.tree for _, one in (*node.carry, *node.zipped)]
            if node.carry:
                return home.read(handed)
        if node.inputs is None:
            return entering
        given = node.inputs
        each = given.values() if isinstance(given, Mapping) else given
        return tuple(dict.fromkeys(" ".join(one.text.split()) for one in each))

    def cost(self, visits: list[Visit]) -> Cost:
        """Add what the calls of layers cost."""
        return cost_of(visits, self.spec.layers)

    def marked(self, spots: Iterable[Spot]) -> tuple[Mark, ...]:
        """Return the marks of a place, as each list around it names it.

        A network that is like another has that one's inner penalties.
        """
        origin = self.spec.origin(self.scope).at
        known = [
            mark
            for spot in spots
            for at in dict.fromkeys((spot.scope, origin))
            if at == spot.scope or spot.scope == self.scope.at
            for mark in self.marks.get(Spot(at, spot.path), [])
        ]
        return tuple(dict.fromkeys(known))


_KINDS: Mapping[type[Node], str] = {
    LayerNode: "layer",
    ExprNode: "expr",
    NetworkNode: "network",
    BlockNode: "block",
    RepeatNode: "repeat",
    ReuseNode: "reuse",
    ApplicationNode: "application",
}


def _what(node: Node) -> str:
    """Say what a node is: a class, a network, a block, or its expression."""
    if isinstance(node, LayerNode):
        return node.layer.name
    if isinstance(node, ExprNode):
        return " ".join(node.expr.text.split())
    if isinstance(node, NetworkNode):
        index = f"[{node.index.text.strip()}]" if node.index else ""
        return f"{node.network}{index}"
    if isinstance(node, BlockNode):
        return node.block
    if isinstance(node, ApplicationNode):
        return node.application.name
    return node.kind or node.layer if isinstance(node, ReuseNode) else ""


def _whole(row: Row, body: tuple[Row, ...]) -> Row:
    """Add to a row its body, with all that this holds and costs."""
    count = sum((each.count for each in body), Count())
    cost = sum((each.cost for each in body), Cost())
    times = body[0].rounds if body else 0
    return replace(row, body=body, count=count, cost=cost, times=times)
