"""What the names of logs mean: the total, the terms and the metrics of a spec."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from kauxgen.checked import Checked
from kauxgen.finding import Finding
from kauxgen.lower import lower
from kauxgen.overview.wording import words
from kauxgen.program import Program, TermPlan
from kauxgen.rules.logs import REGULARIZATION, TOTAL, log_name
from kauxgen.source import Document, locate
from kauxgen.styles import wording
from kauxgen.training.history import Names, Objective, Term
from kauxgen.values import Expr, Schedule, Variable

Params = Mapping[str, Any]

_ENDS = {"start": 0, "end": 1}
"""Where the weight of a schedule begins and ends, unless the spec says otherwise."""


def of(checked: Checked, document: Document, params: Params | None = None) -> Names:
    """Return what the logs of a spec's model are; `params` are those set for a run."""
    found = list(_objectives(lower(checked)))
    given = params or {}
    terms = [
        term
        for objective, each in found
        for term in _terms(each, objective.name, document, given)
    ]
    metrics = (log_name(one.term) for _, each in found for one in each.metrics)
    return Names(
        total=TOTAL if len(found) == 1 else "",
        terms=tuple(terms),
        metrics=tuple(filter(None, dict.fromkeys(metrics))),
        objectives=tuple(objective for objective, _ in found),
    )


def of_logs(logs: Mapping[str, float]) -> Names:
    """Return what can be said of logs without a spec: all are metrics but the total."""
    own = [name for name in logs if not name.startswith("val_") and name != TOTAL]
    return Names(TOTAL if TOTAL in logs else "", metrics=tuple(own))


def _objectives(program: Program) -> Iterator[tuple[Objective, Program]]:
    """Yield what is minimized; the only phase of a step has no name in the logs."""
    if program.step is None:
        yield Objective("", wording.objective(program)), program
        return
    phases = program.step.phases
    for phase, inner in ((each.phase, each.program) for each in phases):
        name = phase.name if len(phases) > 1 else ""
        updates = tuple(one.network for one in phase.update)
        yield Objective(name, wording.objective(inner), updates), inner


def _terms(
    program: Program, objective: str, document: Document, params: Params
) -> Iterator[Term]:
    for plan in program.terms:
        yield Term(
            name=plan.key,
            weight=_weight(plan),
            kind=plan.term.role,
            formula=wording.formula(plan),
            place=_place(document, plan.term.at),
            value=_number(plan, program.checked, params),
            description=plan.term.description,
            objective=objective,
        )
    if program.regularized:
        name = f"{objective}_{REGULARIZATION}" if objective else REGULARIZATION
        formula = "sum of the weight regularizers"
        yield Term(name, "1", REGULARIZATION, formula, "", 1.0, objective=objective)


def _weight(plan: TermPlan) -> str:
    """Write a weight as the spec says it."""
    weight = plan.weight
    if isinstance(weight, Schedule):
        ends = [words(weight.args.get(key, end)) for key, end in _ENDS.items()]
        steps = words(weight.args["steps"])
        return f"{weight.kind}, {ends[0]} to {ends[1]} in {steps} steps"
    return wording.weight(plan) or "1"


def _number(plan: TermPlan, checked: Checked, params: Params) -> float | None:
    """Return a weight as a number, None if it moves, or depends on a param that is set.

    The weight that a penalty has at each use is another: `factor` tells.
    """
    weight: Any = plan.weight
    if plan.factor or isinstance(weight, (Schedule, Variable)):
        return None
    if isinstance(weight, Expr):
        names = {one.id for one in ast.walk(weight.tree) if isinstance(one, ast.Name)}
        if isinstance(weight.tree, ast.Name) and weight.tree.id in params:
            weight = params[weight.tree.id]
        else:
            known = not names & params.keys()
            weight = checked.values.get(weight.at) if known else None
    return float(weight) if isinstance(weight, (int, float)) else None


def _place(document: Document, pointer: str) -> str:
    found = locate(document, Finding(pointer, "", ""))
    return f"{found.path}:{found.line}:{found.column}"
