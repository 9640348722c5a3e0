"""The history of a run: what was measured of each epoch, and what its names mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field, replace

from kauxgen.frozen import frozen

VALIDATION = "val_"
"""What the names of logs on validation data begin with, as in Keras."""


@frozen
class Objective:
    """What is minimized: by the model, or by a phase of a step.

    `name` is the phase's, empty for a model's own. `formula` is the total in the words
    of the spec, `updates` are the networks that a phase updates.
    """

    name: str
    formula: str
    updates: tuple[str, ...] = ()


@frozen
class Term:
    """A term of an objective.

    `name` is that in the logs; a term without one in the spec is not logged. `kind` is
    "loss", "penalty" or "regularization", which is the sum of the weight regularizers.
    `weight` is what the spec says, `value` the number, None for a weight that moves.
    `place` is "specs/vae.json:36:5", empty where none is known. `objective` is the name
    of the one that it is a part of.
    """

    name: str
    weight: str
    kind: str
    formula: str
    place: str
    value: float | None = None
    description: str = ""
    objective: str = ""


@frozen
class Names:
    """What the names of logs mean, without those of validation.

    `total` is empty where a step has several objectives: their totals are not logged.
    """

    total: str
    terms: tuple[Term, ...] = ()
    metrics: tuple[str, ...] = ()
    objectives: tuple[Objective, ...] = ()


@frozen
class TermHealth:
    """What a term is to the total, and to its gradient by the weights.

    `share` is its part of the total, weight included; `gradient_norm` the norm of the
    gradient of the weighted term, `gradient_share` that norm's part of the sum of these
    norms over all terms, from 0 to 1; `networks` has norms by network.
    """

    share: float
    gradient_norm: float
    gradient_share: float
    networks: Mapping[str, float] = field(default_factory=dict)


@frozen
class HealthFinding:
    """A finding about a run: `epoch` is counted from 1, 0 where it is of none."""

    code: str
    severity: str
    message: str
    term: str = ""
    epoch: int = 0
    place: str = ""
    remedy: str = ""


@frozen
class Epoch:
    """What was measured of an epoch, counted from 1: its time and steps, its logs."""

    epoch: int
    logs: Mapping[str, float]
    seconds: float = 0.0
    steps: int = 0
    health: Mapping[str, TermHealth] = field(default_factory=dict)


@frozen
class History:
    """A run as measured, epoch by epoch."""

    names: Names
    epochs: tuple[Epoch, ...] = ()
    findings: tuple[HealthFinding, ...] = ()

    def then(self, epoch: Epoch, findings: tuple[HealthFinding, ...] = ()) -> History:
        """Return the history with one more epoch, and what is found of all of them."""
        return replace(self, epochs=(*self.epochs, epoch), findings=findings)

    @property
    def logs(self) -> tuple[str, ...]:
        """The names of all logs: the total, terms, metrics, the rest, validation's."""
        known = [self.names.total, *(term.name for term in self.names.terms)]
        seen = dict.fromkeys(name for epoch in self.epochs for name in epoch.logs)
        first = [name for name in (*known, *self.names.metrics) if name in seen]
        train = [name for name in seen if not self.is_validation(name)]
        return tuple(dict.fromkeys((*first, *train, *seen)))

    @property
    def healthy(self) -> tuple[str, ...]:
        """The names of the terms whose health was measured."""
        found = (name for epoch in self.epochs for name in epoch.health)
        return tuple(dict.fromkeys(found))

    def is_validation(self, name: str) -> bool:
        """Tell whether a log is of validation data: `val_` and the name of another."""
        if not name.startswith(VALIDATION):
            return False
        rest = name.removeprefix(VALIDATION)
        return any(rest in epoch.logs for epoch in self.epochs)

    def values(self, name: str) -> tuple[float, ...]:
        """Return a log over the epochs, NaN where it was not logged."""
        return tuple(epoch.logs.get(name, float("nan")) for epoch in self.epochs)

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Yield each log of training with that of validation, "" for none."""
        logs = self.logs
        for name in logs:
            if not self.is_validation(name):
                held_out = VALIDATION + name
                yield name, held_out if held_out in logs else ""
