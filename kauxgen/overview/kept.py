"""What a model keeps beside its layers: counters of steps, and weights to be set."""

from __future__ import annotations

from collections.abc import Iterator

from kauxgen import expression
from kauxgen.overview.values import Count
from kauxgen.rules.objective import STEP, reads_y
from kauxgen.spec import Spec, Term, Weights
from kauxgen.values import Computed, Expr, Schedule, Variable


def kept(spec: Spec, style: str, every: bool) -> Count:
    """Count what terms keep in a style: each is a weight of one number.

    A weight that moves needs the number of the step, once a model; in a functional
    model each penalty is a layer, with a counter of its own. `every` says that an
    average of a step counts too.
    """
    terms = spec.terms
    settable = sum(isinstance(term.weight, Variable) for term in terms)
    moving = [term for term in terms if counts_steps(term)]
    alone = [term for term in moving if style == "functional" and in_graph(term)]
    shared = len(moving) > len(alone) or every
    return Count(0, settable + len(alone) + shared)


def counts_steps(term: Term) -> bool:
    """Say whether a term's weight moves with the training steps."""
    weight = term.weight
    if isinstance(weight, Schedule):
        return True
    if isinstance(weight, Computed) or not isinstance(weight, Expr):
        return False
    return STEP in {name.id for name in expression.names(weight.tree)}


def in_graph(term: Term) -> bool:
    """Say whether the functional style writes a term as a layer of the graph."""
    keras = term.kind is not None and term.kind.family == "loss"
    return not keras and not reads_y(term) and not any(_weights(term))


def _weights(term: Term) -> Iterator[bool]:
    return (isinstance(operand, Weights) for _, operand in term.operands)
