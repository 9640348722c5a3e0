"""The order of calls that share draws or statistics, where a graph would not keep it.

A graph runs by depth, not as it is written: of two calls of one network the deeper one
comes first. That is no matter unless the network keeps something from call to call, the
count of its draws or its moving statistics.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from kauxgen import naming
from kauxgen.cut import trees
from kauxgen.expander import references
from kauxgen.naming import Level
from kauxgen.nodes import ExprNode, Node, RepeatNode, walk
from kauxgen.program import Names
from kauxgen.spec import Spec
from kauxgen.states import Keys, State


@dataclass
class Order:
    """What must come before what: by the pointer of a node, paths of earlier tensors.

    `unkept` are the pointers of repeats whose rounds share state that the graph may
    order otherwise.
    """

    state: State
    before: dict[str, tuple[Names, ...]] = field(default_factory=dict)
    unkept: list[str] = field(default_factory=list)

    def level(self, level: Level, outer: Mapping[str, Names]) -> None:
        """Order a list; `outer` are the last tensors of state moved before it."""
        last: dict[str, Node] = {}
        behind = Behind(level)
        for node in level:
            keys = self.state.moved(node, level)
            needed = {key: outer[key] for key in sorted(keys & outer.keys())}
            for key in sorted(keys & last.keys()):
                needed.pop(key, None)
                if not self.follows(node, last[key], behind):
                    needed[key] = self.path(last[key])
                    behind.put(node, last[key])
            if isinstance(node, RepeatNode):
                self.rounds(node, keys, needed)
            elif needed:
                self.before[node.at] = tuple(dict.fromkeys(needed.values()))
            last.update(dict.fromkeys(keys, node))

    def follows(self, node: Node, source: Node, behind: Behind) -> bool:
        """Say whether all calls of a node are computed from an earlier node."""
        if not isinstance(node, RepeatNode):
            return behind.comes(node, source)
        return behind.handed(node, source) and self.enter(node)

    def enter(self, node: RepeatNode) -> bool:
        """Say whether the first call in a round is computed from what enters it."""
        touching = [one for one in node.body if self.state.moved(one, node.body)]
        return all(map(Behind(node.body, node.carried).enters, touching[:1]))

    def rounds(self, node: RepeatNode, keys: Keys, needed: Mapping[str, Names]) -> None:
        """Order a repeat: what it must come behind goes to the first calls in it."""
        touching = [one for one in node.body if self.state.moved(one, node.body) & keys]
        behind = Behind(node.body, node.carried)
        kept = self.enter(node) and all(
            one is handed or behind.comes(handed, one)
            for one in touching[-1:]
            for handed in behind.handed_on(node)
        )
        if not kept:
            self.unkept.append(node.at)
        self.level(node.body, needed)

    def path(self, node: Node) -> Names:
        """Return the path of a tensor of a node."""
        if node.outputs:
            return (node.outputs[0],)
        scope = naming.target(self.state.spec, node)
        if scope is None or scope.single:
            return (node.name,)
        return (node.name, *naming.declared(scope)[0])


class Behind:
    """What each node of a list is computed from."""

    def __init__(self, level: Level, carried: Names = ()) -> None:
        """Follow the names that nodes read; those that are carried enter the list."""
        self.level = level
        self.places = {node.at: place for place, node in enumerate(level)}
        self.sources: dict[str, set[str]] = {}
        self.entered: set[str] = set()
        for node in level:
            self.sources[node.at] = set()
            for one in [*self.given(node), *self.named(_read(node))]:
                if one is not node:
                    self.put(node, one)
            if not set(carried).isdisjoint(_read(node)):
                self.entered.add(node.at)

    def handed_on(self, node: RepeatNode) -> list[Node]:
        """Return the nodes of a repeat's body that give what enters the next round."""
        if not node.carry:
            return [self.level[-1]]
        read = (references(expr.tree) for _, expr in node.following)
        return self.named(names[0] for paths in read for names in paths)

    def named(self, names: Iterable[str]) -> list[Node]:
        """Return the nodes of the list that names mean."""
        found = (naming.find(self.level, name) for name in names)
        return [node for node in found if node is not None]

    def given(self, node: Node) -> list[Node]:
        """Return the nodes that enter a node of the list."""
        if isinstance(node, RepeatNode) and node.carry:
            first = (references(expr.tree) for _, expr in node.carry)
            return self.named(names[0] for paths in first for names in paths)
        if node.inputs is None and not isinstance(node, ExprNode):
            place = self.places[node.at]
            if not place:
                self.entered.add(node.at)
            return [self.level[place - 1]] if place else []
        given = node.inputs or ()
        entries = given.values() if isinstance(given, Mapping) else given
        words = (names[0] for entry in entries for names in references(entry.tree))
        return self.named(words)

    def handed(self, node: Node, source: Node) -> bool:
        """Say whether what enters a node is computed from another, all of it."""
        given = self.given(node)
        found = [one for one in given if one is source or self.comes(one, source)]
        carried = len(node.carry) if isinstance(node, RepeatNode) else 0
        return len(found) >= carried if carried else bool(found)

    def put(self, node: Node, source: Node) -> None:
        """Note that a node is computed from an earlier one."""
        inherited = self.sources.get(source.at, set())
        self.sources[node.at] |= {source.at, *inherited}
        if source.at in self.entered:
            self.entered.add(node.at)

    def comes(self, node: Node, source: Node) -> bool:
        """Say whether a node is computed from another."""
        return source.at in self.sources[node.at]

    def enters(self, node: Node) -> bool:
        """Say whether a node is computed from what enters the list."""
        return node.at in self.entered


def _read(node: Node) -> Iterator[str]:
    for inner in walk((node,)):
        for tree in trees(inner):
            yield from (names[0] for names in references(tree))


def order(spec: Spec, level: Level) -> Order:
    """Work out what a graph of a list of nodes must be told of its order."""
    found = Order(State(spec))
    found.level(level, {})
    return found
