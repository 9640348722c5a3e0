"""A spec while it is unrolled: what every place gives, and what was found."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from kauxgen.checked import Types
from kauxgen.finding import Finding
from kauxgen.frozen import frozen
from kauxgen.operations.sizes import same
from kauxgen.rules import copies, misfits, sizes, terms
from kauxgen.rules.entries import (
    UNKNOWN,
    Data,
    Entry,
    Flow,
    flowing,
    is_trained,
    settle,
    unknown,
    worded,
)
from kauxgen.rules.evaluation import Evaluation
from kauxgen.rules.inference import Inference, Network, trained_in
from kauxgen.rules.layer_uses import Uses
from kauxgen.rules.limits import Budget, Misplaced, MissingRound, TooLargeError
from kauxgen.spec import Definition, Spec
from kauxgen.tensor import Misfit, Shape, TensorType, describe, difference
from kauxgen.trace import Trace
from kauxgen.values import Expr

MOST_NODES = 20_000


@frozen
class Weight:
    """A trainable weight of the unrolled model: its layer, its own path, its shape."""

    layer: tuple[str | int, ...]
    path: str
    attribute: str
    shape: Shape


@frozen
class Held:
    """A weight of any layer, trainable or not, with the kind of its layer."""

    layer: tuple[str | int, ...]
    kind: str
    path: str
    shape: Shape


@frozen
class Layer:
    """A layer of the unrolled model: its node, its path, the words of its name."""

    at: str
    path: tuple[str | int, ...]
    words: tuple[str | int, ...]


@dataclass
class Unrolled:
    """What unrolling a spec finds out.

    `scopes` holds what the terms of a network or the model see, by pointer; `uses` are
    the uses of layers and blocks of `define`; `unseen` the networks and nodes with
    trained weights that nobody here knows, of backbones and imports. `at` is the node
    at hand, `nodes` how many there were; `called` are the networks of lists that are,
    by number.
    """

    spec: Spec
    types: dict[ast.expr, Any] = field(default_factory=dict)
    shapes: dict[str, Types] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    whole: set[str] = field(default_factory=set)
    found: dict[tuple[Any, ...], Finding] = field(default_factory=dict)
    weights: list[Weight] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    unseen: set[str] = field(default_factory=set)
    layers: list[Layer] = field(default_factory=list)
    scopes: dict[str, Mapping[str, Entry]] = field(default_factory=dict)
    uses: Uses = field(default_factory=Uses)
    networks: dict[str, Network] = field(default_factory=dict)
    called: set[tuple[str, int]] = field(default_factory=set)
    trace: Trace = field(default_factory=Trace)
    steps: Budget = field(default_factory=Budget)
    nodes: int = 0
    known: dict[Any, Any] = field(default_factory=dict)
    blamed: set[Any] = field(default_factory=set)
    at: str = ""

    @cached_property
    def functions(self) -> Mapping[str, Definition]:
        """The functions of the spec."""
        return {d.name: d for d in self.spec.definitions if d.family == "function"}

    @property
    def evaluation(self) -> Evaluation:
        """What works out computed values."""
        return Evaluation(self.values, self.whole, self.found, self.blamed)

    @property
    def findings(self) -> list[Finding]:
        """What was found, in order."""
        return sorted(self.found.values(), key=lambda f: (f.pointer, f.code, f.message))

    def keep(self, finding: Finding) -> None:
        """Keep a finding; of one place and code the first."""
        self.evaluation.keep(finding)

    def unmoved(self, at: str, what: str) -> None:
        """Keep the finding of a term that no trainable weight has a part in.

        Of a step's terms the weights count that their phase updates (KX514).
        """
        if self.spec.step is None or at.startswith(("/networks/", "/define/")):
            self.keep(terms.nothing_trainable(at, what))

    def visit(self, at: str) -> None:
        """Count a node; raise TooLargeError for one too many."""
        self.at = at
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise TooLargeError(f"the model unrolls to more than {MOST_NODES} nodes")

    @cached_property
    def params(self) -> dict[str, Entry]:
        """The spec's params as names."""
        return {name: worded(name, each) for name, each in self.spec.params.items()}

    def inference(self, names: Mapping[str, Entry], *more: Definition) -> Inference:
        """Return what infers expressions over names; `more` functions may be called."""
        functions = {**self.functions, **{each.name: each for each in more}}
        known = self.known if not more else {}
        return Inference(names, functions, self.call, self.types, self.steps, known)

    def infer(self, expr: Expr, names: Mapping[str, Entry]) -> Entry:
        """Return what an expression gives; unknown, with a finding, if it misfits."""
        try:
            value = self.inference(names).value(expr.tree)
        except MissingRound as misfit:
            self.keep(sizes.no_such_round(expr.at, str(misfit), misfit.part))
        except Misplaced as misfit:
            self.keep(misfits.expression_misfit(expr.at, str(misfit), misfit.part))
        else:
            return flowing(value, self.trained(expr.tree, names))
        return UNKNOWN

    def trained(self, tree: ast.expr, names: Mapping[str, Entry]) -> bool:
        """Say whether a trainable weight has a part in an expression."""
        return trained_in(tree, names, self.moves)

    def moves(self, name: str) -> bool:
        """Say whether a call of this name is that of a network that training moves."""
        return name in self.networks and is_trained(self.networks[name].entry)

    def absent(self, name: str, index: Any) -> str:
        """Note that a network of a list is called; say why if there is none."""
        count = self.networks[name].count
        reason = "" if unknown(index) else copies.missing(name, index, count)
        if count is not None and not unknown(index) and not reason:
            self.called.add((name, index % count))
        return reason

    def call(self, name: str, index: Any, args: tuple[Any, ...]) -> Entry:
        """Return what a call of a network gives; raise Misfit if the tensors misfit.

        What an imported function gives is unknown.
        """
        if name in self.spec.imports:
            return UNKNOWN
        network = self.networks[name]
        absent = self.absent(name, index)
        if absent:
            raise Misfit(absent)
        for found, wanted in zip(args, network.inputs, strict=True):
            reason = misfit_of(found, wanted)
            if reason:
                raise Misfit(f"{name} {reason}")
        return network.entry

    def one(self, at: str, text: str, entry: Entry) -> Entry:
        """Return an entry that is one tensor; keep a finding if it is none."""
        value = settle(entry)
        if isinstance(entry, Flow) or unknown(value):
            return entry
        if isinstance(value, TensorType):
            return Flow(value, is_trained(entry))
        self.keep(misfits.not_one_tensor(at, text, _word(entry)))
        return UNKNOWN


def misfit_of(found: Any, wanted: Any) -> str:
    """Say why a value cannot enter where a tensor is wanted; "" if it can."""
    if unknown(wanted):
        return ""
    if not isinstance(found, TensorType):
        return "" if unknown(found) else "takes tensors"
    if not same(found.shape, wanted.shape):
        got = f"takes {describe(wanted.shape)}, got {describe(found.shape)}"
        return f"{got}: {difference(wanted.shape, found.shape)}"
    if found.dtype != wanted.dtype:
        return f"takes {wanted.dtype}, got {found.dtype}"
    return ""


def _word(entry: Entry) -> str:
    value = settle(entry)
    if isinstance(value, (tuple, list)):
        return f"a list of {len(value)}"
    return "the data" if isinstance(entry, Data) else "a number"
