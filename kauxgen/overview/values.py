"""Rows of a model's parts as values, with counts of their weights and their terms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kauxgen.frozen import frozen
from kauxgen.tensor import TensorType

Names = tuple[str, ...]
"""A path of names, without the numbers of rounds."""


@frozen
class Count:
    """Numbers in weights, as `model.summary()` of Keras counts them.

    Moving statistics and what is frozen are not trainable; the states of random
    generators, of metrics and of optimizers do not count. `known` is false where a
    layer is not kauxgen's to know, an import: there are at least so many.
    """

    trainable: int = 0
    non_trainable: int = 0
    known: bool = True

    @property
    def total(self) -> int:
        """All of them."""
        return self.trainable + self.non_trainable

    def __add__(self, other: Count) -> Count:
        """Count both."""
        return Count(
            self.trainable + other.trainable,
            self.non_trainable + other.non_trainable,
            self.known and other.known,
        )

    def times(self, number: int) -> Count:
        """Count so many copies."""
        return Count(self.trainable * number, self.non_trainable * number, self.known)


@frozen
class Cost:
    """Multiply-accumulates of layers for one sample, and whether these are all.

    What expressions compute is not counted. `known` is false where the number of a
    layer is not known.
    """

    macs: int = 0
    known: bool = True

    def __add__(self, other: Cost) -> Cost:
        """Add both."""
        return Cost(self.macs + other.macs, self.known and other.known)

    def times(self, number: int) -> Cost:
        """Multiply by a number of calls."""
        return Cost(self.macs * number, self.known)


@frozen
class Spot:
    """A place of a spec that a term reads: a list of nodes by pointer, a path in it.

    The path has the names of repeats, blocks and nodes, `("hidden", "dense")`, or that
    of an input. Inside a network it is a path of the network's list.
    """

    scope: str
    path: Names


@frozen
class Mark:
    """A loss, penalty or metric, with what it reads.

    `role` is "loss", "penalty" or "metric", `kind` the class or penalty, empty for an
    expression. `log` is the name under which it is logged, empty for none. `formula` is
    the mathematics in the spec's words. `weight` is its weight as the spec says it,
    empty for a metric, `value` that number, None if it moves or is not known. `on` are
    the tensors that are held to something, `targets` those that they are compared
    with (an input as target; the data `y` are no place), both with the places that lie
    behind a call: `noisy.hidden` is a place of the model and of the network. `networks`
    are those that the term itself calls. `owner` is the pointer of the list whose term
    it is; a `training` one is not in the total of evaluation.
    """

    role: str
    kind: str
    name: str
    log: str
    at: str
    owner: str
    description: str
    formula: str
    weight: str
    value: float | None
    training: bool
    on: tuple[Spot, ...]
    targets: tuple[Spot, ...]
    networks: tuple[str, ...]

    @property
    def title(self) -> str:
        """What to call it: its name, else how it is logged, else its kind."""
        return self.name or self.log or self.kind or self.role


@frozen
class Row:
    """A node of a list, in all rounds and uses of it that its list makes.

    `kind` is the key of the spec: "layer", "expr", "network", "block", "repeat",
    "reuse", "application", "tap" (an inner layer of a backbone), or "input". `what` is
    the class, network, block or backbone, or an expression's text; a layer of `define`
    is `own`, one of an import `imported`. `path` is that of `Spot`, `at` the pointer of
    the node, of a block's node that of the block's definition.

    `shapes` are the tensors of each round, outermost first, often all equal; `rounds`
    is how often the node runs in one call of its list, and `times` how many rounds of
    its body a repeat makes then. `names` are those of several outputs.

    `inputs` are the tensors that it is connected to, as the spec writes them; the first
    node of a repeat's body bears what enters the repeat. `networks` are those it calls.

    `count` counts the weights of all rounds, with those of a body, or of the networks
    called, each once; a call that `shares` the weights of an earlier row (its path)
    adds nothing. `cost` is that of all rounds, with its body and its networks.
    `trainable` is false where the node or its network is frozen. `target` is an input
    that is fed in training and evaluation alone.
    """

    name: str
    kind: str
    what: str
    at: str
    path: Names
    description: str = ""
    shapes: tuple[tuple[TensorType, ...], ...] = ()
    names: Names = ()
    rounds: int = 1
    times: int = 1
    inputs: Names = ()
    networks: Names = ()
    count: Count = Count()
    cost: Cost = Cost()
    shares: Names = ()
    trainable: bool = True
    own: bool = False
    imported: bool = False
    target: bool = False
    marks: tuple[Mark, ...] = ()
    body: tuple[Row, ...] = ()

    @property
    def outputs(self) -> tuple[TensorType, ...]:
        """What the last round gives."""
        return self.shapes[-1] if self.shapes else ()

    @property
    def distinct(self) -> tuple[tuple[TensorType, ...], ...]:
        """What the rounds give, without what the round before gave."""
        pairs = zip(self.shapes, (None, *self.shapes), strict=False)
        return tuple(one for one, before in pairs if one != before)


def walk(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield rows and those of their bodies, in the order of the text."""
    for row in rows:
        yield row
        yield from walk(row.body)
