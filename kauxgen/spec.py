"""A spec as typed values: what the JSON says, with a pointer to where it says it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
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


@dataclass(frozen=True)
class Kind:
    """A kind with its arguments, `{"layer": "Dense", "args": {...}}`."""

    family: str
    name: str
    args: Mapping[str, Value]
    at: str


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


@dataclass(frozen=True)
class Input:
    """A tensor that enters a model, network or block; `shape` is without batch."""

    name: str
    shape: tuple[Value, ...]
    dtype: str
    at: str
    description: str = ""


@dataclass(frozen=True)
class Node:
    """A step of a list of nodes; `inputs` is None for "the node above"."""

    name: str
    at: str
    description: str = ""
    inputs: tuple[Expr, ...] | Mapping[str, Expr] | None = None
    outputs: tuple[str, ...] = ()


@dataclass(frozen=True)
class LayerNode(Node):
    """A Keras layer, made and called once."""

    layer: Kind = field(default_factory=lambda: Kind("layer", "", {}, ""))
    trainable: bool = True
    training: bool | None = None


@dataclass(frozen=True)
class ExprNode(Node):
    """An operation on tensors."""

    expr: Expr = field(default_factory=lambda: Expr("", ast.Constant(None), ""))


@dataclass(frozen=True)
class NetworkNode(Node):
    """A call of a network."""

    network: str = ""
    training: bool | None = None


@dataclass(frozen=True)
class BlockNode(Node):
    """A use of a block, with weights of its own."""

    block: str = ""
    args: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class ReuseNode(Node):
    """One more call of an earlier layer of the list."""

    layer: str = ""
    training: bool | None = None


@dataclass(frozen=True)
class RepeatNode(Node):
    """Rounds of a body, each with fresh weights: `count` of them or one an item."""

    count: Value = None
    over: Value = None
    variables: tuple[str, ...] = ()
    body: tuple[Node, ...] = ()


@dataclass(frozen=True)
class Weights:
    """A penalty's choice of weights, `{"weights": "encoder/*/kernel"}`."""

    pattern: str
    at: str


@dataclass(frozen=True)
class NetworkName:
    """A penalty's network operand."""

    name: str
    at: str


@dataclass(frozen=True)
class Schedule:
    """A weight that moves with the training steps: linear, cosine or cyclical."""

    kind: str
    args: Mapping[str, Value]
    at: str


@dataclass(frozen=True)
class Variable:
    """A weight that the user may set while training."""

    value: Value
    at: str


Weight = Value | Expr | Schedule | Variable
Operand = Expr | Weights | NetworkName


@dataclass(frozen=True)
class Term:
    """A scalar of the objective, or a metric.

    `role` is "loss", "penalty" or "metric"; `kind` is None for a term that is an
    expression. `operands` maps what `on` says to operand names, in order.
    """

    role: str
    name: str
    at: str
    description: str = ""
    kind: Kind | None = None
    operands: tuple[tuple[str, Operand], ...] = ()
    target: Expr | None = None
    has_target: bool = False
    let: tuple[tuple[str, Expr], ...] = ()
    expr: Expr | None = None
    weight: Weight = 1
    weight_at: str = ""
    reduce: str | None = None
    when: str = "always"


@dataclass(frozen=True)
class Definition:
    """A function, loss, regularizer or initializer of `define`."""

    family: str
    name: str
    at: str
    description: str = ""
    arguments: tuple[str, ...] = ()
    params: Mapping[str, Value] = field(default_factory=dict)
    let: tuple[tuple[str, Expr], ...] = ()
    expr: Expr = field(default_factory=lambda: Expr("", ast.Constant(None), ""))
    gradient: tuple[tuple[str, Expr], ...] = ()
    emit: str = "function"


@dataclass(frozen=True)
class Scope:
    """A list of nodes with its inputs and outputs: the model, a network or a block.

    A block's inputs have no shape; its `params` are its arguments' defaults.
    """

    kind: str
    name: str
    at: str
    description: str
    inputs: tuple[Input, ...]
    nodes: tuple[Node, ...]
    outputs: tuple[Expr, ...]
    penalties: tuple[Term, ...] = ()
    params: Mapping[str, Value] = field(default_factory=dict)
    trainable: bool = True

    @property
    def single(self) -> bool:
        """Whether a call of it gives one tensor."""
        return len(self.outputs) == 1


@dataclass(frozen=True)
class Gradients:
    """What is done to gradients that no optimizer does."""

    centralize: bool
    sam_rho: Value
    at: str


@dataclass(frozen=True)
class Training:
    """How the model is trained."""

    at: str
    optimizer: Kind
    epochs: Value = 1
    batch_size: Value = 32
    shuffle: bool = True
    seed: int = 0
    callbacks: tuple[Kind, ...] = ()
    jit_compile: bool | str = "auto"
    steps_per_execution: int = 1
    gradients: Gradients | None = None


@dataclass(frozen=True)
class Spec:
    """A whole spec."""

    name: str
    description: str
    style: str | None
    backend: str
    params: Mapping[str, Value]
    definitions: tuple[Definition, ...]
    blocks: Mapping[str, Scope]
    networks: Mapping[str, Scope]
    main: Scope
    losses: tuple[Term, ...]
    penalties: tuple[Term, ...]
    metrics: tuple[Term, ...]
    training: Training

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """All lists of nodes: blocks, networks, the model."""
        return (*self.blocks.values(), *self.networks.values(), self.main)

    @property
    def terms(self) -> tuple[Term, ...]:
        """What is minimized: losses, then penalties, inner ones last."""
        inner = [
            term for network in self.networks.values() for term in network.penalties
        ]
        return (*self.losses, *self.penalties, *inner)

    def definition(self, family: str, name: str) -> Definition | None:
        """Find a definition by family ("loss", "function", ...) and name."""
        for definition in self.definitions:
            if (definition.family, definition.name) == (family, name):
                return definition
        return None


def walk(nodes: tuple[Node, ...]) -> Iterator[Node]:
    """Yield nodes and the nodes of their bodies, in the order of the text."""
    for node in nodes:
        yield node
        if isinstance(node, RepeatNode):
            yield from walk(node.body)


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
