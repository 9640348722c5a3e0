"""Values in one way of writing: what means the same is the same text."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from kauxgen import expression
from kauxgen.changes.inventory import Inventory
from kauxgen.changes.kinds import identity
from kauxgen.changes.things import ABSENT, Exactly, Named, Selected, To
from kauxgen.frozen import frozen
from kauxgen.values import Computed, Expr, Kind, Schedule, Variable

Names = Mapping[str, str]
Tokens = Callable[[str], str]


@frozen
class Canonical:
    """Writes the values of one spec.

    `token` writes what a name means, by its id; `log` the name of a log.
    """

    inventory: Inventory
    token: Tokens
    log: Callable[[str], str] = str

    def text(self, value: Any, names: Names) -> str:
        """Write a value whose expressions see some names."""
        if isinstance(value, Expr):
            mark = "=" if isinstance(value, Computed) else ""
            return mark + self.expression(value.tree, names)
        if isinstance(value, To):
            return self.token(value.id)
        if isinstance(value, Selected):
            return f"weights({sorted(self.path(one) for one in value.weights)})"
        if isinstance(value, Named):
            return repr(self.log(value.text))
        if isinstance(value, Exactly):
            return f"{type(value.value).__name__} {value.value!r}"
        if isinstance(value, (Kind, Schedule, Variable)):
            return self.made(value, names)
        return self.plain(value, names)

    def plain(self, value: Any, names: Names) -> str:
        """Write a value of JSON: 1 and 1.0 are one number, true is none."""
        if isinstance(value, Mapping):
            pairs = sorted((key, self.text(one, names)) for key, one in value.items())
            return f"{{{', '.join(f'{key}: {one}' for key, one in pairs)}}}"
        if isinstance(value, tuple):
            return f"[{', '.join(self.text(one, names) for one in value)}]"
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
        return "absent" if value is ABSENT else repr(value)

    def made(self, value: Kind | Schedule | Variable, names: Names) -> str:
        """Write what stands for an object of Keras, or for a weight that moves."""
        if isinstance(value, Variable):
            return f"variable({self.text(value.value, names)})"
        args = self.plain(value.args, names)
        if isinstance(value, Schedule):
            return f"{value.kind}{args}"
        return self.text(identity(value, self.inventory.spec), names) + args

    def path(self, path: tuple[object, ...]) -> str:
        """Write a path of things and of words that mean none."""
        return "/".join(
            self.token(part.id) if isinstance(part, To) else str(part) for part in path
        )

    def expression(self, tree: ast.expr, names: Names) -> str:
        """Write an expression, with what its names mean in their place."""
        return ast.unparse(self.rewritten(tree, names)[0])

    def rewritten(self, node: Any, names: Names) -> tuple[Any, str]:
        """Return a tree with tokens as names, and the id that a path leads to."""
        if isinstance(node, list):
            return [self.rewritten(one, names)[0] for one in node], ""
        if isinstance(node, ast.Name):
            id = names.get(node.id, "")
            return ast.Name(self.token(id) if id else node.id), id
        if isinstance(node, ast.Attribute):
            value, owner = self.rewritten(node.value, names)
            id = self.inventory.inner.get(owner, {}).get(node.attr, "")
            return ast.Attribute(value, self.token(id) if id else node.attr), id
        if isinstance(node, ast.Subscript) and expression.path_of(node) is not None:
            value, id = self.rewritten(node.value, names)
            return ast.Subscript(value, node.slice), id
        if not isinstance(node, ast.AST):
            return node, ""
        return self.other(node, names), ""

    def other(self, node: ast.AST, names: Names) -> ast.AST:
        """Return any other part of a tree; what is called has names of its own."""
        parts = {
            name: self.rewritten(part, names)[0] for name, part in ast.iter_fields(node)
        }
        if isinstance(node, ast.Call):
            parts["func"] = self.called(node, names)
        return type(node)(**parts)

    def called(self, node: ast.Call, names: Names) -> ast.expr:
        """Return what a call calls: an operation, or what bears this name."""
        word = str(expression.call_name(node))
        id = self.inventory.callables.get(word, "")
        function = ast.Name(self.token(id) if id else word)
        index = expression.call_index(node)
        if index is None:
            return function
        return ast.Subscript(function, self.rewritten(index, names)[0])


def mentions(inventory: Inventory, value: Any, names: Names) -> Iterator[str]:
    """Yield the ids of all things that a value names, in order, each once."""
    found: dict[str, None] = {}

    def note(id: str) -> str:
        found[id] = None
        return "_"

    Canonical(inventory, note).text(value, names)
    yield from found
