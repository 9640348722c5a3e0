"""The draws of a spec in the order of their seeds, to see which ones shift."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kauxgen.changes.inventory import Inventory
from kauxgen.changes.pairing import Pairs
from kauxgen.changes.things import To
from kauxgen.modes import drawing_calls, draws, kinds
from kauxgen.nodes import ExprNode, LayerNode, Node, walk
from kauxgen.spec import Objective, Scope, Spec, Term
from kauxgen.trace import Place

Key = tuple[str, ...]
"""A draw: where it stands, as things and numbers of rounds, and which one there."""


def shifted(pairs: Pairs) -> tuple[str, ...]:
    """Return the paths of what draws with another seed, in the order of the draws."""
    was = {
        tuple(
            part if part[:1] == "#" else pairs.forth.get(part, "?") for part in key
        ): (place)
        for place, (key, _) in enumerate(_draws(pairs.old))
    }
    found = (
        path
        for place, (key, path) in enumerate(_draws(pairs.new))
        if was.get(key, place) != place
    )
    return tuple(dict.fromkeys(found))


def _draws(inventory: Inventory) -> Iterator[tuple[Key, str]]:
    """Yield all draws in the order of their seeds, each with a path to show."""
    spec = inventory.spec
    nodes = {n.at: n for scope in spec.scopes for n in walk(scope.nodes)}
    visits: dict[str, list[tuple[Place, str]]] = {}
    for (root, path), visit in inventory.checked.trace.visits.items():
        visits.setdefault(root, []).append((path, visit.at))
    numbers = _Numbers(inventory)
    for name in sorted(spec.networks):
        scope = spec.networks[name]
        yield from numbers.visited(scope, visits.get(scope.at, ()), nodes)
    for each in spec.objectives:
        yield from numbers.visited(each.scope, visits.get(each.scope.at, ()), nodes)
        yield from numbers.terms(each)


class _Numbers:
    """Lists the draws of nodes and terms; a draw's key ends with its number there."""

    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory
        self.spec: Spec = inventory.spec

    def visited(
        self, scope: Scope, visits: Iterable[tuple[Place, str]], nodes: dict[str, Node]
    ) -> Iterator[tuple[Key, str]]:
        """Yield the draws of the nodes of a list, as they were walked."""
        names = self.inventory.parts.names(scope)
        for path, at in visits:
            count = self.of(nodes[at]) if at in nodes else 0
            if count:
                place = self.inventory.parts.terms.path(path, names)
                key = tuple(p.id if isinstance(p, To) else f"#{p}" for p in place)
                words = ".".join(part for part in path if isinstance(part, str))
                yield from (((scope.at, *key, f"#{i}"), words) for i in range(count))

    def terms(self, each: Objective) -> Iterator[tuple[Key, str]]:
        """Yield the draws of terms, penalties first."""
        for term in sorted(each.terms, key=lambda term: term.role != "penalty"):
            for number in range(_written(term)):
                yield (term.at, f"#{number}"), term.name

    def of(self, node: Node) -> int:
        """Count the draws of one node; those of a block are its nodes' own."""
        if isinstance(node, ExprNode):
            return len(drawing_calls(node.expr.tree))
        if not isinstance(node, LayerNode):
            return 0
        found = 0
        for kind in kinds(node.layer):
            own = self.spec.layers.get(kind.name)
            found += draws(kind) if own is None else self.inside(own)
        return found

    def inside(self, scope: Scope) -> int:
        """Count the draws that a layer of `define` writes."""
        outputs = sum(len(drawing_calls(one.tree)) for one in scope.outputs)
        return outputs + sum(map(self.of, walk(scope.nodes)))


def _written(term: Term) -> int:
    trees = [step.tree for _, step in term.let]
    trees += [term.expr.tree] if term.expr is not None else []
    return sum(len(drawing_calls(tree)) for tree in trees)
