"""Checks the logs of a step: those of its phases, and of its evaluation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kauxgen import callees
from kauxgen.finding import Finding
from kauxgen.rules import batches, terms
from kauxgen.rules.logs import REGULARIZATION, TOTAL, log_name, regularized
from kauxgen.rules.reaching import closure
from kauxgen.spec import Evaluation, Scope, Spec, Step, Term
from kauxgen.values import Expr, Kind


def trained(spec: Spec, step: Step) -> tuple[Term, ...]:
    """Return what training logs, in order, but totals and regularizers."""
    phases = [(*phase.terms, *phase.metrics) for phase in step.phases]
    inner = [scope.penalties for scope in spec.penalized]
    return tuple(term for group in (*phases, *inner) for term in group)


def evaluated(evaluation: Evaluation) -> tuple[Term, ...]:
    """Return what an evaluation of its own logs."""
    return (*evaluation.terms, *evaluation.metrics)


def fixed(spec: Spec, step: Step) -> dict[str, str]:
    """Return the log names that no term has, with what they are."""
    several = len(step.phases) > 1
    found = {} if several else {TOTAL: "the total"}
    for phase in step.phases:
        names = closure(spec, (update.network for update in phase.update))
        if regularized(_lists(spec, [spec.networks[name] for name in names])):
            name = f"{phase.name}_{REGULARIZATION}" if several else REGULARIZATION
            found[name] = "the sum of the weight regularizers"
    return found


def _lists(spec: Spec, scopes: list[Scope]) -> list[Scope]:
    """Return lists of nodes with the blocks and layers that they use."""
    inside = (one for scope in scopes for one in callees.within(scope, spec))
    return list({one.at: one for one in inside}.values())


def monitored(spec: Spec, step: Step) -> list[str]:
    """Return the names that a callback may watch."""
    own = [*fixed(spec, step), *map(log_name, trained(spec, step))]
    held_out = own
    if step.evaluation is not None:
        held_out = [log_name(term) for term in evaluated(step.evaluation)]
    names = [*own, *(f"val_{name}" for name in held_out if name)]
    return [name for name in names if name]


def check(spec: Spec, step: Step) -> Iterator[Finding]:
    """Yield the terms and metrics whose log name is taken, or that are never logged."""
    known = fixed(spec, step)
    own = trained(spec, step)
    yield from _unique(own, known)
    if len(step.phases) > 1:
        yield from _unnamed([t for phase in step.phases for t in phase.terms])
    if step.evaluation is not None:
        yield from _evaluation(step.evaluation, {log_name(t): t for t in own})


def _unique(listed: tuple[Term, ...], known: dict[str, str]) -> Iterator[Finding]:
    names = {log_name(term) for term in listed} | known.keys()
    taken = dict(known)
    for term in listed:
        name = log_name(term)
        place = f"{term.at}/{'name' if term.name else term.role}"
        if name in taken:
            yield terms.duplicate_log(place, name, taken[name])
        elif name.startswith("val_") and name[4:] in names:
            yield terms.duplicate_log(place, name, f"{name[4:]} in validation")
        if name:
            taken.setdefault(name, f"that of a {term.role}")


def _unnamed(listed: list[Term]) -> Iterator[Finding]:
    for term in listed:
        if not term.name:
            yield batches.unnamed_term(term.at)


def _evaluation(evaluation: Evaluation, training: dict[str, Term]) -> Iterator[Finding]:
    if not evaluated(evaluation):
        yield batches.empty_evaluation(evaluation.at)
    yield from _unnamed([*evaluation.terms])
    yield from _unique(evaluated(evaluation), {})
    for term in evaluation.terms:
        if term.weight_at != term.at:
            yield batches.weighted_evaluation(term.weight_at, "weight")
        if term.when != "always":
            yield batches.weighted_evaluation(f"{term.at}/when", "when")
    for term in evaluated(evaluation):
        other = training.get(log_name(term))
        if other is not None:
            yield from _same(term, other)


def _same(term: Term, other: Term) -> Iterator[Finding]:
    """Compare a term of evaluation with that of the same name in training."""
    counted = "metric" in (_family(term), _family(other))
    differs = counted and _family(term) != _family(other)
    if differs or (term.kind and other.kind and _said(term) != _said(other)):
        why = "another kind of number"
        if other.kind is not None:
            why = f"a {other.kind.name}"
            if term.kind is not None and term.kind.name == other.kind.name:
                why += " with other arguments"
        place = f"{term.at}/{'name' if term.name else term.role}"
        yield batches.other_number(place, log_name(term), why)


def _family(term: Term) -> str:
    return term.kind.family if term.kind else ""


def _said(term: Term) -> tuple[str, str, str]:
    """Return a kind and its arguments, without their places."""
    assert term.kind is not None
    return (term.kind.family, term.kind.name, plain(term.kind.args))


def plain(value: object) -> str:
    """Write a value so that equal ones are equal wherever they stand."""
    if isinstance(value, Expr):
        return f"={value.text}"
    if isinstance(value, Kind):
        return f"{value.name}({plain(value.args)})"
    if isinstance(value, Mapping):
        return repr(sorted((key, plain(item)) for key, item in value.items()))
    if isinstance(value, tuple):
        return repr([plain(item) for item in value])
    return repr(value)
