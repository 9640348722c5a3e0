"""What a comparison of two specs says: changes with their levels, and what follows."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from typing import Literal

from kauxgen.compiler import Loaded
from kauxgen.frozen import frozen
from kauxgen.overview import Count


class Level(IntEnum):
    """How far a change reaches; a change has the highest level that is true of it.

    `docs`: only what people read. `training`: how the same objective is minimized over
    the same weights. `loss`: numbers, of the objective or of the model, that neither a
    weight nor a caller sees. `weights`: names, shapes or order of weights. `interface`:
    what goes in and comes out, under which names, and how the module is called.
    """

    DOCS = 1
    TRAINING = 2
    LOSS = 3
    WEIGHTS = 4
    INTERFACE = 5

    @property
    def word(self) -> str:
        """The level as commands and reports call it, such as "weights"."""
        return self.name.lower()

    @classmethod
    def named(cls, word: str) -> Level:
        """Return the level of a word; KeyError if there is none."""
        return cls[word.upper()]


Action = Literal["added", "removed", "changed", "renamed", "moved"]
"""What happened; a "moved" one stands elsewhere, or reads other tensors.

One that did several of these is "renamed" if it has another name, else "moved".
"""


@frozen
class Detail:
    """One part of a change: a key or argument with its two values, as people read them.

    A value is None where there is none: an argument that Keras has no default for, a
    step of a formula that is new. `what` is "units", "inputs", "formula", "shape", ...
    """

    what: str
    before: str | None
    after: str | None


@frozen
class Effect:
    """What a change does to something that itself stays as it is written.

    `name` is the dotted path of a node, network or input, or of another part of the
    spec, `what` is "shape", "parameters", "trainable parameters", "inputs" (other
    tensors enter it, as it takes what stands above), "uses" (it uses what changed), or
    the key of a computed value that comes to something else. `old` and `new` are its
    pointers in the two specs.
    """

    name: str
    what: str
    before: str
    after: str
    old: str
    new: str


@frozen
class Change:
    """One change, in the terms of the model.

    `subject` is what it is about: "layer", "network", "input", "param", "loss",
    "penalty", "metric", "optimizer", "description", ... `name` is its dotted path in
    the new spec (in the old one if it was removed), `old_name` that in the old spec
    where it is another, else "". `old` and `new` are JSON pointers to it, None where
    it is not; one that is left to its default points to the object that leaves it out.
    `sentence` says all of it but the effects, on one line, with names in backticks;
    texts of a spec stand in it as they are, and are not safe in any format.
    """

    level: Level
    action: Action
    subject: str
    name: str
    sentence: str
    old_name: str = ""
    old: str | None = None
    new: str | None = None
    details: tuple[Detail, ...] = ()
    effects: tuple[Effect, ...] = ()


@frozen
class Answer:
    """Whether something changes, and why, a sentence a reason."""

    changed: bool
    reasons: tuple[str, ...] = ()


Loads = Literal["all", "partly", "none", "unknown"]


@frozen
class Verdict:
    """What `model.load_weights(path)` makes of the old model's file, and why.

    "all": nothing is raised, and every weight of the new model has its old value.
    "partly": some have. "none": no weight has. "unknown": nobody can say without
    running the module, and `reasons` says why.

    If it `raises`, `load_weights(path, skip_mismatch=True)` does as much and warns. The
    weights of the new model are named like `encoder.hidden/kernel`: `kept` ones get
    their old values, `fresh` ones stay as they were made, `wrong` ones get those of
    another weight, which stands beside them.
    """

    loads: Loads
    reasons: tuple[str, ...] = ()
    raises: bool = False
    kept: tuple[str, ...] = ()
    fresh: tuple[str, ...] = ()
    wrong: tuple[tuple[str, str], ...] = ()

    @property
    def call(self) -> str:
        """The call that loads what can be loaded; "" if there is nothing to load."""
        if not (self.kept or self.wrong):
            return ""
        skipping = ", skip_mismatch=True" if self.raises else ""
        return f"model.load_weights(path{skipping})"

    @property
    def silent(self) -> bool:
        """Whether Keras raises nothing though not all weights have their old values."""
        return self.loads in ("partly", "none") and not self.raises


@frozen
class Consequences:
    """What follows from all changes together.

    `logs`: do names of logs change. `outputs`: what the model takes and gives, its
    names, shapes and types. `signature`: the public functions and classes of the
    generated module. `numbers`: do the numbers of a training run change, with equal
    data and initial weights.
    """

    weights: Verdict
    logs: Answer
    outputs: Answer
    signature: Answer
    numbers: Answer


@frozen
class Total:
    """Numbers in weights before and after: of the model, `name` "", or of a network.

    None where there is no such network; a renamed one bears its new name.
    """

    name: str
    before: Count | None
    after: Count | None

    @property
    def changed(self) -> bool:
        """Whether the two differ."""
        return self.before != self.after


@frozen
class Comparison:
    """What differs between two specs; `changes` stand in the order of the new spec.

    `effects` are those that no single change explains. `totals` begin with the model.
    """

    old: Loaded
    new: Loaded
    changes: tuple[Change, ...]
    consequences: Consequences
    totals: tuple[Total, ...]
    effects: tuple[Effect, ...] = ()

    @property
    def level(self) -> Level | None:
        """The highest level of a change, None if there is no change."""
        return max((change.level for change in self.changes), default=None)

    def reaching(self, level: Level) -> Iterator[Change]:
        """Yield the changes at or above a level."""
        return (change for change in self.changes if change.level >= level)
