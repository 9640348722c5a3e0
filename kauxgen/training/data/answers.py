"""What `y` must be: the shapes and values that losses and metrics compare with."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from kauxgen import catalog, expression, ranges
from kauxgen.checked import Checked
from kauxgen.frozen import frozen
from kauxgen.operations.sizes import same
from kauxgen.ranges import Range
from kauxgen.rules import data_shapes
from kauxgen.rules.objective import Y, expressions, reads_y
from kauxgen.rules.sources import Sources
from kauxgen.spec import Term
from kauxgen.tensor import Shape, TensorType
from kauxgen.training.data.values import BITS, LABELS, ONE_HOT, SIGNS, Need, Values
from kauxgen.values import Expr, Kind

_RANK = (LABELS, ONE_HOT, SIGNS, BITS)
"""Kinds of values, the most particular first: one that fits it fits what is less so."""
_BINARY = (
    *("Binary", "Dice", "Tversky", "AUC", "Precision", "Recall", "F1", "FBeta"),
    *("TruePos", "TrueNeg", "FalsePos", "FalseNeg", "Sensitivity", "Specificity"),
)
"""How kinds begin whose data are 0 and 1."""


@frozen
class Answer:
    """What one term compares with: shapes of rows, the documented one first."""

    key: str
    shapes: tuple[Shape, ...]
    values: Values
    at: str


def of(checked: Checked) -> tuple[Need, ...]:
    """Give what `y` must be, or each of its keys, in the order of the terms."""
    found: dict[str, Answer] = {}
    for answer in _answers(checked):
        known = found.get(answer.key)
        found[answer.key] = answer if known is None else _both(known, answer)
    return tuple(_need(answer) for answer in found.values())


def _need(one: Answer) -> Need:
    dtype = "int32" if one.values.kind == LABELS else "float32"
    first, *others = one.shapes
    return Need(one.key, first, dtype, one.values, tuple(others), one.at)


def _answers(checked: Checked) -> Iterator[Answer]:
    sources = Sources(checked.spec, checked.trace)
    for term in (*checked.spec.losses, *checked.spec.metrics):
        if reads_y(term):
            keys = {path for one in expressions(term) for path in _keys(one.tree)}
            for key in sorted(keys) or [Y]:
                yield _answer(checked, sources, term, key)


def _keys(tree: ast.expr) -> Iterator[str]:
    """Yield "y" or "y.key" for what an expression reads of the data."""
    owners = {
        id(node.value)
        for node in expression.ordered(tree)
        if isinstance(node, ast.Attribute)
    }
    for node in expression.ordered(tree):
        if isinstance(node, ast.Attribute) and _is_y(node.value):
            yield f"{Y}.{node.attr}"
        elif isinstance(node, ast.expr) and _is_y(node) and id(node) not in owners:
            yield Y


def _is_y(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == Y


def _answer(checked: Checked, sources: Sources, term: Term, key: str) -> Answer:
    scope = checked.spec.main
    operand = term.operands[0][1] if term.operands else None
    tree = operand.tree if isinstance(operand, Expr) else scope.outputs[0].tree
    given = checked.types.get(tree)
    if not isinstance(given, TensorType):
        given = next(iter(_outputs(checked)), TensorType((None,)))
    spread = sources.range(tree, scope)
    shapes, values = _fitting(checked, term, given.shape, spread)
    return Answer(key, tuple(shape[1:] for shape in shapes), values, term.at)


def _outputs(checked: Checked) -> Iterator[TensorType]:
    given = checked.shapes.get(checked.spec.main.at, ())
    yield from (given,) if isinstance(given, TensorType) else given


def _fitting(
    checked: Checked, term: Term, given: Shape, spread: Range | None
) -> tuple[tuple[Shape, ...], Values]:
    """Give the shapes and values that a term takes beside a prediction."""
    kind = term.kind
    like = _alike(given)
    entry = _of_keras(checked, kind) if kind is not None else None
    if kind is None or entry is None:
        return like, _like(spread)
    shapes = data_shapes.shapes(entry, given) or like
    classes = given[-1] or 2
    if entry.target == "labels":
        return shapes, Values(LABELS, 0, classes - 1)
    if kind.name == "CTC":
        return shapes, Values(LABELS, 1, classes - 1)
    return shapes, _wanted(kind.name, spread)


def _of_keras(checked: Checked, kind: Kind) -> catalog.Kind | None:
    """Find a kind in the catalog, unless the spec has one of that name."""
    if kind.imported or checked.spec.definition(kind.family, kind.name) is not None:
        return None
    return catalog.find(kind.family, kind.name)


def _wanted(kind: str, spread: Range | None) -> Values:
    """Give the values that a kind of Keras takes."""
    need = ranges.needs().get(kind)
    if kind.startswith(("Categorical", "TopK", "OneHot", "KLDivergence")):
        return Values(ONE_HOT)
    if kind.startswith(_BINARY):
        return Values(BITS, 0, 1)
    if need is not None and need.reaching is not None:
        return Values(SIGNS, -1, 1)
    if need is not None and need.within is not None:
        return Values("numbers", *need.within)
    return _like(spread, is_own=False)


def _like(spread: Range | None, is_own: bool = True) -> Values:
    """Give the values that a prediction of a range can meet.

    What a closure `is_own` of the spec compares with shares is mostly 0 or 1.
    """
    if spread is None:
        return Values()
    if spread.word == "softmax":
        return Values(ONE_HOT)
    if is_own and spread.word.endswith("sigmoid"):
        return Values(BITS, 0, 1)
    return Values("numbers", spread.low, spread.high)


def _both(one: Answer, other: Answer) -> Answer:
    """Give what suits two terms that compare with the same data."""
    fits = [s for s in one.shapes if any(same(s, each) for each in other.shapes)]
    values = _stricter(one.values, other.values)
    particular = one if values == one.values else other
    return Answer(one.key, tuple(fits) or particular.shapes, values, one.at)


def _stricter(one: Values, other: Values) -> Values:
    ranked = [each for each in (one, other) if each.kind in _RANK]
    if ranked:
        return min(ranked, key=lambda each: _RANK.index(each.kind))
    low, high = max(one.low, other.low), min(one.high, other.high)
    return Values("numbers", low, high) if low <= high else one


def _alike(given: Shape) -> tuple[Shape, ...]:
    """Give the shapes that fit a prediction, as Keras adds and drops a last 1."""
    dropped = (given[:-1],) if given[-1:] == (1,) else ()
    return (given, *dropped, (*given, 1))
