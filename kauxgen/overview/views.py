"""A model as its spec describes it: its parts, its phases, and what it comes to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kauxgen.frozen import frozen
from kauxgen.overview.values import Cost, Count, Mark, Names, Row, walk
from kauxgen.tensor import TensorType


@frozen
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


@frozen
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


@frozen
class AverageView:
    """A network that follows another as its moving average."""

    at: str
    target: str
    source: str
    decay: Any
    every: Any


@frozen
class StateView:
    """A tensor that a step keeps from batch to batch."""

    name: str
    at: str
    description: str
    type: TensorType


@frozen
class Overview:
    """A model as its spec describes it.

    `networks` stand in the order of the spec, `main` is the model, or what a step
    computes before its `phases`. `terms` are all losses, penalties and metrics, `logs`
    the names that training logs. `layers` counts the weights of networks and layers,
    `kept` what the model keeps beside them: the state of a step, counters of steps,
    weights of terms that may be set. `count` is both, what `model.summary()` counts.
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
    layers: Count
    kept: Count
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
