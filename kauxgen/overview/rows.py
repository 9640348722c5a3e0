"""The rows of a list of nodes: what each gives in all of its rounds, and holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from kauxgen import naming
from kauxgen.overview.costs import cost_of
from kauxgen.overview.marks import naming_words, networks_in, paths
from kauxgen.overview.values import Cost, Count, Mark, Names, Row, Spot
from kauxgen.spec import (
    ApplicationNode,
    BlockNode,
    ExprNode,
    Input,
    LayerNode,
    NetworkNode,
    Node,
    RepeatNode,
    ReuseNode,
    Scope,
    Spec,
    computed,
)
from kauxgen.trace import LayerWeight, Place, Trace, Visit


@dataclass(frozen=True)
class Seen:
    """What unrolling saw, gathered over rounds: by list and path of names."""

    visits: Mapping[tuple[str, Names], list[Visit]]
    weights: Mapping[Names, list[LayerWeight]]


def gather(trace: Trace, spec: Spec) -> Seen:
    """Gather visits and weights over rounds; of a list of networks take the first."""
    visits: dict[tuple[str, Names], list[Visit]] = {}
    weights: dict[Names, list[LayerWeight]] = {}
    listed = {name for name, one in spec.networks.items() if one.count is not None}

    def first(path: Place) -> bool:
        return path[0] not in listed or path[1] == 0

    for (root, path), visit in trace.visits.items():
        if first(path):
            visits.setdefault((root, naming_words(path)), []).append(visit)
    for path, held in trace.weights.items():
        if first(path):
            weights.setdefault(naming_words(path), []).extend(held)
    return Seen(visits, weights)


@dataclass
class Lister:
    """Lists the rows of one list of nodes.

    `known` are the counts and costs of the networks, `called` the paths of the rows
    that have called one, by its name; `above` the path of the list's network.
    """

    spec: Spec
    seen: Seen
    marks: Mapping[Spot, list[Mark]]
    scope: Scope
    known: Mapping[str, tuple[Count, Cost]]
    called: dict[str, Names] = field(default_factory=dict)

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
            target=given.target,
            marks=self.marked(path, (self.scope,), (path,)),
        )

    def rows(self) -> tuple[Row, ...]:
        """List the nodes."""
        first = (self.scope.first.name,) if self.scope.inputs else ()
        return self.level(self.scope.nodes, (), first, Home(self.scope))

    def level(
        self, nodes: tuple[Node, ...], path: Names, entering: Names, home: Home
    ) -> tuple[Row, ...]:
        """List the nodes of a body; the first takes what enters."""
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
            marks=self.marked(path, *home.ways(path)),
        )
        return self.filled(row, node, visits, home.below(path))

    def filled(self, row: Row, node: Node, visits: list[Visit], home: Home) -> Row:
        """Add to a row what it holds and calls, and its body."""
        if isinstance(node, RepeatNode):
            body = self.level(node.body, row.path, row.inputs, home)
            return _whole(row, body)
        if isinstance(node, BlockNode):
            block = self.spec.blocks[node.block]
            first = (block.first.name,)
            inner = Home(block, row.path, home)
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
            shares = (*row.path[:-1], node.layer)
            return replace(row, shares=shares, cost=cost_of(visits, self.spec))
        weights = self.seen.weights.get((*self.above, *row.path), [])
        imported = isinstance(node, LayerNode) and node.layer.imported
        count = counted(weights, known=not imported)
        row = replace(row, count=count, cost=cost_of(visits, self.spec))
        if isinstance(node, ApplicationNode):
            return replace(row, body=tuple(self.taps(row, node)))
        own = isinstance(node, LayerNode) and node.layer.name in self.spec.layers
        return replace(row, own=own, imported=imported)

    def taps(self, row: Row, node: ApplicationNode) -> Iterator[Row]:
        """Yield the rows of a backbone's inner layers that are read."""
        for tap in node.inside:
            path = (*row.path, tap.name)
            marks = self.marked(path, (self.scope,), (path,))
            yield Row(tap.name, "tap", "", tap.at, path, marks=marks)

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
            return self.read([node.expr.tree], home)
        if isinstance(node, RepeatNode):
            handed = [one.tree for _, one in (*node.carry, *node.zipped)]
            if handed and node.inputs is None:
                return self.read(handed, home)
        if node.inputs is None:
            return entering
        given = node.inputs
        each = given.values() if isinstance(given, Mapping) else given
        return tuple(dict.fromkeys(" ".join(one.text.split()) for one in each))

    def read(self, trees: list[object], home: Home) -> Names:
        """Return the paths of tensors that trees read; no params, no numbers."""
        found = [path for tree in trees for path in paths(tree)]
        texts = [_text(path) for path in found if home.has(str(path[0]), self.scope)]
        return tuple(dict.fromkeys(texts))

    def marked(
        self, path: Names, scopes: tuple[Scope, ...], ways: tuple[Names, ...]
    ) -> tuple[Mark, ...]:
        """Return the marks of a place, as each list around it names it."""
        spots = [
            Spot(at, way)
            for scope, way in zip(scopes, ways, strict=True)
            for at in dict.fromkeys((scope.at, self.spec.origin(scope).at))
        ]
        return tuple(mark for spot in spots for mark in self.marks.get(spot, []))
