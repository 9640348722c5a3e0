"""How many classes the whole numbers of an input stand for, as its readers say."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from kauxgen import expression
from kauxgen.checked import Checked
from kauxgen.frozen import frozen
from kauxgen.nodes import LayerNode, walk
from kauxgen.rules.sources import Sources
from kauxgen.spec import Scope, Term
from kauxgen.tensor import TensorType
from kauxgen.training.data.reaching import Reach, written
from kauxgen.training.data.values import LABELS, Values
from kauxgen.values import Expr

_TABLES = {"Embedding": "input_dim", "CategoryEncoding": "num_tokens"}
"""Layers that look whole numbers up, with the argument that says how many there are."""


@frozen
class Bound:
    """A reader of whole numbers: the inputs it reads, and the classes it knows."""

    inputs: frozenset[str]
    values: Values


def of(checked: Checked) -> Mapping[str, Values]:
    """Give the classes that all readers of an input know, by the input's name."""
    found: dict[str, Values] = {}
    for bound in _bounds(checked):
        for name in bound.inputs:
            known = found.setdefault(name, bound.values)
            low = max(known.low, bound.values.low)
            found[name] = Values(LABELS, low, min(known.high, bound.values.high))
    return found


def _bounds(checked: Checked) -> Iterator[Bound]:
    reach = Reach(checked.spec)
    sources = Sources(checked.spec, checked.trace)
    for scope in checked.spec.scopes:
        for node in walk(scope.nodes):
            if isinstance(node, LayerNode) and node.layer.name in _TABLES:
                argument = _TABLES[node.layer.name]
                calls = sources.calls.get(node.at, ())
                sizes = [call.args.get(argument) for call in calls]
                inputs = frozenset(reach.entering(scope, node))
                yield from _first(inputs, sizes)
        for tree in written(checked.spec, scope):
            for call in expression.calls(tree):
                yield from _called(checked, reach, scope, call)
    for objective in checked.spec.objectives:
        for term in (*objective.terms, *objective.metrics):
            yield from _compared(checked, reach, objective.scope, term)


def _first(inputs: frozenset[str], sizes: list[Any]) -> Iterator[Bound]:
    whole = [size for size in sizes if isinstance(size, int)]
    if whole and inputs:
        yield Bound(inputs, Values(LABELS, 0, min(whole) - 1))


def _called(
    checked: Checked, reach: Reach, scope: Scope, call: ast.Call
) -> Iterator[Bound]:
    """Yield what an operation says that takes class numbers."""
    name, args = expression.call_name(call), call.args
    keywords = {one.arg: one.value for one in call.keywords}
    if name == "one_hot" and args:
        count = args[1] if len(args) > 1 else keywords.get("num_classes")
        size = checked.types.get(count) if count is not None else None
        yield from _first(frozenset(reach.inputs(scope, args[0])), [size])
    elif name == "ctc_loss" and len(args) > 1:
        scores = checked.types.get(args[1])
        stated = keywords.get("mask_index")
        blank = 0 if stated is None else checked.types.get(stated)
        if isinstance(scores, TensorType) and scores.shape[-1] is not None:
            inputs = frozenset(reach.inputs(scope, args[0]))
            yield Bound(inputs, _without(scores.shape[-1], blank))
    elif name == "sparse_categorical_crossentropy" and len(args) > 1:
        scores = checked.types.get(args[1])
        if isinstance(scores, TensorType):
            inputs = frozenset(reach.inputs(scope, args[0]))
            yield from _first(inputs, [scores.shape[-1]])


def _without(count: int, blank: Any) -> Values:
    """Leave out the class that stands for blanks: the last one, else the first."""
    if blank == count - 1:
        return Values(LABELS, 0, count - 2)
    return Values(LABELS, 1, count - 1)


def _compared(
    checked: Checked, reach: Reach, scope: Scope, term: Term
) -> Iterator[Bound]:
    """Yield what a loss or metric says that compares with an input of class numbers."""
    kind, target = term.kind, term.target
    operand = term.operands[0][1] if term.operands else None
    if kind is None or target is None or not isinstance(operand, Expr):
        return
    scores = checked.types.get(operand.tree)
    if kind.name.startswith("Sparse") and isinstance(scores, TensorType):
        inputs = frozenset(reach.inputs(scope, target.tree))
        yield from _first(inputs, [scores.shape[-1]])
