"""Values of a spec: what may stand where a number or a kind is asked for."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from kauxgen.frozen import frozen


@frozen
class Expr:
    """An expression: its text, its tree and its place.

    A computed value's text is without the leading "="; `shift` is then 1.
    """

    text: str
    tree: ast.expr
    at: str
    shift: int = 0


class Computed(Expr):
    """A computed value, `"=2 * latent_dim"`."""


class Implied(Expr):
    """An expression whose tree is the name of the implied node that computes it."""


@frozen
class Kind:
    """A kind with its arguments, `{"layer": "Dense", "args": {...}}`.

    An `imported` one is not Keras's, nor of `define`: nothing is known of it.
    """

    family: str
    name: str
    args: Mapping[str, Value]
    at: str
    imported: bool = False

    @property
    def is_function(self) -> bool:
        """Whether an import is a function by its name: classes begin with a capital."""
        return self.imported and not self.name[:1].isupper()


Value = (
    bool
    | int
    | float
    | str
    | Computed
    | Kind
    | tuple["Value", ...]
    | Mapping[str, "Value"]
    | None
)


FAMILIES = (
    "layer",
    "loss",
    "metric",
    "optimizer",
    "regularizer",
    "initializer",
    "constraint",
    "callback",
    "schedule",
    "penalty",
)


@frozen
class Import:
    """A class or function of the user's, and where it comes from: `module:Name`."""

    name: str
    path: str
    at: str


@frozen
class Schedule:
    """A weight that moves with the training steps: linear, cosine or cyclical."""

    kind: str
    args: Mapping[str, Value]
    at: str


@frozen
class Variable:
    """A weight that the user may set while training."""

    value: Value
    at: str


def computed(value: object) -> Iterator[Expr]:
    """Yield every computed value inside a value."""
    if isinstance(value, Expr):
        yield value
    elif isinstance(value, (Kind, Schedule)):
        yield from computed(value.args)
    elif isinstance(value, Variable):
        yield from computed(value.value)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from computed(item)
    elif isinstance(value, tuple):
        for item in value:
            yield from computed(item)
