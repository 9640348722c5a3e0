"""Nodes of a spec: the steps of a model, a network, a block or a layer."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import field

from kauxgen.frozen import frozen
from kauxgen.values import Computed, Expr, Kind, Value


@frozen
class Input:
    """A tensor that enters a model, network or block; `shape` is without batch.

    A `target` is fed in training and evaluation alone.
    """

    name: str
    shape: tuple[Value, ...]
    dtype: str
    at: str
    description: str = ""
    target: bool = False


@frozen
class Node:
    """A step of a list of nodes; `inputs` is None for "the node above"."""

    name: str
    at: str
    description: str = ""
    inputs: tuple[Expr, ...] | Mapping[str, Expr] | None = None
    outputs: tuple[str, ...] = ()


@frozen
class LayerNode(Node):
    """A layer, made and called once; an imported one states `shape` and `dtype`."""

    layer: Kind = field(default_factory=lambda: Kind("layer", "", {}, ""))
    shape: tuple[Value, ...] | None = None
    dtype: str = "float32"
    trainable: bool = True
    training: bool | None = None


@frozen
class ExprNode(Node):
    """An operation on tensors; a `step` of a `let`, of which the name is a key.

    An `implied` one computes a value that a repeat carries; the spec does not name it.
    A `penalty` is one of its list, which lowering puts behind the nodes of the spec.
    """

    implied: bool = False
    expr: Expr = field(default_factory=lambda: Expr("", ast.Constant(None), ""))
    shape: tuple[Value, ...] | None = None
    dtype: str = "float32"
    step: bool = False
    penalty: bool = False


@frozen
class NetworkNode(Node):
    """A call of a network; `index` says which one of a list."""

    network: str = ""
    index: Computed | None = None
    training: bool | None = None


@frozen
class BlockNode(Node):
    """A use of a block, with weights of its own."""

    block: str = ""
    args: Mapping[str, Value] = field(default_factory=dict)


@frozen
class ReuseNode(Node):
    """One more call of an earlier layer of the list.

    `kind` is the name of that layer's class, empty where the list has no such layer.
    """

    layer: str = ""
    training: bool | None = None
    kind: str = ""


@frozen
class ApplicationNode(Node):
    """A backbone of `keras.applications`, with inner layers whose tensors are read.

    `frozen_before` is the layer before which nothing is trained.
    """

    application: Kind = field(default_factory=lambda: Kind("application", "", {}, ""))
    taps: tuple[str, ...] = ()
    trainable: bool = True
    frozen_before: str = ""
    training: bool | None = None

    @property
    def inside(self) -> tuple[Node, ...]:
        """The taps as nodes that paths lead to."""
        places = enumerate(self.taps)
        return tuple(Node(name, f"{self.at}/taps/{i}") for i, name in places)


@frozen
class RepeatNode(Node):
    """Rounds of a body, each with fresh weights: `count` of them or one an item.

    `carry` are the first values of what rounds hand on by name, `following` those of
    the next rounds; without names the last node of the body is handed on. `zipped` are
    lists that give one item to each round.
    """

    count: Value = None
    over: Value = None
    variables: tuple[str, ...] = ()
    body: tuple[Node, ...] = ()
    carry: tuple[tuple[str, Expr], ...] = ()
    following: tuple[tuple[str, Expr], ...] = ()
    zipped: tuple[tuple[str, Expr], ...] = ()

    @property
    def carried(self) -> tuple[str, ...]:
        """The names of what is handed on."""
        return tuple(name for name, _ in self.carry)

    @property
    def given(self) -> tuple[str, ...]:
        """All names that a round is given."""
        zipped = (name for name, _ in self.zipped)
        return (*self.variables, *self.carried, *zipped)


def walk(nodes: tuple[Node, ...]) -> Iterator[Node]:
    """Yield nodes and the nodes of their bodies, in the order of the text."""
    for node in nodes:
        yield node
        if isinstance(node, RepeatNode):
            yield from walk(node.body)
