"""A checked spec made ready for writing: what is true in every style."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from kauxgen.checked import Checked, WeightUse
from kauxgen.frozen import frozen
from kauxgen.nodes import Input, Node
from kauxgen.spec import Definition, Phase, Scope, Spec, Term, Weight
from kauxgen.values import Expr, Kind

Names = tuple[str, ...]
Steps = tuple[tuple[str, ast.expr], ...]


@frozen
class Cut:
    """The part of a list of nodes that some trees need.

    `wanted` are the pointers of its nodes, `reads` by the pointer of a call the paths
    below it that are read, `gathered` those by the pointer of a repeat.
    """

    wanted: frozenset[str]
    reads: Mapping[str, frozenset[Names]]
    gathered: Mapping[str, tuple[Names, ...]]


@frozen
class Plan:
    """A list of nodes with what its writing must know.

    `exports` are paths that callers read beside the declared outputs; `gathered` holds,
    by the pointer of a repeat, the paths below it that others read, `reads` by that of
    a call what is read of it. `seeds` are offsets
    from the scope's seed, by the pointer of a layer or the identity of a drawing call;
    `draws` is how many generators there are. `indices` names the round numbers of
    repeats. `before` are paths of tensors that must be there before the call of a node
    or term, by its pointer. `params` are those of the spec that layers, expressions
    and inputs read.
    """

    scope: Scope
    exports: tuple[Names, ...]
    gathered: Mapping[str, tuple[Names, ...]]
    reads: Mapping[str, frozenset[Names]]
    params: Names
    input_params: Names
    networks: Names
    draws: ast.expr
    seeds: Mapping[str | int, ast.expr]
    indices: Mapping[str, str]
    before: Mapping[str, tuple[Names, ...]]
    modes: bool

    @property
    def drawing(self) -> bool:
        """Whether anything in it draws random numbers."""
        return not (isinstance(self.draws, ast.Constant) and self.draws.value == 0)


@frozen
class TermPlan:
    """A term ready for writing.

    `value` is a tree of the expression language over tensors of the model; it is None
    for a loss or metric object. `on` and `target` are the operands of those. `key` is
    the identifier that names what belongs to the term. Of a term on weights `item` is
    the name of one of them in `value`; `rounds` says that its pattern numbers rounds.
    `weighed` is what it adds to the total if that is not weight * value: the sum over
    uses that have weights of their own, which `factor` writes for a docstring.
    """

    term: Term
    key: str
    steps: Steps = ()
    value: ast.expr | None = None
    weights: tuple[WeightUse, ...] = ()
    item: str = ""
    rounds: bool = False
    regularizer: Definition | None = None
    on: ast.expr | None = None
    target: ast.expr | None = None
    reads_y: bool = False
    inner: bool = False
    text: str = ""
    weighed: ast.expr | None = None
    factor: str = ""

    @property
    def name(self) -> str:
        """The name in the logs; empty for a term that is only in the total."""
        return self.term.name

    @property
    def weight(self) -> Weight:
        """The term's weight."""
        return self.term.weight

    @property
    def is_object(self) -> bool:
        """Whether a loss or metric object computes it."""
        return self.value is None and not self.weights


@frozen
class PhasePlan:
    """A phase of a step; `program` is its objective as that of a model of its own."""

    phase: Phase
    program: Program


@frozen
class StepPlan:
    """A step: its own forward pass, its phases, and an evaluation of its own.

    `state_seeds` are offsets for the draws of the state's first values.
    """

    forward: Program
    phases: tuple[PhasePlan, ...]
    evaluation: Program | None
    state_seeds: Mapping[int, ast.expr]

    @property
    def passes(self) -> tuple[Program, ...]:
        """The programs of all passes, in order."""
        own = tuple(phase.program for phase in self.phases)
        last = (self.evaluation,) if self.evaluation is not None else ()
        return (self.forward, *own, *last)


@frozen
class Prediction:
    """The model cut for inference, from some inputs to some outputs.

    `cut` is what the outputs need, `late` the nodes that they alone need, and `params`
    what these read; `model` is what the model itself needs, None for all nodes.
    """

    inputs: tuple[Input, ...]
    outputs: tuple[Expr, ...]
    cut: Cut
    late: tuple[Node, ...]
    params: Names
    model: Cut | None


@frozen
class Program:
    """Everything that the styles write, without where they write it.

    `layers`, `blocks` and `networks` stand in the order of building: callees first.
    `bases` are the offsets of seeds of networks and of the model by name; `term_seeds`
    those of the terms' drawing calls. `called` names the variables of inner tensors
    that are a term: by their path in the model. `prediction` is None where inference is
    no cut.
    """

    checked: Checked
    main: Plan
    networks: Mapping[str, Plan]
    blocks: Mapping[str, Plan]
    layers: Mapping[str, Plan]
    terms: tuple[TermPlan, ...]
    metrics: tuple[TermPlan, ...]
    bases: Mapping[str, ast.expr]
    term_seeds: Mapping[int, ast.expr]
    functions: tuple[Definition, ...]
    regularized: bool
    reads_y: bool
    called: Mapping[Names, str]
    step: StepPlan | None = None
    prediction: Prediction | None = None

    @property
    def spec(self) -> Spec:
        """The spec."""
        return self.checked.spec

    @property
    def passes(self) -> tuple[Program, ...]:
        """The programs whose terms the module writes: of a step those of its passes."""
        return self.step.passes if self.step else (self,)

    @property
    def optimizer(self) -> Kind:
        """The optimizer of a model with one objective."""
        assert self.spec.training.optimizer is not None
        return self.spec.training.optimizer

    @property
    def drawing(self) -> bool:
        """Whether anything in the model or its terms draws random numbers."""
        plans = [*self.networks.values(), self.main]
        own = bool(self.term_seeds) or any(plan.drawing for plan in plans)
        if self.step is None or own:
            return own
        kept = bool(self.step.state_seeds)
        return kept or any(one.drawing for one in self.step.passes)

    @property
    def model_cut(self) -> Cut | None:
        """What the model itself needs of its list; None for all of it."""
        return self.prediction.model if self.prediction else None

    @property
    def graph_cut(self) -> Cut | None:
        """The same for a graph, in which inference finds all that it reads."""
        if self.model_cut is None:
            return None
        return Cut(self.model_cut.wanted, self.main.reads, self.main.gathered)

    @property
    def modes(self) -> bool:
        """Whether training and inference differ inside the model."""
        return self.main.modes
