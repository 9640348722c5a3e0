"""Binds the operands of a penalty: tensors, lists of them, weights and networks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from kauxgen import catalog
from kauxgen.formula import Formula
from kauxgen.rules import choices, copies, misfits, patterns
from kauxgen.rules.entries import UNKNOWN, Entry, Flow, settle, unknown
from kauxgen.rules.unrolled import Unrolled, Weight, misfit_of
from kauxgen.spec import NetworkName, Operand, Term
from kauxgen.tensor import TensorType, describe
from kauxgen.values import Expr


@dataclass
class Bound:
    """The operands of a penalty by name; `chosen` are its weights, by pointer.

    `wrong` says that a finding was made, so that nothing follows from it.
    """

    entries: dict[str, Entry] = field(default_factory=dict)
    chosen: dict[str, tuple[Weight, ...]] = field(default_factory=dict)
    wrong: bool = False

    def each(self) -> Iterator[Mapping[str, Entry]]:
        """Yield the operands once for each tensor of a list, if one is a list."""
        for name, entry in self.entries.items():
            if isinstance(entry, tuple):
                for leaf in leaves(entry):
                    yield {**self.entries, name: leaf}
                return
        yield self.entries


def bind(
    state: Unrolled, term: Term, formula: Formula, names: Mapping[str, Entry]
) -> Bound:
    """Work out what a penalty's `on` says; findings are kept in the state."""
    assert term.kind is not None
    bound = Bound()
    for name, operand in formula.operands:
        entry = _operand(state, bound, operand, names)
        bound.wrong |= _unfit(state, formula, term.kind.name, name, entry)
        bound.entries[name] = entry
    if formula.differentiates and not bound.wrong:
        bound.wrong = _underivable(state, formula, bound)
    return bound


def leaves(entry: Entry) -> Iterator[Entry]:
    """Yield the tensors of a list, nested or not."""
    if isinstance(entry, tuple):
        for each in entry:
            yield from leaves(each)
    else:
        yield entry


def _operand(
    state: Unrolled, bound: Bound, operand: Operand, names: Mapping[str, Entry]
) -> Entry:
    if isinstance(operand, Expr):
        return state.infer(operand, names)
    if isinstance(operand, NetworkName):
        return _network(state, operand)
    selected = patterns.select(operand, state.weights, state.steps)
    bound.chosen[operand.at] = selected
    if not selected:
        state.keep(patterns.nothing_selected(operand, state.weights))
        return UNKNOWN
    return tuple(Flow(TensorType(weight.shape), True) for weight in selected)


def _network(state: Unrolled, operand: NetworkName) -> Entry:
    """Return what a network gives; a list of networks must have the one named."""
    if operand.index is not None:
        found = state.evaluation.value(operand.index, state.params)
        reason = state.absent(operand.name, found)
        if reason:
            wrong = copies.no_such_item(operand.at, reason)
            state.evaluation.blame(wrong, operand.index, state.params)
    return state.networks[operand.name].entry


def _unfit(
    state: Unrolled, formula: Formula, kind: str, name: str, entry: Entry
) -> bool:
    """Keep a finding for an operand that is none; say whether it is wrong."""
    operand = dict(formula.operands)[name]
    if isinstance(operand, NetworkName):
        return False
    text = operand.text if isinstance(operand, Expr) else kind
    if isinstance(settle(entry), tuple) and len(formula.operands) > 1:
        state.keep(choices.misused_list(operand.at, f"the list {text}", kind))
        return True
    least = _least_rank(kind, name)
    for leaf in leaves(entry):
        found = settle(state.one(operand.at, text, leaf))
        if unknown(found):
            return True
        if len(found.shape) < least:
            got = describe(found.shape)
            reason = f"needs a tensor of {least} axes or more, got {got}"
            state.keep(misfits.operand_misfit(operand.at, kind, reason))
            return True
    return False


def _least_rank(kind: str, operand: str) -> int:
    entry = catalog.penalties().get(kind)
    return 0 if entry is None else entry.min_rank.get(operand, 0)


def _underivable(state: Unrolled, formula: Formula, bound: Bound) -> bool:
    """Keep a finding for a network that has no derivative by one tensor."""
    named = [o for _, o in formula.operands if isinstance(o, NetworkName)]
    network = state.networks[named[0].name]
    single = isinstance(settle(network.entry), TensorType)
    if len(network.inputs) != 1 or not single:
        reason = "has not one input and one output, so it has no derivative"
        state.keep(misfits.network_operand(named[0].at, named[0].name, reason))
        return True
    by = next(operand for _, operand in formula.operands if operand is not named[0])
    x = next(e for n, e in bound.entries.items() if dict(formula.operands)[n] is by)
    reason = misfit_of(settle(x), network.inputs[0])
    if reason:
        reason = f"{named[0].name} {reason}"
        state.keep(misfits.operand_misfit(by.at, formula.kind, reason))
    return bool(reason)
