"""A list of nodes that grows: what it knows, and which tensors nothing has read yet."""

from __future__ import annotations

import random
from typing import Any

from random_defines import Json


class Growing:
    """Grows one list of nodes; all its tensors have the same width."""

    def __init__(
        self, draw: random.Random, inputs: list[str], nets: tuple[str, ...] = ()
    ) -> None:
        """Start from the inputs; `nets` are networks that may be called."""
        self.draw = draw
        self.nets = nets
        self.quiet = False
        """Whether it has no penalties of own layers, so that `grad` may call it."""
        self.names = [*inputs]
        self.loose = [*inputs]
        self.nodes: list[Json] = []
        self.layers: list[str] = []
        """The layers that training changes, and that may be called once more."""
        self.inner: list[str] = []
        """Paths of tensors inside of what is called."""
        self.lists: list[str] = []
        """Paths of tensors of rounds, two each."""

    @property
    def last(self) -> str:
        """The name of the last node."""
        name: str = self.nodes[-1]["name"]
        return name

    def maybe(self, chance: float, part: Json) -> Json:
        """Give a part now and then."""
        return part if self.draw.random() < chance else {}

    def pick(self, options: list[Any]) -> Any:
        """Pick one."""
        return self.draw.choice(options)

    def take(self) -> str:
        """Pick a tensor, one that nothing reads where there is one."""
        if self.inner and self.draw.random() < 0.1:
            return self.draw.choice(self.inner)
        name = self.draw.choice(self.loose or self.names)
        self.loose = [other for other in self.loose if other != name]
        return name

    def fresh(self, count: int) -> list[str]:
        """Name the outputs of the next node."""
        return [f"n{len(self.nodes)}{letter}" for letter in "uvw"[:count]]

    def add(self, node: Json, *, read: bool = False) -> str:
        """Add a node under a fresh name; one that is `read` is no loose end."""
        name = f"n{len(self.nodes)}"
        self.nodes.append({"name": name, **node})
        if not read:
            found = node.get("as", [name])
            self.names += found
            self.loose += found
        return name

    def tie(self) -> str:
        """Sum all loose ends."""
        return self.add({"expr": f"tanh({' + '.join(self.loose)})"})
