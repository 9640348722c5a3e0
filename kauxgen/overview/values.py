"""What is known of a model without running it, as values: parts, rows, counts, terms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kauxgen.tensor import TensorType

Names = tuple[str, ...]
"""A path of names, without the numbers of rounds."""


@dataclass(frozen=True)
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


@dataclass(frozen=True)
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


@dataclass(frozen=True)
class Spot:
    """A place of a spec that a term reads: a list of nodes by pointer, a path in it.

    The path has the names of repeats, blocks and nodes, `("hidden", "dense")`, or that
    of an input. Inside a network it is a path of the network's list.
    """

    scope: str
    path: Names


@dataclass(frozen=True)
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


@dataclass(frozen=True)
class Row:
    """A node of a list, in all rounds and uses of it that its list makes.

    `kind` is the key of the spec: "layer", "expr", "network", "block", "repeat",
    "reuse", "application", "tap" (an inner layer of a backbone), or "input". `what` is
    the class, network, block or backbone, or an expression's text; a layer of `define`
    is `own`, one of an import `imported`. `path` is that of `Spot`.

    `shapes` are the tensors of each round, outermost first, often all equal; `rounds` is
    how often the node runs in one call of its list. `inputs` are the names it is
    connected to, as the spec would write them; the first node of a repeat's body bears
    those that enter the repeat. `networks` are those it calls. `count` counts the
    weights of all rounds, with those of its body or network, each once: of a call that
    `shares` the weights of an earlier row it is that row's path that says where they
    are, and the count is 0. `cost` is that of all rounds of it and its body.

    A repeat and a block have a `body`; `count` of a repeat's body counts all rounds. The
    `names` are those of several outputs. `target` is an input that is fed in training
    and evaluation alone.
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


@dataclass(frozen=True)
class Part:
    """A list of nodes: a network, the model, or what a step or phase computes.

    `kind` is "network", "main" (the model, or a step's own forward pass), "phase" or
    "evaluation". `own` counts the weights of its rows, `count` also those of the
    networks it calls, each once; of a list of networks (`copies` of them, None for a
    single one) they are those of one. `calls` says how often a network is called, by
    all lists; `like` is the network whose layers it has. `networks` are those it calls,
    directly or through others.
    """

    name: str
    kind: str
    at: str
    description: str
    inputs: tuple[Row, ...]
    rows: tuple[Row, ...]
    outputs: Names
    own: Count
    count: Count
    cost: Cost
    trainable: bool = True
    like: str = ""
    copies: int | None = None
    calls: int = 0
    networks: Names = ()

    def walk(self) -> Iterator[Row]:
        """Yield all rows, a repeat or block before its body."""
        yield from walk(self.rows)


@dataclass(frozen=True)
class PhaseView:
    """A phase of a step: what it minimizes, over which networks, and how.

    `trained` counts the numbers that it updates.
    """

    name: str
    at: str
    description: str
    updates: Names
    optimizer: str
    repeat: int
    terms: tuple[Mark, ...]
    part: Part
    trained: Count


@dataclass(frozen=True)
class AverageView:
    """A network that follows another as its moving average."""

    at: str
    target: str
    source: str
    decay: object
    every: object


@dataclass(frozen=True)
class StateView:
    """A tensor that a step keeps from batch to batch."""

    name: str
    at: str
    description: str
    type: TensorType


@dataclass(frozen=True)
class Overview:
    """A model as its spec describes it.

    `networks` stand in the order of the spec, `main` is the model, or what a step
    computes before its `phases`. `terms` are all losses, penalties and metrics, `logs`
    the names that training logs. `layers` counts the weights of networks and layers,
    `count` also the states of a step: it is what `model.summary()` counts.
    """

    name: str
    description: str
    networks: tuple[Part, ...]
    main: Part
    phases: tuple[PhaseView, ...]
    evaluation: Part | None
    state: tuple[StateView, ...]
    averages: tuple[AverageView, ...]
    terms: tuple[Mark, ...]
    logs: Names
    inference: str
    count: Count

    @property
    def parts(self) -> tuple[Part, ...]:
        """All lists of nodes: networks, the model, phases, the evaluation."""
        passes = tuple(phase.part for phase in self.phases)
        last = (self.evaluation,) if self.evaluation else ()
        return (*self.networks, self.main, *passes, *last)

    def row(self, at: str) -> Row | None:
        """Return the row of a node or input by its pointer, the first in the spec."""
        rows = (row for part in self.parts for row in (*part.inputs, *part.walk()))
        return next((row for row in rows if row.at == at), None)


def walk(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield rows and those of their bodies, in the order of the text."""
    for row in rows:
        yield row
        yield from walk(row.body)
