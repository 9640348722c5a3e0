"""What the names of a spec mean in its picture: nodes that lines begin at."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import field, replace

from kauxgen import expression
from kauxgen.expression import Path
from kauxgen.frozen import frozen


@frozen
class Source:
    """A tensor: the node that gives it, or a box with `parts`, the nodes inside.

    `label` says which of several tensors it is, where the picture does not show that.
    """

    id: str
    label: str = ""
    parts: Mapping[str, Source] = field(default_factory=dict, compare=False)

    def follow(self, rest: Path) -> Source:
        """Return what a path leads to from here: as far as the picture goes."""
        found = self
        for place, part in enumerate(rest):
            if isinstance(part, int) and found.parts:
                continue
            if isinstance(part, int) or part not in found.parts:
                return replace(found, label=found.label + _words(rest[place:]))
            found = found.parts[part]
        return found


def _words(rest: Path) -> str:
    return "".join(
        f"[{part}]" if isinstance(part, int) else f".{part}" for part in rest
    )


Names = Mapping[str, Source]


def references(tree: ast.AST, names: Names) -> Iterator[Source]:
    """Yield what an expression reads, in the order of its text."""
    path = expression.path_of(tree) if isinstance(tree, ast.expr) else None
    if path is not None:
        if path[0] in names:
            yield names[str(path[0])].follow(path[1:])
        return
    called = tree.func if isinstance(tree, ast.Call) else None
    for child in ast.iter_child_nodes(tree):
        if child is not called:
            yield from references(child, names)


def data(tree: ast.AST, names: Names) -> Iterator[str]:
    """Yield the targets `y` and `y.key` that an expression reads."""
    if "y" in names:
        return
    path = expression.path_of(tree) if isinstance(tree, ast.expr) else None
    if path is not None:
        if path[0] == "y":
            yield ".".join(map(str, path[:2]))
        return
    for child in ast.iter_child_nodes(tree):
        yield from data(child, names)
