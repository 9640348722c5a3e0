"""Checks that every log name means one number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kauxgen.finding import Finding
from kauxgen.nodes import LayerNode, walk
from kauxgen.rules import terms
from kauxgen.spec import Scope, Spec, Term
from kauxgen.values import Kind, Value

TOTAL = "loss"
REGULARIZATION = "regularization"


def log_name(term: Term) -> str:
    """Return the name under which a term or metric is logged, "" for none.

    A metric without a name has Keras's: its class in snake_case.
    """
    if term.name or term.role != "metric" or term.kind is None:
        return term.name
    spaced = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", term.kind.name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", spaced).lower()


def regularized(scopes: Iterable[Scope]) -> bool:
    """Say whether any layer of some lists has a weight regularizer."""
    found = list(scopes)
    weights = (weight for scope in found for weight in scope.weights)
    if any(weight.regularizer is not None for weight in weights):
        return True
    layers = (node for scope in found for node in walk(scope.nodes))
    return any(_regularizer(n.layer) for n in layers if isinstance(n, LayerNode))


def _regularizer(kind: Kind) -> bool:
    return any(
        (name.endswith("_regularizer") and value is not None) or _nested(value)
        for name, value in kind.args.items()
    )


def _nested(value: Value) -> bool:
    return isinstance(value, Kind) and value.family == "layer" and _regularizer(value)


def logged(spec: Spec) -> dict[str, str]:
    """Return all log names, without those of validation, with what they are."""
    fixed = {TOTAL: "the total"}
    if regularized(spec.scopes):
        fixed[REGULARIZATION] = "the sum of the weight regularizers"
    named = {log_name(term): "" for term in (*spec.terms, *spec.metrics)}
    return {**named, **fixed}


def check(spec: Spec) -> Iterator[Finding]:
    """Yield the terms and metrics whose log name is taken."""
    taken = {TOTAL: "the total"}
    if regularized(spec.scopes):
        taken[REGULARIZATION] = "the sum of the weight regularizers"
    for term in (*spec.terms, *spec.metrics):
        name = log_name(term)
        place = f"{term.at}/{'name' if term.name else term.role}"
        if name in taken:
            yield terms.duplicate_log(place, name, taken[name])
        elif name.startswith("val_") and name[4:] in {*taken, *logged(spec)}:
            yield terms.duplicate_log(place, name, f"{name[4:]} in validation")
        if name:
            taken.setdefault(name, f"that of a {term.role}")
