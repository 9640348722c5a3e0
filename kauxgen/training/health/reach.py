"""Which networks a term's value comes from: those that its gradient should reach."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from kauxgen import expression
from kauxgen.checked import Checked
from kauxgen.frozen import frozen
from kauxgen.rules.reaching import NONE, Moved, Reach, closure, in_term
from kauxgen.spec import Spec, Term

_VALUELESS = frozenset(
    {
        *("stop_gradient", "ones_like", "zeros_like", "full_like", "shape", "dim"),
        *("batch_size", "normal_like", "uniform_like"),
    }
)
"""Operations that ask a tensor for its form alone, or that say to stop."""


@frozen
class Values(Reach):
    """Follows values: what only has the form of a tensor is not computed from it."""

    def tree(self, tree: ast.AST, names: Mapping[str, Moved], rest: Moved) -> Moved:
        """Return what has a part in an expression's value."""
        if str(expression.call_name(tree)) in _VALUELESS:
            return NONE
        return Reach.tree(self, tree, names, rest)


def of(checked: Checked) -> dict[str, Moved]:
    """Give the networks that named penalties are computed from and that are trained.

    Only what an objective says itself: penalties inside of networks and layers are not
    followed.
    """
    spec = checked.spec
    owners = {str(path[0]) for path, held in checked.trace.weights.items() if held}
    trained = {name for name in owners & spec.networks.keys() if _trains(checked, name)}
    reach = Values(spec, frozenset(trained))
    return {
        term.name: in_term(reach, checked.weights, term, names) & moved
        for names, moved, terms in _objectives(reach, spec)
        for term in terms
        if term.name and term.role == "penalty"
    }


def _trains(checked: Checked, name: str) -> bool:
    held = (
        weight
        for path, weights in checked.trace.weights.items()
        if path[0] == name
        for weight in weights
    )
    trainable = checked.spec.networks[name].trainable
    return trainable and any(weight.trainable for weight in held)


def _objectives(
    reach: Reach, spec: Spec
) -> Iterator[tuple[dict[str, Moved], Moved, tuple[Term, ...]]]:
    """Yield what names of tensors come from, what is moved, and the terms."""
    names: dict[str, Moved] = {}
    reach.nodes(spec.main.nodes, names, NONE, NONE)
    if spec.step is None:
        yield names, reach.trainable, spec.penalties
        return
    for phase in spec.step.phases:
        own = dict(names) if spec.step.shared else {}
        reach.nodes(phase.scope.nodes, own, NONE, NONE)
        moved = closure(spec, (one.network for one in phase.update))
        yield own, moved & reach.trainable, phase.terms
