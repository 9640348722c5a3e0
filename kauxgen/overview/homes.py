"""The lists of nodes around a node, and what names mean there."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cached_property

from kauxgen.expression import Path
from kauxgen.frozen import frozen
from kauxgen.nodes import ExprNode, RepeatNode, walk
from kauxgen.overview.marks import paths
from kauxgen.overview.values import Names, Spot
from kauxgen.rules.resolution import CONSTANTS
from kauxgen.spec import Scope, Spec


@frozen
class Home:
    """A list of nodes, in the place of the block use that it is, if it is of one.

    `prefix` is the path of that use, `outer` the list around it.
    """

    spec: Spec
    scope: Scope
    prefix: Names = ()
    outer: Home | None = None

    def spots(self, path: Names) -> Iterator[Spot]:
        """Yield a place as each list around it names it."""
        yield Spot(self.scope.at, path[len(self.prefix) :])
        if self.outer is not None:
            yield from self.outer.spots(path)

    @cached_property
    def numbers(self) -> frozenset[str]:
        """The names that are no tensors: params, and the variables of repeats."""
        params = self.scope.params if self.scope.parametric else self.spec.params
        repeats = (n for n in walk(self.scope.nodes) if isinstance(n, RepeatNode))
        variables = (name for node in repeats for name in node.variables)
        return frozenset((*params, *variables, *CONSTANTS))

    @cached_property
    def implied(self) -> dict[str, ast.expr]:
        """The expressions of nodes that the spec does not name."""
        nodes = (node for node in walk(self.scope.nodes) if isinstance(node, ExprNode))
        return {node.name: node.expr.tree for node in nodes if node.implied}

    def read(self, trees: Iterable[ast.expr]) -> Names:
        """Return the paths of the tensors that expressions read, as they are written.

        A node that the spec does not name stands for what it reads.
        """
        return tuple(dict.fromkeys(self._read(trees)))

    def _read(self, trees: Iterable[ast.expr]) -> Iterator[str]:
        for tree in trees:
            for path in paths(tree):
                if path[0] in self.implied:
                    yield from self._read([self.implied[str(path[0])]])
                elif path[0] not in self.numbers:
                    yield _text(path)


def _text(path: Path) -> str:
    """Write a path as the spec does, `down.half[2]`."""
    words = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(words).removeprefix(".")
