"""Checks what a loss or metric compares: a prediction and its target."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kauxgen import catalog
from kauxgen.rules import data_shapes, misfits
from kauxgen.rules.entries import UNKNOWN, Entry, Flow, flowing, is_trained, settle
from kauxgen.rules.objective import reads_y
from kauxgen.rules.unrolled import Unrolled
from kauxgen.spec import Definition, Term
from kauxgen.suggest import quote
from kauxgen.tensor import Misfit, Shape, TensorType, describe
from kauxgen.values import Expr

_SERIES = 3
"""The rank of series of scores."""


def check(
    state: Unrolled, term: Term, args: Mapping[str, Any], names: Mapping[str, Entry]
) -> None:
    """Check a loss or metric of the catalog, or a loss of the spec."""
    assert term.kind is not None
    _, operand = term.operands[0]
    assert isinstance(operand, Expr)
    given = state.one(operand.at, operand.text, state.infer(operand, names))
    target = UNKNOWN if term.target is None else state.infer(term.target, names)
    if not isinstance(given, Flow):
        return
    own = state.spec.definition("loss", term.kind.name)
    if own is not None and term.role == "loss":
        _own(state, term, own, args, given.type, settle(target))
    else:
        _pair(state, term, given.type.shape, UNKNOWN if reads_y(term) else target)
    sides = (given,) if reads_y(term) or term.target is None else (given, target)
    if term.role == "loss" and not is_trained(sides):
        what = f"the loss {quote(term.name or term.kind.name)}"
        state.unmoved(operand.at, what)


def _pair(state: Unrolled, term: Term, given: Shape, target: Entry) -> None:
    """Compare the shapes of a prediction and of a target, if that is no data."""
    assert term.kind is not None
    entry = catalog.find(term.kind.family, term.kind.name)
    compared = settle(target)
    if entry is None:
        return
    if entry.name == "CTC" and len(given) != _SERIES:
        reason = f"takes scores (batch, time, classes), got {describe(given)}"
        state.keep(misfits.operand_misfit(f"{term.at}/on", entry.name, reason))
    elif isinstance(compared, TensorType):
        reason = data_shapes.mismatch(entry, given, compared.shape)
        help = data_shapes.advice(entry, given, compared.shape)
        place = f"{term.at}/target"
        if reason:
            wrong = misfits.operand_misfit(place, entry.name, reason, help)
            state.keep(wrong)


def _own(
    state: Unrolled,
    term: Term,
    own: Definition,
    args: Mapping[str, Any],
    given: TensorType,
    target: Any,
) -> None:
    """Infer a loss of the spec; data that does not fit may have any shape."""
    prediction = Flow(TensorType(given.shape))
    known = isinstance(target, TensorType)
    compared = [Flow(TensorType(target.shape))] if known else [prediction]
    candidates = [*compared, UNKNOWN] if reads_y(term) or not known else compared
    params = {**own.params, **args}
    for index, candidate in enumerate(candidates):
        names = {**params, "y_true": candidate, "y_pred": prediction}
        try:
            inside = state.inference(names).steps(own)
            flowing(inside.value(own.expr.tree), False)
        except Misfit as misfit:
            if index == len(candidates) - 1:
                place = f"{term.at}/loss"
                reason = str(misfit)
                state.keep(misfits.operand_misfit(place, own.name, reason))
        else:
            return
