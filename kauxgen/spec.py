"""A spec as typed values: what the JSON says, with a pointer to where it says it."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import field, replace

from kauxgen.frozen import frozen
from kauxgen.nodes import Input, Node
from kauxgen.values import Computed, Expr, Import, Kind, Schedule, Value, Variable


@frozen
class Weights:
    """A penalty's choice of weights, `{"weights": "encoder/*/kernel"}`."""

    pattern: str
    at: str


@frozen
class NetworkName:
    """A penalty's network operand; `index` says which one of a list."""

    name: str
    at: str
    index: Computed | None = None

    @property
    def tree(self) -> ast.expr:
        """The operand as an expression names it."""
        named = ast.Name(self.name)
        return ast.Subscript(named, self.index.tree) if self.index else named


Weight = Value | Expr | Schedule | Variable
Operand = Expr | Weights | NetworkName


@frozen
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


@frozen
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


@frozen
class OwnWeight:
    """A weight of a layer of `define`; what the spec leaves to Keras is None."""

    name: str
    at: str
    shape: tuple[Value, ...]
    initializer: Value = None
    regularizer: Value = None
    constraint: Value = None
    trainable: bool = True
    description: str = ""

    @property
    def kinds(self) -> tuple[Value, ...]:
        """What it starts from, what is added to the total, what it is held to."""
        return (self.initializer, self.regularizer, self.constraint)


@frozen
class Scope:
    """A list of nodes with its inputs and outputs: the model, a network or a block.

    A network that is `like` another has all of that one's but the name; with a `count`
    it is a list of so many. The inputs of a block or layer have no shape; its `params`
    are its arguments' defaults. The nodes of a layer are its sub-layers and, behind
    them, the steps of its `let`; only a layer has `weights`, and an expression as its
    output. Of a step the model is what its forward pass computes; `kind` is "phase" for
    the pass of one of its phases, "evaluation" for that of its evaluation. `outer` are
    nodes of a list around it that it sees.
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
    like: str = ""
    count: Value = None
    outer: tuple[Node, ...] = ()
    weights: tuple[OwnWeight, ...] = ()

    @property
    def lists(self) -> tuple[tuple[Node, ...], ...]:
        """Its nodes, behind those around it."""
        return (self.outer, self.nodes) if self.outer else (self.nodes,)

    @property
    def single(self) -> bool:
        """Whether a call of it gives one tensor."""
        return len(self.outputs) == 1

    @property
    def parametric(self) -> bool:
        """Whether it sees params of its own, and not those of the spec."""
        return self.kind in ("block", "layer")

    @property
    def entering(self) -> tuple[Input, ...]:
        """The inputs that the first node may take unsaid: all but targets."""
        return tuple(entry for entry in self.inputs if not entry.target)

    @property
    def first(self) -> Input:
        """The input that the first node takes if it names none."""
        return (self.entering or self.inputs)[0]


@frozen
class Inference:
    """What predicts: a network, or the model cut to some inputs and outputs.

    `at` is empty where the spec states none and a target input asks for the default.
    """

    at: str
    network: str | None = None
    inputs: tuple[Expr, ...] = ()
    outputs: tuple[Expr, ...] = ()


@frozen
class Gradients:
    """What is done to gradients that no optimizer does."""

    centralize: bool
    sam_rho: Value
    at: str


Pattern = str | tuple["Pattern", ...]
"""What a batch holds: the name of an input, "_" for none, or a tuple of such."""


@frozen
class Update:
    """A network that a phase updates."""

    network: str
    at: str


Assignments = tuple[tuple[str, Expr], ...]


@frozen
class Phase:
    """A phase of a step: what it computes, minimizes and updates."""

    scope: Scope
    terms: tuple[Term, ...]
    metrics: tuple[Term, ...]
    update: tuple[Update, ...]
    optimizer: Kind | None
    gradients: Gradients | None
    repeat: Value = 1
    assign: Assignments = ()

    @property
    def name(self) -> str:
        """The phase's name."""
        return self.scope.name

    @property
    def at(self) -> str:
        """The phase's pointer."""
        return self.scope.at


@frozen
class State:
    """A tensor that a step keeps from batch to batch."""

    name: str
    at: str
    shape: tuple[Value, ...]
    dtype: str
    initial: Expr | None
    description: str = ""


@frozen
class Average:
    """A network that follows another as its moving average."""

    at: str
    target: str
    source: str
    decay: Value
    every: Value = 1
    description: str = ""


@frozen
class Evaluation:
    """What evaluation computes in place of the step's terms."""

    at: str
    batch: Pattern
    scope: Scope
    terms: tuple[Term, ...]
    metrics: tuple[Term, ...]


