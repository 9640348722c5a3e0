"""Where a spec uses kinds and definitions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kauxgen.frozen import frozen
from kauxgen.nodes import BlockNode, LayerNode, walk
from kauxgen.spec import Definition, Scope, Spec, Term
from kauxgen.values import Kind, Value

DEFINED = {
    "loss": "loss",
    "regularizer": "regularizer",
    "initializer": "initializer",
    "penalty": "regularizer",
}
"""The families to which `define` adds kinds, and the family of the definition."""


@frozen
class Use:
    """A use of a block or definition: what it is given, and what it takes."""

    at: str
    owner: str
    args: Mapping[str, Value]
    params: Mapping[str, Value]
    home: str


def scoped_terms(spec: Spec) -> Iterator[tuple[Scope, Term]]:
    """Yield every term and metric with the list of nodes that it sees."""
    for objective in spec.objectives:
        for term in (*objective.terms, *objective.metrics):
            yield objective.scope, term
    for scope in spec.penalized:
        for term in scope.penalties:
            yield scope, term


def all_kinds(spec: Spec) -> Iterator[Kind]:
    """Yield every kind of a spec, those inside others after these."""
    for scope in spec.scopes:
        for node in walk(scope.nodes):
            if isinstance(node, LayerNode):
                yield from _within(node.layer)
        for weight in scope.weights:
            for value in weight.kinds:
                yield from _within(value)
    for _, term in scoped_terms(spec):
        yield from _within(term.kind)
    for kind in (*spec.optimizers, *spec.training.callbacks):
        yield from _within(kind)


def _within(value: Value) -> Iterator[Kind]:
    if isinstance(value, Kind):
        yield value
        for argument in value.args.values():
            yield from _within(argument)


def definition_of(kind: Kind, spec: Spec) -> Definition | Scope | None:
    """Return the definition that a kind names, if it is the spec's own."""
    if kind.family == "layer":
        return spec.layers.get(kind.name)
    family = DEFINED.get(kind.family)
    return spec.definition(family, kind.name) if family else None


def uses(spec: Spec) -> Iterator[Use]:
    """Yield the uses of blocks, layers, losses, regularizers and initializers."""
    for scope in spec.scopes:
        for node in walk(scope.nodes):
            if isinstance(node, BlockNode) and node.block in spec.blocks:
                block = spec.blocks[node.block]
                yield Use(node.at, block.name, node.args, block.params, block.at)
    for kind in all_kinds(spec):
        own = definition_of(kind, spec)
        if own is not None:
            yield Use(kind.at, own.name, kind.args, own.params, own.at)
