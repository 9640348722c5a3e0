"""Which nodes some trees need, and which paths below calls and repeats they read."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from kauxgen import naming
from kauxgen.expander import references
from kauxgen.naming import Level
from kauxgen.nodes import ApplicationNode, ExprNode, Node, RepeatNode, walk
from kauxgen.program import Cut, Names
from kauxgen.spec import Scope, Spec


@dataclass
class Needs:
    """Which paths are read: of calls, through repeats, from outside of scopes."""

    spec: Spec
    exports: dict[str, list[Names]] = field(default_factory=dict)
    gathered: dict[str, list[Names]] = field(default_factory=dict)
    reads: dict[str, set[Names]] = field(default_factory=dict)

    def nodes(self, scope: Scope, wanted: frozenset[str] | None = None) -> None:
        """Note what the nodes of a scope read."""
        for node, levels in naming.levels_of(scope.nodes, scope.lists[:-1]):
            if wanted is None or node.at in wanted:
                inner = (node.body,) if isinstance(node, RepeatNode) else ()
                for tree in trees(node):
                    self.read(tree, (*levels, *inner))

    def read(self, tree: ast.expr, levels: tuple[Level, ...]) -> None:
        """Note what a tree reads, as seen from inside nested lists."""
        for names in references(tree):
            found = naming.resolve(levels, names[0])
            if found is not None:
                self.follow(found[0], names[1:])

    def follow(self, node: Node, rest: Names) -> None:
        """Note a path below a node, and below every call and repeat on its way."""
        if not rest:
            return
        scope = naming.target(self.spec, node)
        if isinstance(node, RepeatNode) and rest[0] in node.carried:
            return
        if isinstance(node, RepeatNode):
            _once(self.gathered.setdefault(node.at, []), rest)
        elif isinstance(node, ApplicationNode):
            self.reads.setdefault(node.at, set()).add(rest)
        elif scope is not None:
            self.reads.setdefault(node.at, set()).add(rest)
            if rest not in naming.declared(scope):
                at = self.spec.origin(scope).at
                _once(self.exports.setdefault(at, []), rest)
        below = naming.find(naming.inside(self.spec, node), rest[0])
        if below is not None:
            self.follow(below, rest[1:])

    def frozen_gathered(self) -> dict[str, tuple[Names, ...]]:
        """Return what is read through repeats, as values."""
        return {at: tuple(paths) for at, paths in self.gathered.items()}

    def frozen_reads(self) -> dict[str, frozenset[Names]]:
        """Return what is read of calls, as values."""
        return {at: frozenset(paths) for at, paths in self.reads.items()}


def _once(found: list[Names], names: Names) -> None:
    if names not in found:
        found.append(names)


def trees(node: Node) -> Iterator[ast.expr]:
    """Yield the trees of a node that read tensors."""
    inputs = (
        node.inputs.values() if isinstance(node.inputs, Mapping) else node.inputs or ()
    )
    yield from (entry.tree for entry in inputs)
    if isinstance(node, ExprNode):
        yield node.expr.tree
    if isinstance(node, RepeatNode):
        for _, expr in (*node.zipped, *node.carry, *node.following):
            yield expr.tree


def cut(spec: Spec, scope: Scope, read: Iterable[ast.expr]) -> Cut:
    """Cut a scope down to what some trees need of it."""
    wanted: set[str] = set()
    found = list(read)
    for tree in found:
        for names in references(tree):
            _want(scope.nodes, names[0], wanted)
    frozen = frozenset(wanted)
    needs = Needs(spec)
    needs.nodes(scope, frozen)
    for tree in found:
        needs.read(tree, scope.lists)
    return Cut(frozen, needs.frozen_reads(), needs.frozen_gathered())


def _want(level: Level, name: str, wanted: set[str]) -> None:
    node = naming.find(level, name)
    if node is None or node.at in wanted:
        return
    wanted.update(inner.at for inner in walk((node,)))
    for inner in walk((node,)):
        for tree in trees(inner):
            for names in references(tree):
                _want(level, names[0], wanted)
    place = level.index(node)
    carries = isinstance(node, RepeatNode) and bool(node.carry)
    alone = isinstance(node, ExprNode) or carries
    if node.inputs is None and not alone and place > 0:
        _want(level, level[place - 1].name, wanted)