@frozen
class Step:
    """A training step: phases in order, on tensors of one batch.

    What its own forward pass computes is `Spec.main`. `shared` says that all gradients
    come from one pass, before any update.
    """

    at: str
    batch: Pattern
    shared: bool
    phases: tuple[Phase, ...]
    state: tuple[State, ...] = ()
    averages: tuple[Average, ...] = ()
    evaluation: Evaluation | None = None
    assign: Assignments = ()


@frozen
class Training:
    """How the model is trained; of a step each phase may have its own optimizer."""

    at: str
    optimizer: Kind | None
    epochs: Value = 1
    batch_size: Value = 32
    shuffle: bool = True
    seed: int = 0
    callbacks: tuple[Kind, ...] = ()
    jit_compile: bool | str = "auto"
    steps_per_execution: int = 1
    gradients: Gradients | None = None


@frozen
class Silence:
    """Warnings that the spec wants not said: those of a code, with the reason.

    `place` is the dotted path of the network, node or term that they stand in, or None
    for the whole spec.
    """

    code: str
    reason: str
    place: str | None
    at: str


@frozen
class Objective:
    """Terms and metrics with the list of nodes that they see."""

    scope: Scope
    terms: tuple[Term, ...]
    metrics: tuple[Term, ...]


@frozen
class Spec:
    """A whole spec; of one with a step `inputs` are the tensors of its batches.

    `keras` is the oldest version that its modules must run on, "" if it is not said.
    """

    name: str
    description: str
    style: str | None
    backend: str
    params: Mapping[str, Value]
    definitions: tuple[Definition, ...]
    layers: Mapping[str, Scope]
    blocks: Mapping[str, Scope]
    networks: Mapping[str, Scope]
    main: Scope
    losses: tuple[Term, ...]
    penalties: tuple[Term, ...]
    metrics: tuple[Term, ...]
    training: Training
    inputs: tuple[Input, ...] = ()
    step: Step | None = None
    inference: Inference | None = None
    imports: Mapping[str, Import] = field(default_factory=dict)
    silences: tuple[Silence, ...] = ()
    keras: str = ""

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """All lists of nodes, once: layers, blocks, networks, the model, phases."""
        passes = tuple(objective.scope for objective in self.objectives[1:])
        defined = (*self.layers.values(), *self.blocks.values())
        return (*defined, *self.built.values(), self.main, *passes)

    @property
    def penalized(self) -> tuple[Scope, ...]:
        """The lists of nodes that may have penalties of their own."""
        return (
            *self.built.values(),
            *self.layers.values(),
            *self.blocks.values(),
        )

    @property
    def objectives(self) -> tuple[Objective, ...]:
        """The model's own terms, then those of a step's phases and evaluation."""
        own = Objective(self.main, (*self.losses, *self.penalties), self.metrics)
        if self.step is None:
            return (own,)
        passes: list[Phase | Evaluation] = [*self.step.phases]
        passes += [self.step.evaluation] if self.step.evaluation else []
        return (own, *(Objective(one.scope, one.terms, one.metrics) for one in passes))

    @property
    def optimizers(self) -> tuple[Kind, ...]:
        """The optimizers that the spec states."""
        phases = self.step.phases if self.step else ()
        stated = (self.training.optimizer, *(phase.optimizer for phase in phases))
        return tuple(optimizer for optimizer in stated if optimizer is not None)

    @property
    def built(self) -> Mapping[str, Scope]:
        """The networks that have layers of their own: none that is like another."""
        return {n: one for n, one in self.networks.items() if not one.like}

    def origin(self, scope: Scope) -> Scope:
        """Return the network that one is like, or itself."""
        return self.networks[scope.like] if scope.like else scope

    def rebuilt(self, built: Mapping[str, Scope]) -> Spec:
        """Return the spec with other nodes in its networks, also in those like them."""
        networks = {
            name: replace(one, nodes=built[one.like or name].nodes)
            for name, one in self.networks.items()
        }
        return replace(self, networks=networks)

    @property
    def terms(self) -> tuple[Term, ...]:
        """What is minimized: losses, then penalties, inner ones last."""
        inner = [term for scope in self.penalized for term in scope.penalties]
        phases = self.step.phases if self.step else ()
        stepped = [term for phase in phases for term in phase.terms]
        return (*self.losses, *self.penalties, *stepped, *inner)

    def definition(self, family: str, name: str) -> Definition | None:
        """Find a definition by family ("loss", "function", ...) and name."""
        for definition in self.definitions:
            if (definition.family, definition.name) == (family, name):
                return definition
        return None


def names_in(pattern: Pattern) -> tuple[str, ...]:
    """Return the names that a batch's pattern binds, in its order."""
    if isinstance(pattern, str):
        return () if pattern == "_" else (pattern,)
    return tuple(name for part in pattern for name in names_in(part))
