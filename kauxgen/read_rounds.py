"""Reading, part three: what the rounds of a repeat hand on by names."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from kauxgen.frozen import frozen
from kauxgen.nodes import ExprNode, Node
from kauxgen.read_texts import Json, Texts, token
from kauxgen.values import Expr, Implied

Named = tuple[tuple[str, Expr], ...]


@frozen
class Handed:
    """What a repeat carries: first values, following ones, and nodes for both.

    What is more than a name is computed by a node: of a first value before the repeat
    (`before`), of a following one at the end of its body (`behind`).
    """

    carry: Named = ()
    following: Named = ()
    before: tuple[ExprNode, ...] = ()
    behind: tuple[ExprNode, ...] = ()


@dataclass
class Values:
    """Reads named values of a repeat; those that are computed become nodes."""

    texts: Texts
    stem: str
    nodes: list[ExprNode] = field(default_factory=list)

    def read(self, raw: Json, at: str) -> Iterator[tuple[str, Expr]]:
        """Yield the values by name, each a reference."""
        for name, text in raw.items():
            expr = self.texts.text(text, f"{at}/{token(name)}")
            yield name, expr if _named(expr) else self.computed(name, expr)

    def computed(self, name: str, expr: Expr) -> Expr:
        """Make a node of an expression; return its name."""
        word = f"{self.stem}_{name}"
        self.nodes.append(ExprNode(word, expr.at, expr=expr, implied=True))
        return Implied(expr.text, ast.Name(word), expr.at)


def handed(texts: Texts, raw: Json, body: tuple[Node, ...], at: str) -> Handed:
    """Read what a repeat carries; a single one is handed on by the last node."""
    if "carry" not in raw:
        return Handed()
    first, later = Values(texts, raw["name"]), Values(texts, "next")
    carry = tuple(first.read(raw["carry"], f"{at}/carry"))
    following = tuple(later.read(raw.get("next", {}), f"{at}/next"))
    if "next" not in raw and len(carry) == 1 and body:
        last = body[-1].name
        following = ((carry[0][0], Expr(last, ast.Name(last), f"{at}/carry")),)
    return Handed(carry, following, tuple(first.nodes), tuple(later.nodes))


def _named(expr: Expr) -> bool:
    tree = expr.tree
    while isinstance(tree, ast.Attribute):
        tree = tree.value
    return isinstance(tree, ast.Name)
