"""Where working out shapes stops: at a misfit with its place, or at too much work."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from kauxgen import expression
from kauxgen.expression import Part
from kauxgen.tensor import Misfit

MOST_STEPS = 100_000
DEEPEST = 40
"""How deep blocks, repeats and functions may nest, so that Python can follow."""


def descend(depth: int) -> int:
    """Go one level down; raise TooLargeError where it is too deep."""
    if depth >= DEEPEST:
        reason = (
            f"networks, blocks, repeats and functions nest more than {DEEPEST} deep"
        )
        raise TooLargeError(reason)
    return depth + 1


class TooLargeError(Exception):
    """Raised when a model is too large to be checked."""


class Misplaced(Misfit):
    """A misfit with the part of an expression that it is about."""

    def __init__(self, message: str, node: ast.expr) -> None:
        """Keep the place of the node, if it has one."""
        super().__init__(message)
        placed = hasattr(node, "col_offset")
        self.part: Part | None = expression.part(node) if placed else None


class MissingRound(Misplaced):
    """A round that a repeat does not have, with its place."""


@dataclass
class Budget:
    """How much work is left; what needs more is too large."""

    left: int = MOST_STEPS

    def spend(self, steps: int = 1) -> None:
        """Use up some of it."""
        self.left -= steps
        if self.left < 0:
            raise TooLargeError("the model takes too much work to be checked")
